"""Models in ONNX Runtime, after ONNX's own checker with its inference of shapes.

Reads a list of models as JSON, each with what it is fed, writes a list of their outputs; ends with 3 where there is no
ONNX Runtime.
"""
import base64
import json
import sys

try:
    import numpy as np
    import onnx
    import onnxruntime
except ImportError:
    sys.exit(3)

onnxruntime.set_default_logger_severity(3)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1


def output(trial):
    model = base64.b64decode(trial["model"])
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    fed = np.array(trial["data"], np.float32).reshape(trial["dims"])
    (found,) = session.run(None, {session.get_inputs()[0].name: fed})
    return {"dims": list(found.shape), "data": found.ravel().tolist()}


def told(trial):
    try:
        return output(trial)
    except Exception as error:
        return {"error": str(error)}


# Python writes what is not finite as NaN and Infinity, which is no JSON: such outputs are errors.
json.dump([told(trial) for trial in json.load(sys.stdin)], sys.stdout, allow_nan=False)
