"""Runs trials of a study with two directions: several_directions.py URL NAME TRIALS [front].

Prints the numbers of all trials, or of those on the Pareto front.
"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, trials = sys.argv[1:4]
study = optuna.load_study(study_name=name, storage=url, sampler=optuna.samplers.TPESampler(seed=1))


def objective(trial):
    x = trial.suggest_float("x", 0, 5)
    y = trial.suggest_float("y", 0, 3)
    return 4 * x**2 + 4 * y**2, -((x - 5) ** 2) - (y - 5) ** 2


if int(trials) > 0:
    study.optimize(objective, n_trials=int(trials))
shown = study.best_trials if sys.argv[4:] == ["front"] else study.trials
print(json.dumps([trial.number for trial in shown]))
