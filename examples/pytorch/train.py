"""Trains a small net to tell the arms of three spirals apart."""

import argparse
import json
import os

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--learning-rate", type=float, required=True)
parser.add_argument("--weight-decay", type=float, required=True)
parser.add_argument("--batch-size", type=int, required=True)
parser.add_argument("--layers", type=int, required=True)
parser.add_argument("--width", type=int, required=True)
parser.add_argument("--activation", choices=ACTIVATIONS, required=True)
parser.add_argument("--batch-norm", action="store_true")
args = parser.parse_args()

torch.set_num_threads(1)  # hpo runs a trial on each core


def spirals(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Points in the plane, and the arm that each belongs to; put your own data in their place."""
    generator = torch.Generator().manual_seed(seed)
    arm = torch.arange(count) % 3
    turn = torch.rand(count, generator=generator)
    angle = 7 * turn + arm * (2 * torch.pi / 3) + 0.25 * torch.randn(count, generator=generator)
    return torch.stack([turn * angle.cos(), turn * angle.sin()], dim=1), arm


train_points, train_arms = spirals(3000, seed=1)  # the same data for all trials
validation_points, validation_arms = spirals(1500, seed=2)

torch.manual_seed(args.seed % 2**63)  # other weights for each
layers: list[nn.Module] = []
for layer in range(args.layers):
    layers.append(nn.Linear(args.width if layer > 0 else 2, args.width))
    if args.batch_norm:
        layers.append(nn.BatchNorm1d(args.width))
    layers.append(ACTIVATIONS[args.activation]())
model = nn.Sequential(*layers, nn.Linear(args.width, 3))
optimizer = torch.optim.AdamW(model.parameters(), lr=args.learning_rate, weight_decay=args.weight_decay)
loss_of = nn.CrossEntropyLoss()

start = 1
if last := os.environ.get("HPO_LAST_CHECKPOINT"):  # this trial was interrupted, and goes on
    state = torch.load(last)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["rng"])
    start = state["epoch"] + 1

for epoch in range(start, args.epochs + 1):
    model.train()
    for batch in torch.randperm(len(train_points)).split(args.batch_size):
        optimizer.zero_grad()
        loss_of(model(train_points[batch]), train_arms[batch]).backward()
        optimizer.step()

    model.eval()
    with torch.no_grad():
        logits = model(validation_points)
        loss = loss_of(logits, validation_arms).item()
        accuracy = (logits.argmax(dim=1) == validation_arms).float().mean().item()
    print(json.dumps({"step": epoch, "value": loss, "accuracy": accuracy}))  # the pruner may end the program here

    if folder := os.environ.get("HPO_CHECKPOINT_FOLDER"):
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "rng": torch.get_rng_state()}
        torch.save({**state, "epoch": epoch}, f"{folder}/{epoch}")
        print(json.dumps({"checkpoint": epoch}))
