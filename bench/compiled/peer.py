"""What contestants in Python share: the workload with its numbers, and the requests that they answer.

    python NAME-peer.py FOLDER THREADS CONFIGURATION
"""
import json
import platform
import sys
import time

import numpy as np

folder, threads, configuration = sys.argv[1], int(sys.argv[2]), sys.argv[3].split("+")
with open(f"{folder}/workload.json", encoding="utf8") as file:
    workload = json.load(file)
spec, types = workload["spec"], workload["types"]
sizes, params = spec.get("sizes"), spec["params"]


def load(name, *shape):
    array = np.fromfile(f"{folder}/{name}.bin", dtype=types[name]).reshape(shape or -1)
    return array.astype("f8") if "double" in configuration and array.dtype == "f4" else array


def number(name):
    return float(load(name)[0])


def batches():
    """The places at which the batches begin, over and over."""
    at = 0
    while True:
        yield at
        at = (at + spec["batch"]) % (spec["samples"] // spec["batch"] * spec["batch"])


def serve(version, run, results=lambda: []):
    """Answers requests: `run(count)` gives values, `results()` the gradients or the product."""
    for line in sys.stdin:
        request = json.loads(line)
        if "steps" in request:
            start = time.perf_counter()
            values = run(request["steps"])
            answer = {"seconds": time.perf_counter() - start, "values": values}
        elif "results" in request:
            parts = [np.asarray(part, dtype="f8").ravel() for part in results()]
            np.concatenate(parts).tofile(request["results"])
            answer = {}
        else:
            answer = {"versions": {"Python": platform.python_version(), **version}}
        print(json.dumps(answer), flush=True)
