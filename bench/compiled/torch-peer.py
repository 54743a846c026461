"""PyTorch as a contestant, in one of its configurations.

    python torch-peer.py FOLDER THREADS CONFIGURATION

CONFIGURATION is made of words: fused (the fused optimiser), compile (torch.compile).
"""
import json
import sys
import time

import numpy as np
import torch

folder, threads, configuration = sys.argv[1], int(sys.argv[2]), sys.argv[3].split("+")
torch.set_num_threads(threads)
with open(f"{folder}/workload.json", encoding="utf8") as file:
    workload = json.load(file)
spec, types = workload["spec"], workload["types"]
load = lambda name: np.fromfile(f"{folder}/{name}.bin", dtype=types[name])


def network():
    layers, batch = spec["layers"], spec["batch"]
    X = torch.from_numpy(load("X").reshape(spec["samples"], layers[0]))
    Y = torch.from_numpy(load("Y"))
    Y = Y.long() if spec["loss"] == "classes" else Y.reshape(spec["samples"], layers[-1])
    modules = []
    for k in range(1, len(layers)):
        linear = torch.nn.Linear(layers[k - 1], layers[k])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(load(f"W_{k}").reshape(layers[k], layers[k - 1])))
            linear.bias.copy_(torch.from_numpy(load(f"b_{k}")))
        modules += [linear] + ([torch.nn.ReLU()] if k < len(layers) - 1 else [])
    net = torch.nn.Sequential(*modules)
    weights = [m.weight for m in modules if isinstance(m, torch.nn.Linear)]
    loss_of = torch.nn.CrossEntropyLoss() if spec["loss"] == "classes" else torch.nn.MSELoss()
    rule = torch.optim.Adam if spec["update"]["rule"] == "adam" else torch.optim.SGD
    optimizer = rule(net.parameters(), lr=spec["update"]["rate"], fused=True if "fused" in configuration else None)

    def forward(x, y):
        loss = loss_of(net(x), y)
        if spec["l2"] > 0:
            loss = loss + spec["l2"] * sum((w * w).sum() for w in weights)
        return loss

    if "compile" in configuration:
        forward = torch.compile(forward)
    batches = spec["samples"] // batch
    state = {"step": 0}

    def run(count):
        losses = []
        for _ in range(count):
            at = (state["step"] % batches) * batch
            state["step"] += 1
            loss = forward(X[at : at + batch], Y[at : at + batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return [float(l) for l in losses[:5]]

    return run


def gradient():
    sizes = spec["sizes"]
    W = torch.from_numpy(load("W").reshape(sizes["m"], sizes["n"])).requires_grad_(True)
    x = torch.from_numpy(load("x"))

    def objective(W, x):
        r = W.T @ (W @ x) - x
        return 0.5 * (r @ r)

    if "compile" in configuration:
        objective = torch.compile(objective)

    def run(count):
        for _ in range(count):
            W.grad = None
            value = objective(W, x)
            value.backward()
        return [float(value)]

    return run


def gplvm():
    sizes = spec["sizes"]
    N, q, D = sizes["N"], sizes["q"], sizes["D"]
    X = torch.from_numpy(load("X").reshape(N, q)).requires_grad_(True)
    Y = torch.from_numpy(load("Y").reshape(N, D))
    alpha, beta = float(load("α")[0]), float(load("β")[0])
    eye = torch.eye(N, dtype=torch.float64)

    def as_written(X):
        K = alpha * X @ X.T + eye / beta
        return -D / 2 * torch.logdet(K) - 0.5 * torch.trace(torch.linalg.inv(K) @ Y @ Y.T)

    def by_cholesky(X):
        L = torch.linalg.cholesky(alpha * X @ X.T + eye / beta)
        A = torch.linalg.solve_triangular(L, Y, upper=False)
        return -D * torch.log(torch.diagonal(L)).sum() - 0.5 * (A * A).sum()

    objective = as_written if "written" in configuration else by_cholesky

    def by_hand(count):
        # The gradient by hand from one factor: the best that a programmer writes.
        with torch.no_grad():
            for _ in range(count):
                L = torch.linalg.cholesky(alpha * X @ X.T + eye / beta)
                S = torch.cholesky_solve(torch.cat([X, Y], 1), L)
                KX, KY = S[:, :q], S[:, q:]
                value = -D * torch.log(torch.diagonal(L)).sum() - 0.5 * (Y * KY).sum()
                X.grad = alpha * (KY @ (KY.T @ X)) - alpha * D * KX
        return [float(value)]

    def run(count):
        if "hand" in configuration:
            return by_hand(count)
        for _ in range(count):
            X.grad = None
            value = objective(X)
            value.backward()
        return [float(value)]

    return run


run = {"network": network, "gradient": gradient, "gplvm": gplvm}[spec["kind"]]()
for line in sys.stdin:
    steps = json.loads(line)["steps"]
    if steps == 0:
        print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
        continue
    start = time.perf_counter()
    values = run(steps)
    print(json.dumps({"seconds": time.perf_counter() - start, "values": values}), flush=True)
