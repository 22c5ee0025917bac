"""Writes recipe.json: the losses of PyTorch trainings with all that train() may add to a step, and clipped gradients.

Run it as make_losses.py. The net, its initial weights and the order of the images are those of trainings.ts.
"""

import json

import numpy as np
import torch
from make_losses import HERE, cases, initialise, load_images, networks
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn


def losses(case, images, labels, smoothing=0.0, norm=None, value=None, decay=None, cycle=False):
    net = networks[case["network"]]()
    initialise(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.004, momentum=0.9, nesterov=True, weight_decay=5e-4)
    steps = sum(-(-len(order) // case["batchSize"]) for order in case["order"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.004, steps, cycle_momentum=False) if cycle else None
    average = AveragedModel(net, avg_fn=get_ema_avg_fn(decay), use_buffers=True) if decay else None
    loss_of = nn.CrossEntropyLoss(label_smoothing=smoothing)
    held = slice(case["train"], case["train"] + case["validation"])
    history = []
    for order in case["order"]:
        net.train()
        total = 0
        for batch in torch.tensor(order).split(case["batchSize"]):
            optimizer.zero_grad()
            loss = loss_of(net(images[batch]), labels[batch])
            loss.backward()
            if norm:
                nn.utils.clip_grad_norm_(net.parameters(), norm)
            if value:
                nn.utils.clip_grad_value_(net.parameters(), value)
            optimizer.step()
            if schedule and steps > 1:
                schedule.step()
                steps -= 1
            if average:
                average.update_parameters(net)
            total += loss.item() * len(batch)
        judged = average or net
        judged.eval()
        with torch.no_grad():
            validation = nn.functional.cross_entropy(judged(images[held]), labels[held]).item()
        history.append({"trainLoss": round(total / len(order), 6), "validationLoss": round(validation, 6)})
    return history


def clipped():
    """Gradients of three weights by both rules."""
    rng = np.random.default_rng(20)
    gradients = [np.round(rng.normal(0, 2, shape), 3) for shape in [(2, 3), (4,), ()]]

    def by(clip):
        weights = [nn.Parameter(torch.zeros(gradient.shape, dtype=torch.float64)) for gradient in gradients]
        for weight, gradient in zip(weights, gradients):
            weight.grad = torch.tensor(gradient)
        clip(weights)
        return [np.round(weight.grad.numpy(), 9).ravel().tolist() for weight in weights]

    return {
        "gradients": [gradient.ravel().tolist() for gradient in gradients],
        "norm 1": by(lambda weights: nn.utils.clip_grad_norm_(weights, 1)),
        "norm 100": by(lambda weights: nn.utils.clip_grad_norm_(weights, 100)),
        "value 0.5": by(lambda weights: nn.utils.clip_grad_value_(weights, 0.5)),
    }


if __name__ == "__main__":
    case = next(case for case in cases() if case["network"] == "searchedCnn")
    data = load_images()
    golden = {
        "losses": {
            "plain": losses(case, *data),
            "smoothing": losses(case, *data, smoothing=0.2),
            "norm": losses(case, *data, norm=0.5),
            "value": losses(case, *data, value=0.005),
            "average": losses(case, *data, decay=0.8),
            "all": losses(case, *data, smoothing=0.1, norm=1, decay=0.8, cycle=True),
        },
        "clipped": clipped(),
    }
    (HERE / "recipe.json").write_text(json.dumps(golden, indent=1) + "\n")
