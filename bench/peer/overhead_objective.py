"""The trial of bench/overhead.ts in Optuna: five mixed parameters, three reports, a free objective."""

import math


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
