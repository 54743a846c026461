"""JAX as a contestant: a step of training, or a value with its gradients, compiled by `jax.jit`.

The configuration is `step`, a call for each step, or `loop`, one call for many.
"""
import os

from peer import configuration, load, number, params, serve, sizes, spec, threads

# It takes as many threads as there are processors that it may run on.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", spec["precision"] == "float64")
version = {"jax": jax.__version__}


def network():
    layers, batch = spec["layers"], spec["batch"]
    isClasses, rate = spec["loss"] == "classes", spec["update"]["rate"]
    X = jnp.asarray(load("X", spec["samples"], layers[0]))
    Y = jnp.asarray(load("Y") if isClasses else load("Y", spec["samples"], layers[-1]))
    weights = [
        (jnp.asarray(load(f"W_{k}", layers[k], layers[k - 1])), jnp.asarray(load(f"b_{k}")))
        for k in range(1, len(layers))
    ]

    def loss_of(weights, x, y):
        h = x
        for k, (W, b) in enumerate(weights):
            h = h @ W.T + b
            if k < len(weights) - 1:
                h = jax.nn.relu(h)
        if isClasses:
            loss = -jnp.take_along_axis(jax.nn.log_softmax(h), y[:, None], 1).mean()
        else:
            loss = ((h - y) ** 2).mean()
        if spec["l2"] > 0:
            loss = loss + spec["l2"] * sum((W * W).sum() for W, _ in weights)
        return loss

    def descend(weights, moments, gradient, t):
        return jax.tree.map(lambda w, g: w - rate * g, weights, gradient), moments

    def adam(weights, moments, gradient, t):
        M = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradient)
        V = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, moments[1], gradient)
        p, q = 1 - 0.9**t, 1 - 0.999**t
        move = lambda w, m, v: w - rate * (m / p) / (jnp.sqrt(v / q) + 1e-8)
        return jax.tree.map(move, weights, M, V), (M, V)

    update = {"adam": adam, "sgd": descend}[spec["update"]["rule"]]
    count_of_batches = spec["samples"] // batch

    def step(state):
        weights, moments, t = state
        at = t % count_of_batches * batch
        x, y = (jax.lax.dynamic_slice_in_dim(data, at, batch) for data in (X, Y))
        loss, gradient = jax.value_and_grad(loss_of)(weights, x, y)
        weights, moments = update(weights, moments, gradient, t + 1.0)
        return (weights, moments, t + 1), loss

    def loop(state, count):
        def body(k, carried):
            state, losses = carried
            state, loss = step(state)
            return state, losses.at[k].set(loss, mode="drop")

        return jax.lax.fori_loop(0, count, body, (state, jnp.zeros(5)))

    one, many = jax.jit(step, donate_argnums=0), jax.jit(loop, donate_argnums=0)
    zeros = lambda: jax.tree.map(jnp.zeros_like, weights)
    state = (weights, (zeros(), zeros()) if update is adam else (), jnp.asarray(0))

    def run(count):
        nonlocal state
        if "loop" in configuration:
            state, losses = many(state, count)
            return losses.tolist()[:count]
        losses = []
        for _ in range(count):
            state, loss = one(state)
            losses.append(loss)
        jax.block_until_ready(state)
        return [float(l) for l in losses[:5]]

    serve(version, run)


def objective(kind):
    """The loss as a function of its parameters and of what is given, what is given, and the shapes of the former."""
    if kind == "autoencoder":

        def loss(W, x):
            r = W.T @ (W @ x) - x
            return 0.5 * (r @ r)

        return loss, [load("x")], [(sizes["m"], sizes["n"])]
    if kind == "factorisation":
        m, n, k = sizes["m"], sizes["n"], sizes["k"]
        lam = number("λ")

        def loss(U, V, M, R):
            r = M * (R - U @ V.T)
            return 0.5 * (r * r).sum() + lam / 2 * ((U * U).sum() + (V * V).sum())

        return loss, [load("M", m, n), load("R", m, n)], [(m, k), (n, k)]
    if kind == "logistic":
        lam = number("λ")

        def loss(w, X, y):
            return jax.nn.softplus(-y * (X @ w)).sum() + lam / 2 * (w @ w)

        return loss, [load("x", sizes["N"], sizes["d"]), load("y")], [(sizes["d"],)]
    N, q, D = sizes["N"], sizes["q"], sizes["D"]
    alpha, beta = number("α"), number("β")

    def loss(X, Y):
        L = jnp.linalg.cholesky(alpha * X @ X.T + jnp.eye(N) / beta)
        A = jax.scipy.linalg.solve_triangular(L, Y, lower=True)
        return -D * jnp.log(jnp.diagonal(L)).sum() - 0.5 * (A * A).sum()

    return loss, [load("Y", N, D)], [(N, q)]


def gradients():
    loss, given, shapes = objective(spec["kind"])
    leaves = [jnp.asarray(load(p, *shape)) for p, shape in zip(params, shapes)]
    given = [jnp.asarray(array) for array in given]
    both = jax.jit(jax.value_and_grad(loss, argnums=tuple(range(len(leaves)))))
    found = []

    def run(count):
        nonlocal found
        for _ in range(count):
            value, found = jax.block_until_ready(both(*leaves, *given))
        return [float(value)]

    serve(version, run, lambda: found)


def product():
    form = spec["form"]
    m, k, n = sizes["m"], sizes["k"], sizes["n"]
    A = jnp.asarray(load("A", *((k, m) if form == "AᵀB" else (m, k))))
    B = jnp.asarray(load("B", *((n, k) if form == "ABᵀ" else (k, n))))
    multiply = jax.jit({"AB": lambda A, B: A @ B, "AᵀB": lambda A, B: A.T @ B, "ABᵀ": lambda A, B: A @ B.T}[form])
    found = None

    def run(count):
        nonlocal found
        for _ in range(count):
            found = jax.block_until_ready(multiply(A, B))
        return [float(found[0, 0])]

    serve(version, run, lambda: [found])


{"network": network, "product": product}.get(spec["kind"], gradients)()
