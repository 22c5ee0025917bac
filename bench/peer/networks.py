"""PyTorch's form of the nets of hpo/tfjs that the benchmarks and the golden data compare: same layers, same biases.

The nets in which a batch normalisation follows a layer directly leave that layer's bias out, since it would be
subtracted again; `redundant=True` gives them these biases, as the nets that they are made after have them.
"""

import torch
from torch import nn


def searched_cnn(fc1, fc2, dropout, redundant=False):
    return variant_cnn("searched", fc1, fc2, dropout, redundant=redundant)


def variant_cnn(kind, fc1=124, fc2=64, dropout=0, redundant=False):
    def convolved(inputs, outputs, size):
        return [nn.Conv2d(inputs, outputs, size, bias=redundant), nn.BatchNorm2d(outputs), nn.ReLU()]

    def residual(channels):
        def padded():
            return [nn.Conv2d(channels, channels, 3, padding=1, bias=redundant), nn.BatchNorm2d(channels)]

        return [Residual(*padded(), nn.ReLU(), *padded()), nn.ReLU()]

    def two():
        return [*convolved(3, 20, 3), nn.MaxPool2d(2), *convolved(20, 40, 4), nn.MaxPool2d(2)], 40 * 6 * 6

    def four(a, b, c, d, block=lambda channels: []):
        half = [*convolved(3, a, 5), *convolved(a, b, 3), nn.MaxPool2d(2), *block(b)]
        return [*half, *convolved(b, c, 3), *convolved(c, d, 3), nn.MaxPool2d(2), *block(d)], d * 4 * 4

    def hidden(inputs, widths, dropout):
        layers = [nn.Flatten()]
        for width in widths:
            layers += [nn.Linear(inputs, width, bias=redundant), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(dropout)]
            inputs = width
        return [*layers, nn.Linear(inputs, 10)]

    (convolutions, features), widths, rate = {
        "first": (two(), [124, 64], 0),
        "narrow": (two(), [32, 16], 0),
        "oneLayer": (two(), [], 0),
        "fourConvs": (four(20, 40, 60, 80), [124, 64], 0),
        "moreKernels": (four(40, 80, 120, 160), [124], 0),
        "residual": (four(20, 40, 60, 80, residual), [124, 64], 0),
        "dropout": (two(), [124, 64], 0.5),
        "searched": (two(), [fc1, fc2], dropout),
    }[kind]
    return nn.Sequential(*convolutions, *hidden(features, widths, rate))


def plain_cnn(dropout=0.5):
    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(outputs), nn.MaxPool2d(2)]

    hidden = [nn.Flatten(), nn.Linear(128 * 4 * 4, 512), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*block(3, 32), *block(32, 64), *block(64, 128), *hidden, nn.Linear(512, 10))


def six_conv_cnn(dropout=0.5, redundant=False):
    def convolved(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, bias=redundant), nn.BatchNorm2d(outputs), nn.ReLU()]

    return nn.Sequential(
        *[*convolved(3, 16), *convolved(16, 32), nn.MaxPool2d(2), nn.Dropout(dropout)],
        *[*convolved(32, 64), *convolved(64, 128), nn.Dropout(dropout)],
        *[*convolved(128, 256), *convolved(256, 512), nn.Dropout(dropout)],
        *[nn.Flatten(), nn.Linear(512 * 6 * 6, 1024), nn.ReLU(), nn.Dropout(dropout)],
        *[nn.Linear(1024, 256), nn.ReLU(), nn.Linear(256, 10)],
    )


class WeightedBranches(nn.Module):
    """Three parallel convolutions, added up by three weights of each image."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, 3)
        self.linear.initial_bias = 1
        self.branches = nn.ModuleList(nn.Conv2d(inputs, outputs, 3, padding=1) for _ in range(3))

    def forward(self, x):
        weights = torch.relu(self.linear(x.mean((2, 3))))
        weighed = [
            torch.relu(branch(x)) * weights[:, at].view(-1, 1, 1, 1) for at, branch in enumerate(self.branches)
        ]
        return sum(weighed)


def weighted_branches(dropout=0.5):
    def block(inputs, outputs):
        return [WeightedBranches(inputs, outputs), nn.BatchNorm2d(outputs), nn.MaxPool2d(2)]

    widths = [3, 32, 64, 128, 256, 512]
    blocks = [layer for inputs, outputs in zip(widths, widths[1:]) for layer in block(inputs, outputs)]
    hidden = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 256), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*blocks, *hidden, nn.Linear(256, 10))


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


def resnet9():
    def convolution(inputs, outputs):
        return nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)

    def convolved(inputs, outputs):
        return [convolution(inputs, outputs), nn.ReLU(), nn.BatchNorm2d(outputs)]

    def halved(inputs, outputs):
        return [convolution(inputs, outputs), nn.MaxPool2d(2), nn.ReLU(), nn.BatchNorm2d(outputs)]

    return nn.Sequential(
        *convolved(3, 64),
        *halved(64, 128),
        Residual(*convolved(128, 128), *convolved(128, 128)),
        *halved(128, 256),
        *halved(256, 512),
        Residual(*convolved(512, 512), *convolved(512, 512)),
        *[nn.MaxPool2d(4), nn.Flatten(), nn.Linear(512, 10, bias=False)],
    )


def he_initialise(net):
    """Normal kernels of deviation sqrt(2 / fan-in) and zero biases, as heInitialise of hpo/tfjs."""
    for module in net.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return net
