"""Losses of networks and their gradients by PyTorch's autograd, in double precision.

Reads a list of networks as JSON, writes a list of values and gradients; ends with 3 where there is no PyTorch.
"""
import json
import sys

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    sys.exit(3)

torch.set_default_dtype(torch.float64)
activations = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    # F.softplus is the identity from 20 on.
    "softplus": lambda x: torch.logaddexp(x, torch.zeros(())),
}
losses = {
    "softmax cross-entropy": F.cross_entropy,
    "squared error": lambda z, y: (z - F.one_hot(y, z.shape[1])).square().sum() / len(y),
    # Also at the entry of the class itself, where the margin is 1 whatever the weights.
    "hinge": lambda z, y: F.relu(z - z.gather(1, y[:, None]) + 1).sum() / len(y),
}


def gradients(network):
    weights = [torch.tensor(w).requires_grad_() for w in network["weights"]]
    biases = [torch.tensor(b).requires_grad_() for b in network["biases"]]
    h = torch.tensor(network["X"])
    for k, (W, b) in enumerate(zip(weights, biases)):
        h = h @ W.T + b
        if k < len(weights) - 1:
            h = activations[network["activation"]](h)
    loss = losses[network["loss"]](h, torch.tensor(network["classes"]))
    loss = loss + network["l2"] * sum(W.square().sum() for W in weights)
    loss.backward()
    return {
        "value": loss.item(),
        "weights": [W.grad.tolist() for W in weights],
        "biases": [b.grad.tolist() for b in biases],
    }


json.dump([gradients(network) for network in json.load(sys.stdin)], sys.stdout)
