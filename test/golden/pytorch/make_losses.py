"""Writes losses.json: the losses of short PyTorch trainings that those of hpo/tfjs are tested against, and the nets'
numbers of parameters.

Run it in a checkout that has its node_modules, with a Python that has torch==2.13.0 and torchvision:

    python -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.13.0 torchvision
    /tmp/golden/bin/python make_losses.py

Images come from test/fixtures/cifar10-sample, the order of the batches from batch-order.ts, and the initial weights from
the formula of initial-weights.ts, so that nothing but the losses has to be kept.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE / "../../../bench/peer"))
from networks import plain_cnn, resnet9, searched_cnn, six_conv_cnn, variant_cnn, weighted_branches  # noqa: E402
from vision import resnet18  # noqa: E402

kinds = ["first", "narrow", "oneLayer", "fourConvs", "moreKernels", "residual", "dropout"]
# Each net, and where it leaves out biases that a normalisation subtracts again, the original that has them.
networks = {
    "searchedCnn": lambda **others: searched_cnn(128, 64, 0, **others),
    "plainCnn": lambda: plain_cnn(0),
    "resnet9": resnet9,
    "sixConvCnn": lambda **others: six_conv_cnn(0, **others),
    "weightedBranches": lambda: weighted_branches(0),
    "resnet18": lambda: resnet18(num_classes=10),
    **{f"variantCnn {kind}": lambda kind=kind, **others: variant_cnn(kind, **others) for kind in kinds},
}
with_redundant = [name for name in networks if name.startswith(("searched", "six", "variant"))]


def load_images(paths=(HERE / "../../fixtures/cifar10-sample/data_batch_1.bin",)):
    records = np.concatenate([np.fromfile(path, np.uint8).reshape(-1, 3073) for path in paths])
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float64) / 255
    mean, deviation = np.array([0.4914, 0.4822, 0.4465]), np.array([0.247, 0.2435, 0.2616])
    normalised = (pixels - mean[:, None, None]) / deviation[:, None, None]
    return torch.from_numpy(normalised.astype(np.float32)), torch.from_numpy(records[:, 0].astype(np.int64))


def initial_kernel(layer, shape):
    """The kernel of initial-weights.ts: the number of the layer, and the kernel's shape with the outputs last."""
    with np.errstate(over="ignore"):
        hashed = np.arange(np.prod(shape), dtype=np.uint32) + np.uint32(0x9E3779B9) * np.uint32(layer + 1)
        hashed = (hashed ^ (hashed >> 16)) * np.uint32(0x85EBCA6B)
        hashed = (hashed ^ (hashed >> 13)) * np.uint32(0xC2B2AE35)
        hashed = hashed ^ (hashed >> 16)
    limit = np.sqrt(6 / np.prod(shape[:-1]))
    return ((hashed / 2**31 - 1) * limit).astype(np.float32).reshape(shape)


def initialise(net):
    """Channels come last in hpo/tfjs and first here, in kernels and in what Flatten makes of the last convolution."""
    layers = [module for module in net.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    channels = 3
    for index, layer in enumerate(layers):
        if isinstance(layer, nn.Conv2d):
            channels = layer.out_channels
            kernel = initial_kernel(index, (*layer.kernel_size, layer.in_channels, channels)).transpose(3, 2, 0, 1)
        else:
            kernel = initial_kernel(index, (layer.in_features, layer.out_features))
            if isinstance(layers[index - 1], nn.Conv2d):
                side = int((layer.in_features // channels) ** 0.5)
                kernel = kernel.reshape(side, side, channels, -1).transpose(2, 0, 1, 3).reshape(layer.in_features, -1)
            kernel = kernel.T
        layer.weight.data = torch.from_numpy(np.ascontiguousarray(kernel))
        if layer.bias is not None:
            nn.init.constant_(layer.bias, getattr(layer, "initial_bias", 0))


def losses(case, images, labels):
    net = networks[case["network"]]()
    initialise(net)
    optimizer = torch.optim.Adam(net.parameters(), lr=case["learningRate"], weight_decay=case["weightDecay"])
    loss_of = nn.CrossEntropyLoss()
    held = slice(case["train"], case["train"] + case["validation"])
    history = []
    for order in case["order"]:
        net.train()
        total = 0
        for batch in torch.tensor(order).split(case["batchSize"]):
            optimizer.zero_grad()
            loss = loss_of(net(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        net.eval()
        with torch.no_grad():
            validation = loss_of(net(images[held]), labels[held]).item()
        history.append({"trainLoss": round(total / len(order), 6), "validationLoss": round(validation, 6)})
    return history


def cases():
    """The trainings of trainings.ts, with the order of their images."""
    assert torch.__version__.split("+")[0] == "2.13.0", torch.__version__
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    command = ["npx", "tsx", "--conditions=hpo-source", "batch-order.ts"]
    return json.loads(subprocess.run(command, cwd=HERE, check=True, capture_output=True).stdout)


def parameters(net):
    return sum(parameter.numel() for parameter in net.parameters())


if __name__ == "__main__":
    golden = {case["network"]: losses(case, *load_images()) for case in cases()}
    (HERE / "losses.json").write_text(json.dumps(golden, indent=2) + "\n")
    counts = {
        name: {"net": parameters(build()), "original": parameters(build(redundant=True) if name in with_redundant else build())}
        for name, build in networks.items()
    }
    (HERE / "parameters.json").write_text(json.dumps(counts, indent=2) + "\n")
