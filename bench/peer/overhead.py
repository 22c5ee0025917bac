"""Optuna's side of bench/overhead.ts: overhead.py tpe|random TRIALS BLOCK. Prints the ms a trial cost, by the block."""

import json
import math
import os
import sys
import tempfile
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
name, trials, block = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def objective(trial):
    rate = trial.suggest_float("learningRate", 1e-5, 1e-1, log=True)
    dropout = trial.suggest_float("dropout", 0, 0.9)
    layers = trial.suggest_int("layers", 1, 8)
    width = trial.suggest_int("width", 16, 1024, log=True)
    trial.suggest_categorical("optimizer", ["adam", "sgd", "lion", "rmsprop"])
    value = math.log10(rate) ** 2 + dropout + layers + width / 1024
    for step in range(3):
        trial.report(value + 3 - step, step)
        trial.should_prune()
    return value


with tempfile.TemporaryDirectory() as folder:
    sampler = {"tpe": optuna.samplers.TPESampler, "random": optuna.samplers.RandomSampler}[name](seed=1)
    study = optuna.create_study(
        storage=f"sqlite:///{os.path.join(folder, 'b.db')}", sampler=sampler, pruner=optuna.pruners.MedianPruner()
    )
    costs = []
    for _ in range(trials // block):
        started = time.perf_counter()
        study.optimize(objective, n_trials=block)
        costs.append((time.perf_counter() - started) / block * 1000)
print(json.dumps(costs))
