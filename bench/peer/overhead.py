"""Optuna's side of bench/overhead.ts: overhead.py tpe|random. Reads numbers of trials, and prints what one of them cost in ms."""

import math
import os
import sys
import tempfile
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
name = sys.argv[1]


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
    for line in sys.stdin:
        started = time.perf_counter()
        study.optimize(objective, n_trials=int(line))
        print((time.perf_counter() - started) / int(line) * 1000, flush=True)
