#!/bin/sh
# Makes the Python environment of the peers: bench/.venv.
set -e
cd "$(dirname "$0")"
python3 -m venv .venv
.venv/bin/pip install --quiet torch==2.13.0 jax==0.10.2 numpy scipy sympy \
  onnx==1.23.2 onnxruntime==1.32.0
