"""NumPy and SciPy as a contestant: values, gradients and updates written by hand, in place where that is faster."""
import numpy as np
import scipy
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from peer import batches, load, number, serve, sizes, spec

version = {"numpy": np.__version__, "scipy": scipy.__version__}


def descent(weights, rate):
    def update(gradients):
        for w, g in zip(weights, gradients):
            g *= rate
            w -= g

    return update


def adam(weights, rate):
    M, V, S = ([np.zeros_like(w) for w in weights] for _ in range(3))
    t = 0

    def update(gradients):
        nonlocal t
        t += 1
        p, q = 1 - 0.9**t, 1 - 0.999**t
        for w, g, m, v, s in zip(weights, gradients, M, V, S):
            m *= 0.9
            m += np.multiply(g, 0.1, out=s)
            v *= 0.999
            g *= g
            g *= 0.001
            v += g
            np.sqrt(v, out=s)
            s /= q**0.5
            s += 1e-8
            np.divide(m, s, out=s)
            s *= rate / p
            w -= s

    return update


def network():
    layers, batch, l2 = spec["layers"], spec["batch"], spec["l2"]
    isClasses = spec["loss"] == "classes"
    X = load("X", spec["samples"], layers[0])
    Y = load("Y") if isClasses else load("Y", spec["samples"], layers[-1])
    last = len(layers) - 1
    W = [load(f"W_{k}", layers[k], layers[k - 1]) for k in range(1, last + 1)]
    b = [load(f"b_{k}") for k in range(1, last + 1)]
    update = {"adam": adam, "sgd": descent}[spec["update"]["rule"]](W + b, spec["update"]["rate"])
    rows, places = np.arange(batch), batches()

    def step(x, y):
        h = [x]
        for k in range(last):
            z = h[k] @ W[k].T
            z += b[k]
            h.append(np.maximum(z, 0, out=z) if k < last - 1 else z)
        d = h.pop()
        if isClasses:
            d -= d.max(1, keepdims=True)
            p = np.exp(d)
            total = p.sum(1, keepdims=True)
            loss = (np.log(total[:, 0]) - d[rows, y]).mean()
            p /= total
            p[rows, y] -= 1
            d = p
            d /= batch
        else:
            d -= y
            loss = (d * d).mean()
            d *= 2 / d.size
        byW, byb = [None] * last, [None] * last
        for k in reversed(range(last)):
            byW[k], byb[k] = d.T @ h[k], d.sum(0)
            if l2 > 0:
                loss += l2 * np.vdot(W[k], W[k])
                byW[k] += 2 * l2 * W[k]
            if k > 0:
                d = d @ W[k]
                d *= h[k] > 0
        update(byW + byb)
        return loss

    def run(count):
        losses = []
        for _ in range(count):
            at = next(places)
            losses.append(step(X[at : at + batch], Y[at : at + batch]))
        return [float(l) for l in losses[:5]]

    serve(version, run)


def autoencoder():
    W, x = load("W", sizes["m"], sizes["n"]), load("x")
    G = np.empty_like(W)

    def both():
        a = W @ x
        r = a @ W - x
        # W r xᵀ + W x rᵀ, a product of rank two.
        np.matmul(np.stack([W @ r, a], 1), np.stack([x, r]), out=G)
        return 0.5 * (r @ r), [G]

    return both


def factorisation():
    m, n, k = sizes["m"], sizes["n"], sizes["k"]
    M, R, U, V = load("M", m, n), load("R", m, n), load("U", m, k), load("V", n, k)
    lam = np.float32(number("λ"))
    r = np.empty_like(R)

    def both():
        np.matmul(U, V.T, out=r)
        np.subtract(R, r, out=r)
        r[...] *= M
        value = 0.5 * np.vdot(r, r) + lam / 2 * (np.vdot(U, U) + np.vdot(V, V))
        r[...] *= M
        return value, [lam * U - r @ V, lam * V - r.T @ U]

    return both


def logistic():
    X, y, w = load("x", sizes["N"], sizes["d"]), load("y"), load("w")
    lam = np.float32(number("λ"))

    def both():
        m = -y * (X @ w)
        value = np.logaddexp(0, m).sum() + lam / 2 * (w @ w)
        return value, [lam * w - (y * expit(m)) @ X]

    return both


def gplvm():
    N, q, D = sizes["N"], sizes["q"], sizes["D"]
    X, Y, alpha, beta = load("X", N, q), load("Y", N, D), number("α"), number("β")

    def both():
        K = alpha * (X @ X.T)
        K.flat[:: N + 1] += 1 / beta
        factor = cho_factor(K, lower=True, overwrite_a=True, check_finite=False)
        S = cho_solve(factor, np.hstack([X, Y]), overwrite_b=True, check_finite=False)
        KX, KY = S[:, :q], S[:, q:]
        value = -D * np.log(factor[0].diagonal()).sum() - 0.5 * np.vdot(Y, KY)
        return value, [alpha * (KY @ (KY.T @ X)) - alpha * D * KX]

    return both


def product():
    form = spec["form"]
    m, k, n = sizes["m"], sizes["k"], sizes["n"]
    A = load("A", *((k, m) if form == "AᵀB" else (m, k)))
    B = load("B", *((n, k) if form == "ABᵀ" else (k, n)))
    left, right = A.T if form == "AᵀB" else A, B.T if form == "ABᵀ" else B
    C = np.empty((m, n), dtype=A.dtype)

    def both():
        np.matmul(left, right, out=C)
        return C[0, 0], [C]

    return both


def results_of(both):
    found = []

    def run(count):
        nonlocal found
        for _ in range(count):
            value, found = both()
        return [float(value)]

    serve(version, run, lambda: found)


if spec["kind"] == "network":
    network()
else:
    losses = {f.__name__: f for f in (autoencoder, factorisation, logistic, gplvm, product)}
    results_of(losses[spec["kind"]]())
