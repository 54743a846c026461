"""PyTorch as a contestant, by autograd unless the configuration says `hand`.

The configuration is made of words: fused (the fused optimiser), compile (torch.compile), cholesky (what a programmer
makes of the formula), hand (the gradient by hand, too), double (in double precision).
"""
import torch

from peer import batches, configuration, load, number, params, serve, sizes, spec, threads

torch.set_num_threads(threads)
if "double" in configuration:
    torch.set_default_dtype(torch.float64)


def compiled(f):
    return torch.compile(f) if "compile" in configuration else f


def network():
    layers, batch = spec["layers"], spec["batch"]
    isClasses = spec["loss"] == "classes"
    X = torch.from_numpy(load("X", spec["samples"], layers[0]))
    Y = load("Y", spec["samples"]).astype("i8") if isClasses else load("Y", spec["samples"], layers[-1])
    Y = torch.from_numpy(Y)
    modules = []
    for k in range(1, len(layers)):
        linear = torch.nn.Linear(layers[k - 1], layers[k])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(load(f"W_{k}", layers[k], layers[k - 1])))
            linear.bias.copy_(torch.from_numpy(load(f"b_{k}", layers[k])))
        modules += [linear] + ([torch.nn.ReLU()] if k < len(layers) - 1 else [])
    net = torch.nn.Sequential(*modules)
    weights = [m.weight for m in modules if isinstance(m, torch.nn.Linear)]
    loss_of = torch.nn.CrossEntropyLoss() if isClasses else torch.nn.MSELoss()
    rule = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[spec["update"]["rule"]]
    optimizer = rule(net.parameters(), lr=spec["update"]["rate"], fused="fused" in configuration or None)

    @compiled
    def forward(x, y):
        loss = loss_of(net(x), y)
        if spec["l2"] > 0:
            loss = loss + spec["l2"] * sum((w * w).sum() for w in weights)
        return loss

    places = batches()

    def run(count):
        losses = []
        for _ in range(count):
            at = next(places)
            loss = forward(X[at : at + batch], Y[at : at + batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return [float(l) for l in losses[:5]]

    serve({"torch": torch.__version__}, run)


def objective(kind):
    """The loss as a function of its parameters, and the shapes of those."""
    if kind == "autoencoder":
        x = torch.from_numpy(load("x"))

        def loss(W):
            r = W.T @ (W @ x) - x
            return 0.5 * (r @ r)

        return loss, [(sizes["m"], sizes["n"])]
    if kind == "factorisation":
        m, n, k = sizes["m"], sizes["n"], sizes["k"]
        M, R, lam = torch.from_numpy(load("M", m, n)), torch.from_numpy(load("R", m, n)), number("λ")

        def loss(U, V):
            r = M * (R - U @ V.T)
            return 0.5 * (r * r).sum() + lam / 2 * ((U * U).sum() + (V * V).sum())

        return loss, [(m, k), (n, k)]
    if kind == "logistic":
        X, y = torch.from_numpy(load("x", sizes["N"], sizes["d"])), torch.from_numpy(load("y"))
        lam = number("λ")

        def loss(w):
            return torch.nn.functional.softplus(-y * (X @ w)).sum() + lam / 2 * (w @ w)

        return loss, [(sizes["d"],)]
    N, q, D = sizes["N"], sizes["q"], sizes["D"]
    Y, alpha, beta = torch.from_numpy(load("Y", N, D)), number("α"), number("β")
    eye = torch.eye(N, dtype=torch.float64)

    def written(X):
        K = alpha * X @ X.T + eye / beta
        return -D / 2 * torch.logdet(K) - 0.5 * torch.trace(torch.linalg.inv(K) @ Y @ Y.T)

    def cholesky(X):
        L = torch.linalg.cholesky(alpha * X @ X.T + eye / beta)
        A = torch.linalg.solve_triangular(L, Y, upper=False)
        return -D * torch.log(torch.diagonal(L)).sum() - 0.5 * (A * A).sum()

    return cholesky if "cholesky" in configuration else written, [(N, q)]


def gradients():
    loss, shapes = objective(spec["kind"])
    loss = compiled(loss)
    leaves = [torch.from_numpy(load(p, *shape)).requires_grad_(True) for p, shape in zip(params, shapes)]

    def run(count):
        for _ in range(count):
            for leaf in leaves:
                leaf.grad = None
            value = loss(*leaves)
            value.backward()
        return [float(value)]

    serve({"torch": torch.__version__}, run, lambda: [leaf.grad for leaf in leaves])


def by_hand():
    # The gradient of the GP-LVM from one factor: the best that a programmer writes.
    N, q, D = sizes["N"], sizes["q"], sizes["D"]
    X, Y = torch.from_numpy(load("X", N, q)), torch.from_numpy(load("Y", N, D))
    alpha, beta = number("α"), number("β")
    eye = torch.eye(N, dtype=torch.float64)

    def run(count):
        for _ in range(count):
            L = torch.linalg.cholesky(alpha * X @ X.T + eye / beta)
            S = torch.cholesky_solve(torch.cat([X, Y], 1), L)
            KX, KY = S[:, :q], S[:, q:]
            value = -D * torch.log(torch.diagonal(L)).sum() - 0.5 * (Y * KY).sum()
            X.grad = alpha * (KY @ (KY.T @ X)) - alpha * D * KX
        return [float(value)]

    serve({"torch": torch.__version__}, run, lambda: [X.grad])


def product():
    m, k, n = sizes["m"], sizes["k"], sizes["n"]
    form = spec["form"]
    A = torch.from_numpy(load("A", *((k, m) if form == "AᵀB" else (m, k))))
    B = torch.from_numpy(load("B", *((n, k) if form == "ABᵀ" else (k, n))))
    left, right = A.T if form == "AᵀB" else A, B.T if form == "ABᵀ" else B
    C = torch.empty((m, n), dtype=A.dtype)

    def run(count):
        for _ in range(count):
            torch.matmul(left, right, out=C)
        return [float(C[0, 0])]

    serve({"torch": torch.__version__}, run, lambda: [C])


if spec["kind"] == "network":
    network()
elif spec["kind"] == "product":
    product()
elif "hand" in configuration:
    by_hand()
else:
    gradients()
