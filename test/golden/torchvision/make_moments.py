"""Writes moments.json: means and deviations of the channels of the sample of CIFAR-10, by NumPy and PyTorch.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.13.0 numpy && /tmp/golden/bin/python make_moments.py
"""

import json
import pathlib

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent


def main():
    records = np.fromfile(HERE / "../../fixtures/cifar10-sample/data_batch_1.bin", np.uint8).reshape(-1, 3073)
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float64) / 255
    own = torch.from_numpy(pixels).std(dim=(2, 3)).mean(dim=0)  # divisor n - 1, PyTorch's default
    moments = {
        "mean": pixels.mean(axis=(0, 2, 3)).tolist(),
        "deviation": pixels.std(axis=(0, 2, 3)).tolist(),
        "deviationOfImages": own.tolist(),
    }
    (HERE / "moments.json").write_text(json.dumps(moments, indent=2) + "\n")


main()
