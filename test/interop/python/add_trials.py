"""Runs four trials of the study that test/support/written-study.ts writes: add_trials.py URL NAME.

Prints the numbers of the trials that it ran.
"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1:]
study = optuna.load_study(study_name=name, storage=url, sampler=optuna.samplers.TPESampler(seed=1))
ran = []


def objective(trial):
    ran.append(trial.number)
    x = trial.suggest_float("x", -5, 5)
    trial.suggest_float("lr", 1e-4, 1, log=True)
    trial.suggest_categorical("shape", ["a", "b", "c"])
    trial.report(x**2, 0)
    return x**2


study.optimize(objective, n_trials=4)
print(json.dumps(ran))
