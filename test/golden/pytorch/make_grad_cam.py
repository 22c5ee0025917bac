"""Writes grad-cam.json: class activation maps of nets with the initial weights of initial-weights.ts.

Run it as make_losses.py. The images are the first of test/fixtures/cifar10-sample; a module is that of the net's
nn.Sequential, whose output's channels are weighed.
"""

import json

import torch
from make_losses import HERE, initialise, load_images, networks
from torch.nn.functional import interpolate

# Each net with a module, and the class that is explained; None for the predicted one.
CASES = [("searchedCnn", 4, 3), ("searchedCnn", 6, None), ("resnet9", 16, None), ("plainCnn", 8, 7)]
IMAGES = 2


def grad_cam(name, module, label):
    net = networks[name]()
    initialise(net)
    net.eval()
    images, _ = load_images()
    activation = net[: module + 1](images[:IMAGES]).detach().requires_grad_()
    logits = net[module + 1 :](activation)
    labels = logits.argmax(1) if label is None else torch.full((IMAGES,), label)
    logits.gather(1, labels[:, None]).sum().backward()
    weights = activation.grad.mean((2, 3), keepdim=True)
    maps = torch.relu((weights * activation.detach()).sum(1, keepdim=True))
    maps = maps / maps.amax((2, 3), keepdim=True).clamp_min(1e-30)
    large = interpolate(maps, (32, 32), mode="bilinear", align_corners=False)
    return {
        "network": name,
        "module": module,
        "label": label,
        "classes": labels.tolist(),
        "maps": [[round(value, 5) for value in large[at].flatten().tolist()] for at in range(IMAGES)],
    }


torch.set_num_threads(1)
(HERE / "grad-cam.json").write_text(json.dumps([grad_cam(*case) for case in CASES]) + "\n")
