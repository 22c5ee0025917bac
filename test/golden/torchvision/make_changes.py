"""Writes changes.json: real images, changed by torchvision with fixed parameters.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.13.0 torchvision==0.28.0 numpy &&
        /tmp/golden/bin/python make_changes.py

The pixels of a result are kept as 16-bit numbers (1 is 65535), row by row, channels last.
"""

import base64
import json
import pathlib

import numpy as np
import torch
import torchvision.transforms.functional as F
from torchvision.transforms import InterpolationMode

HERE = pathlib.Path(__file__).parent

STEPS = {
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
}

CASES = [
    {"name": "turned by 30 degrees", "degrees": 30},
    {"name": "turned by -77.5 degrees", "degrees": -77.5},
    {"name": "turned by 90 degrees", "degrees": 90},
    {"name": "turned by 180 degrees", "degrees": 180},
    {"name": "a part of 20 by 28 pixels, turned", "degrees": 41, "height": 20, "width": 28},
    {"name": "one channel, turned and jittered", "degrees": -9, "channels": 1, "colours": [
        ["contrast", 1.4], ["hue", 0.2], ["brightness", 0.8], ["saturation", 0.3]]},
    {"name": "mirrored, turned and shifted", "mirrored": True, "degrees": 24, "top": 3, "left": -2},
    {"name": "upside down, turned and shifted", "upsideDown": True, "degrees": -63, "top": -4, "left": 1},
    {"name": "mirrored, upside down and shifted", "mirrored": True, "upsideDown": True, "top": 2, "left": 4},
    *({"name": f"{kind} by {amount}", "colours": [[kind, amount]]} for kind, amount in [
        ("brightness", 0.5), ("brightness", 1.5), ("contrast", 0.5), ("contrast", 1.5), ("contrast", 0),
        ("saturation", 0.5), ("saturation", 1.5), ("saturation", 0), ("hue", -0.5), ("hue", 0.17), ("hue", 0.5)]),
    {"name": "all colours in one order", "colours": [
        ["hue", -0.31], ["contrast", 1.45], ["brightness", 0.7], ["saturation", 1.2]]},
    {"name": "all changes, colours in another order", "mirrored": True, "degrees": 51, "top": -1, "left": 2, "colours": [
        ["saturation", 1.4], ["brightness", 1.3], ["hue", 0.4], ["contrast", 0.6]]},
]  # fmt: skip


def load_image(index):
    records = np.fromfile(HERE / "../../fixtures/cifar10-sample/data_batch_1.bin", np.uint8).reshape(-1, 3073)
    return torch.from_numpy(records[index, 1:].reshape(3, 32, 32)).float() / 255


def changed(image, case):
    image = image[: case.get("channels", 3), : case.get("height", 32), : case.get("width", 32)]
    _, height, width = image.shape
    if case.get("mirrored"):
        image = F.hflip(image)
    if case.get("upsideDown"):
        image = F.vflip(image)
    if "degrees" in case:
        image = F.rotate(image, case["degrees"], interpolation=InterpolationMode.BILINEAR)
    if "top" in case:
        padding = 4
        image = F.crop(F.pad(image, [padding]), padding + case["top"], padding + case["left"], height, width)
    for kind, amount in case.get("colours", []):
        image = STEPS[kind](image, amount)
    return image


def main():
    results = []
    for at, case in enumerate(CASES):
        pixels = changed(load_image(at), case).permute(1, 2, 0).double().numpy()
        words = np.round(pixels * 65535).astype("<u2")
        results.append({"image": at, **case, "pixels": base64.b64encode(words.tobytes()).decode()})
    (HERE / "changes.json").write_text(json.dumps(results, indent=2) + "\n")


main()
