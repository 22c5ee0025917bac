"""Writes optimizers.json: weights after each of some steps of torch.optim's optimizers, in float64.

Run it with a Python that has torch==2.13.0, as make_losses.py.
"""

import json
import pathlib

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
STEPS = 6
rng = np.random.default_rng(20)
start = np.round(rng.normal(0, 1, 8), 3)
gradients = np.round(rng.normal(0, 1, (STEPS, 8)) * 10.0 ** rng.integers(-3, 2, (STEPS, 8)), 5)

cases = {
    "adam": (torch.optim.Adam, {}),
    "adam, penalised": (torch.optim.Adam, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-4, "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {}),
    "adamw, decayed": (torch.optim.AdamW, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-4, "weight_decay": 0.3}),
    "adamw, undecayed": (torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0}),
    "sgd": (torch.optim.SGD, {"lr": 0.05}),
    "sgd, momentum": (torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.1}),
    "sgd, nesterov": (torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "rmsprop, momentum": (torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.9, "momentum": 0.8, "weight_decay": 0.1}),
    "rmsprop, centered": (torch.optim.RMSprop, {"lr": 0.02, "eps": 1e-3, "centered": True}),
    "rmsprop, with all": (
        torch.optim.RMSprop,
        {"lr": 0.02, "alpha": 0.8, "eps": 1e-3, "momentum": 0.5, "centered": True, "weight_decay": 0.05},
    ),
}


def weights(make, options):
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimizer = make([parameter], **options)
    path = []
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        path.append([round(weight, 9) for weight in parameter.tolist()])
    return path


assert torch.__version__.split("+")[0] == "2.13.0", torch.__version__
golden = {
    "start": start.tolist(),
    "gradients": gradients.tolist(),
    "weights": {name: weights(*case) for name, case in cases.items()},
}
(HERE / "optimizers.json").write_text(json.dumps(golden) + "\n")
