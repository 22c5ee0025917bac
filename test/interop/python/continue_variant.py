"""Runs trials of the variant space of study-features.test.ts, define-by-run: continue_variant.py URL NAME TRIALS.

Prints the parameters of the trials that it ran.
"""

import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, trials = sys.argv[1:]
study = optuna.load_study(study_name=name, storage=url, sampler=optuna.samplers.TPESampler(seed=1))
ran = []


def objective(trial):
    rate = trial.suggest_float("rate", 1e-4, 1, log=True)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd", "lion"])
    if optimizer == "adam":
        trial.suggest_float("optimizer.adam.beta1", 0.8, 0.99)
    elif optimizer == "sgd":
        trial.suggest_float("optimizer.sgd.momentum", 0, 0.99)
        trial.suggest_int("optimizer.sgd.steps", 1, 9)
    ran.append(trial.params)
    return math.log10(rate) ** 2


study.optimize(objective, n_trials=int(trials))
print(json.dumps(ran))
