"""Reads what nabla wrote, and writes what it is to read. Exit 3: there is no NumPy."""

import json
import struct
import sys

try:
    import numpy as np
except ImportError:
    sys.exit(3)

folder = sys.argv[1]


def safetensors(path):
    """A reader of the format by its description."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    kinds = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "|u1"}
    metadata = header.pop("__metadata__", {})
    return metadata, {
        name: np.frombuffer(data[slice(*said["data_offsets"])], kinds[said["dtype"]]).reshape(said["shape"])
        for name, said in header.items()
    }


def told(array):
    return {"dtype": array.dtype.str, "shape": list(array.shape), "entries": array.ravel().tolist()}


archive = np.load(f"{folder}/ours.npz")
metadata, tensors = safetensors(f"{folder}/ours.safetensors")
found = {
    "npy": told(np.load(f"{folder}/ours.npy")),
    "npz": {name: told(archive[name]) for name in archive.files},
    "metadata": metadata,
    "tensors": {name: told(array) for name, array in tensors.items()},
}

X = (np.arange(60).reshape(5, 3, 4) * 7 % 251).astype(np.uint8)
y = np.array([2, 0, 1, 1, 0])
np.savez(f"{folder}/stored.npz", x_train=X, y_train=y, x_test=X[:2], y_test=y[:2])
np.savez_compressed(f"{folder}/packed.npz", x_train=X, y_train=y)
np.save(f"{folder}/X.npy", np.asfortranarray(X.astype(np.float64)))
np.save(f"{folder}/y.npy", y.astype(np.int16))
np.save(f"{folder}/half.npy", (X / 8).astype(np.float16))
print(json.dumps(found))
