"""Runs trials of a study with names as Hydra's sweeper has them: hydra_study.py URL NAME TRIALS.

Prints the parameters of the best trial.
"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, trials = sys.argv[1:]


def objective(trial):
    rate = trial.suggest_float("optimizer.lr", 1e-4, 1, log=True)
    kind = trial.suggest_categorical("kind", ["cnn", "mlp"])
    layers = trial.suggest_int("model.layers", 1, 4)
    return abs(rate - 0.1) + layers + (kind == "mlp")


sampler = optuna.samplers.RandomSampler(seed=1)
study = optuna.create_study(study_name=name, storage=url, sampler=sampler, load_if_exists=True)
study.optimize(objective, n_trials=int(trials))
print(json.dumps(study.best_params))
