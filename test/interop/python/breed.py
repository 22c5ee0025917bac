"""Runs trials of a study of two directions with Optuna's NSGAIISampler: breed.py URL NAME COUNT. Creates it if need be."""

import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, count = sys.argv[1:]
study = optuna.create_study(
    study_name=name,
    storage=url,
    directions=["minimize", "maximize"],
    sampler=optuna.samplers.NSGAIISampler(population_size=6, seed=1),
    load_if_exists=True,
)


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    n = trial.suggest_int("n", 1, 9)
    return x * n, n - x


study.optimize(objective, n_trials=int(count))
