"""Writes resnet18.json: the shapes of torchvision's ResNet-18, its features of some images, and resized images.

Needs torch and torchvision, as make_losses.py. The weights and images come from the formula of hashed-numbers.ts, so that
nothing but the features has to be kept.
"""

import json
import pathlib
import zlib

import numpy as np
import torch
from vision import resnet18

SIZES = [(32, 32), (33, 47), (224, 224)]


def hashed_numbers(name, shape):
    with np.errstate(over="ignore"):
        hashed = np.arange(np.prod(shape), dtype=np.uint32) + np.uint32(zlib.crc32(name.encode()))
        hashed = (hashed ^ (hashed >> 16)) * np.uint32(0x85EBCA6B)
        hashed = (hashed ^ (hashed >> 13)) * np.uint32(0xC2B2AE35)
        hashed = hashed ^ (hashed >> 16)
    return (hashed / 2**31 - 1).astype(np.float32).reshape(shape)


def weights(name, tensor):
    """Kernels within He's limits, and the rest around the values that a trained net has."""
    numbers = hashed_numbers(name, tuple(tensor.shape))
    if tensor.dim() > 1:
        return numbers * np.float32(np.sqrt(6 / np.prod(tensor.shape[1:])))
    is_around_one = name.endswith(("running_var", "weight"))
    return numbers * np.float32(0.5) + np.float32(is_around_one)


def image(height, width):
    channels_last = hashed_numbers(f"image {height}x{width}", (1, height, width, 3))
    return torch.from_numpy(np.ascontiguousarray(channels_last.transpose(0, 3, 1, 2)))


def rounded(numbers):
    return [float(f"{number:.7g}") for number in numbers.flatten().tolist()]


net = resnet18().eval()
state = {name: tensor for name, tensor in net.state_dict().items() if "num_batches" not in name}
net.load_state_dict({name: torch.from_numpy(weights(name, tensor)) for name, tensor in state.items()}, strict=False)
logits = net.fc
net.fc = torch.nn.Identity()
with torch.no_grad():
    features = {f"{height}x{width}": rounded(net(image(height, width))) for height, width in SIZES}
    first = logits(net(image(32, 32)))[0, :10]
    resized = torch.nn.functional.interpolate(image(32, 32), size=(45, 70), mode="bilinear", align_corners=False)
golden = {
    "shapes": {name: list(tensor.shape) for name, tensor in state.items()},
    "features": features,
    "logits": rounded(first),
    "resized": rounded(resized[0, :, ::9, ::14].permute(1, 2, 0)),
}
path = pathlib.Path(__file__).parent / "resnet18.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
