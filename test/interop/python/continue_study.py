"""Runs five more trials of a study that has a float `x` and choices `units`: continue_study.py URL NAME.

Prints the numbers of the trials that it ran.
"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1:]
study = optuna.load_study(study_name=name, storage=url)
ran = []


def objective(trial):
    ran.append(trial.number)
    x = trial.suggest_float("x", 0, 1)
    units = trial.suggest_categorical("units", [32, 64, None, "many", True, 0.5])
    trial.report(float("nan"), 1)
    trial.report(x, 2)
    trial.set_user_attr("by", "Optuna")
    return x + (units == 64)


study.optimize(objective, n_trials=5)
print(json.dumps(ran))
