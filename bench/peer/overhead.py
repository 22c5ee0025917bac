"""Optuna's side of bench/overhead.ts: overhead.py tpe|random. Reads numbers of trials, and prints what one of them cost in ms."""

import os
import sys
import tempfile
import time

import optuna
from overhead_objective import objective

optuna.logging.set_verbosity(optuna.logging.ERROR)
name = sys.argv[1]


with tempfile.TemporaryDirectory() as folder:
    sampler = {"tpe": optuna.samplers.TPESampler, "random": optuna.samplers.RandomSampler}[name](seed=1)
    study = optuna.create_study(
        storage=f"sqlite:///{os.path.join(folder, 'b.db')}", sampler=sampler, pruner=optuna.pruners.MedianPruner()
    )
    for line in sys.stdin:
        started = time.perf_counter()
        study.optimize(objective, n_trials=int(line))
        print((time.perf_counter() - started) / int(line) * 1000, flush=True)
