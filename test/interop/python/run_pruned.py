"""Runs trials of a study with a pruner of pruners.test.ts: run_pruned.py URL NAME PRUNER TRIALS."""

import sys

import optuna
from replay_pruning import PRUNERS

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, pruner, trials = sys.argv[1:]
sampler = optuna.samplers.RandomSampler(seed=1)
study = optuna.load_study(study_name=name, storage=url, sampler=sampler, pruner=PRUNERS[pruner]())


def objective(trial):
    x = trial.suggest_float("x", -1, 1)
    for step in range(1, 10):
        trial.report(x**2 + 1 / step, step)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return x**2


study.optimize(objective, n_trials=int(trials))
