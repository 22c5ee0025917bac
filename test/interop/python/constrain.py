"""Prints the best trial of a study and each trial's constraints, and adds a trial that meets its own: constrain.py URL NAME."""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1:]
study = optuna.load_study(study_name=name, storage=url)
print(json.dumps([study.best_trial.number, [trial.constraints for trial in study.trials]]))


def objective(trial):
    trial.set_constraint("memory", -3)
    return trial.suggest_float("x", 0, 1) - 10


study.optimize(objective, n_trials=1)
