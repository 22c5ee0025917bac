"""Writes schedules.json: learning rates of torch.optim.lr_scheduler, step by step or epoch by epoch.

Run it with a Python that has torch==2.13.0, as make_losses.py. David Page's piecewise-linear rule is numpy.interp.
"""

import json
import pathlib
import warnings

import numpy as np
import torch
from torch.optim import lr_scheduler as torch_schedules

HERE = pathlib.Path(__file__).parent
EPOCHS, STEPS = 12, 7
RATE = 0.4
LOSSES = [2.0, 1.5, 1.4999, 1.6, 1.7, 1.3, 1.35, float("nan"), 1.4, 1.29995, 1.5, 1.5, 1.5, 1.5, 1.5, 1.2]
ACCURACIES = [0.1, 0.3, 0.30002, 0.25, 0.2, 0.5, 0.45, 0.5, 0.4, 0.50004, 0.4, 0.4, 0.4, 0.4, 0.4, 0.6]


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)


def rate(of):
    return of.param_groups[0]["lr"]


def per_epoch(make):
    """The rate of each epoch."""
    of = optimizer()
    schedule = make(of)
    rates = []
    for _ in range(EPOCHS):
        rates.append(rate(of))
        of.step()
        schedule.step()
    return rates


def per_step(make, epochs=EPOCHS, steps=STEPS):
    """The rate of each step of the training."""
    of = optimizer()
    schedule = make(of)
    rates = []
    for at in range(epochs * steps):
        rates.append(rate(of))
        of.step()
        if at < epochs * steps - 1:
            schedule.step()
    return rates


def fractional(make):
    of = optimizer()
    schedule = make(of)
    rates = []
    for epoch in range(EPOCHS):
        for step in range(STEPS):
            of.step()
            schedule.step(epoch + step / STEPS)
            rates.append(rate(of))
    return rates


def on_plateau(values, **options):
    """The rate of each epoch, the one after the last value included."""
    of = optimizer()
    schedule = torch_schedules.ReduceLROnPlateau(of, **options)
    rates = [rate(of)]
    for value in values:
        schedule.step(value)
        rates.append(rate(of))
    return rates


def warm(of, then, epochs):
    """A warm-up of some epochs, step by step, in front of a schedule by steps."""
    steps = epochs * STEPS
    rise = torch_schedules.LinearLR(of, start_factor=0.1, total_iters=steps)
    return torch_schedules.SequentialLR(of, [rise, then(of, (EPOCHS - epochs) * STEPS)], milestones=[steps])


warnings.simplefilter("ignore")
total = EPOCHS * STEPS
golden = {
    "epochs": EPOCHS,
    "stepsPerEpoch": STEPS,
    "learningRate": RATE,
    "losses": [None if np.isnan(loss) else loss for loss in LOSSES],
    "accuracies": ACCURACIES,
    "perEpoch": {
        "step": per_epoch(lambda of: torch_schedules.StepLR(of, 5)),
        "steps": per_epoch(lambda of: torch_schedules.MultiStepLR(of, [3, 7, 7], gamma=0.2)),
        "cosine": per_epoch(lambda of: torch_schedules.CosineAnnealingLR(of, EPOCHS, eta_min=0.01 * RATE)),
        "restarts": per_epoch(lambda of: torch_schedules.CosineAnnealingWarmRestarts(of, 3)),
    },
    "perStep": {
        "cosine": per_step(lambda of: torch_schedules.CosineAnnealingLR(of, total)),
        "restarts": fractional(lambda of: torch_schedules.CosineAnnealingWarmRestarts(of, 4)),
        "lengthening": fractional(
            lambda of: torch_schedules.CosineAnnealingWarmRestarts(of, 2, T_mult=2, eta_min=0.1 * RATE)
        ),
        "oneCycle": per_step(lambda of: torch_schedules.OneCycleLR(of, RATE, total, cycle_momentum=False)),
        "linearCycle": per_step(
            lambda of: torch_schedules.OneCycleLR(
                of,
                RATE,
                total,
                pct_start=0.45,
                anneal_strategy="linear",
                div_factor=10,
                final_div_factor=100,
                cycle_momentum=False,
            )
        ),
        "shortCycle": per_step(lambda of: torch_schedules.OneCycleLR(of, RATE, 3, cycle_momentum=False), 1, 3),
        "warmup": per_step(lambda of: torch_schedules.LinearLR(of, total_iters=10)),
        "warmCosine": per_step(
            lambda of: warm(of, lambda o, steps: torch_schedules.CosineAnnealingLR(o, steps), 2)
        ),
        "piecewise": [float(RATE * np.interp(at / STEPS, [0, 5, 12], [0, 1, 0])) for at in range(total)],
        "plateaus": [float(RATE * np.interp(at / STEPS, [1, 2.5, 6, 9], [0.2, 1, 1, 0.1])) for at in range(total)],
    },
    "onPlateau": {
        "usual": on_plateau(LOSSES, patience=2),
        "impatient": on_plateau(LOSSES, patience=0, factor=0.5, min_lr=0.1 * RATE),
        "cooling": on_plateau(LOSSES, patience=1, factor=0.5, cooldown=2, threshold=0.1, threshold_mode="abs"),
        "accuracy": on_plateau(ACCURACIES, mode="max", patience=1, factor=0.3),
        "accuracyApart": on_plateau(ACCURACIES, mode="max", patience=1, threshold=0.15, threshold_mode="abs"),
    },
}

assert torch.__version__.split("+")[0] == "2.13.0", torch.__version__
(HERE / "schedules.json").write_text(json.dumps(golden) + "\n")
