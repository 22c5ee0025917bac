"""Writes summaries.json: the layers of two nets with weights, counted in PyTorch as torchinfo counts them (each weight of a
convolution once for each place of its output, those of other layers once). Needs torch and torchvision, as make_losses.py.
"""

import json
import pathlib
import sys

import torch
from torch import nn
from vision import resnet18

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE / "../../../bench/peer"))
from networks import six_conv_cnn  # noqa: E402


def layers(net, side):
    rows = []

    def count(module, inputs, output):
        parameters = sum(parameter.numel() for parameter in module.parameters())
        channels, *places = output.shape[1:]
        multiply_adds = parameters * (torch.Size(places).numel() if isinstance(module, nn.Conv2d) else 1)
        if parameters > 0:
            rows.append([[*places, channels], parameters, multiply_adds])

    for module in net.modules():
        if not list(module.children()):
            module.register_forward_hook(count)
    net.eval()(torch.zeros(1, 3, side, side))
    return rows


golden = {"sixConvCnn": layers(six_conv_cnn(), 32), "resnet18": layers(resnet18(), 224)}
(HERE / "summaries.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
