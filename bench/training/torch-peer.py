"""PyTorch trains a network as its users do: an epoch is a random order, a gather for each batch, and steps of Adam or SGD.

    python torch-peer.py JSON

Tensors are indexed by a random order, which is several times as fast as a DataLoader. The configuration is made of
words: fused (the fused optimiser), compile (torch.compile of the forward pass and the loss). Prints a line of JSON an epoch:
the seconds of its steps with what gave them their samples, and those of the epoch with its figures on the test samples.
"""
import gzip
import json
import sys
import time

import numpy as np
import torch

spec = json.loads(sys.argv[1])
words = spec["configuration"].split("+")
torch.set_num_threads(spec["threads"])
torch.manual_seed(1)
layers, batch = spec["layers"], spec["batch"]


def idx(path, start, width):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), dtype="u1")[start:].reshape(-1, width)


def read(part):
    files = spec["files"][part]
    if spec["format"] == "idx":
        return idx(files[0], 16, layers[0]), idx(files[1], 8, 1).ravel()
    records = np.concatenate([np.fromfile(f, dtype="u1").reshape(-1, 3073) for f in files])
    return records[:, 1:], records[:, 0]


def tensors(part):
    images, labels = read(part)
    return torch.from_numpy(images.astype("f4") / 255), torch.from_numpy(labels.astype("i8"))


X, Y = tensors("train")
testX, testY = tensors("test")
modules = []
for k in range(1, len(layers)):
    modules.append(torch.nn.Linear(layers[k - 1], layers[k]))
    torch.nn.init.kaiming_normal_(modules[-1].weight)
    torch.nn.init.zeros_(modules[-1].bias)
    if k < len(layers) - 1:
        modules.append(torch.nn.ReLU())
net = torch.nn.Sequential(*modules)
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=spec["rate"], fused="fused" in words or None)


def loss_of(x, y):
    out = net(x)
    return criterion(out, y), (out.argmax(1) == y).sum()


if "compile" in words:
    # The last batch is smaller: it is another shape, compiled once as well.
    loss_of = torch.compile(loss_of, dynamic=False)


def batches():
    order = torch.randperm(len(X))
    for at in range(0, len(X), batch):
        some = order[at : at + batch]
        yield X[some], Y[some]


for epoch in range(spec["epochs"]):
    start = time.perf_counter()
    total, found = torch.zeros(()), torch.zeros((), dtype=torch.int64)
    for x, y in batches():
        loss, right = loss_of(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(x)
        found += right
    value, share = float(total) / len(X), float(found) / len(X)
    seconds = time.perf_counter() - start
    with torch.no_grad():
        accuracy = float((net(testX).argmax(1) == testY).float().mean())
    whole = time.perf_counter() - start
    told = {"seconds": seconds, "whole": whole, "loss": value, "train": share, "accuracy": accuracy, "torch": torch.__version__}
    print(json.dumps(told), flush=True)
