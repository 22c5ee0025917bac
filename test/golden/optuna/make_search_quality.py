"""Writes search-quality.json beside it: what Optuna 5.0.0 finds, for hpo's searches to be compared with.

For each of six functions the best value after 100 trials by Optuna's default TPE, for 30 seeds. The same functions stand
in test/support/test-functions.ts. Run it with a Python that has optuna==5.0.0; it takes some minutes:

    python -m venv /tmp/golden && /tmp/golden/bin/pip install optuna==5.0.0 && /tmp/golden/bin/python make_search_quality.py
"""

import json
import math
import pathlib
import warnings

import optuna

assert optuna.__version__ == "5.0.0", optuna.__version__
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
TRIALS, SEEDS = 100, 30


def sphere(trial):
    return sum((trial.suggest_float(f"x{i}", -5, 5) - 1.5) ** 2 for i in range(5))


def rosenbrock(trial):
    u = math.log(trial.suggest_float("a", 0.05, 20, log=True))
    v = math.log(trial.suggest_float("b", 0.05, 20, log=True))
    return 100 * (v - u * u) ** 2 + (1 - u) ** 2


def choices(trial):
    kind = trial.suggest_categorical("kind", ["a", "b", "c", "d"])
    flag = trial.suggest_categorical("flag", [True, False])
    x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
    centre = {"a": 0.2, "b": 0.4, "c": 0.6, "d": 0.8}[kind]
    offset = {"a": 0.3, "b": 0.0, "c": 0.1, "d": 0.5}[kind] + (0.0 if flag == (kind in "bd") else 0.2)
    return offset + 4 * (x - centre) ** 2 + 4 * (y - 1 + centre) ** 2


def integers(trial):
    layers = trial.suggest_int("layers", 1, 12)
    width = trial.suggest_int("width", 8, 1024, log=True)
    units = trial.suggest_int("units", 16, 512, step=16)
    steps = trial.suggest_int("steps", 0, 200)
    return (
        0.3 * abs(layers - 7) + math.log(width / 96) ** 2 + ((units - 208) / 64) ** 2 + ((steps - 130) / 40) ** 2
    )


def conditional(trial):
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd", "lion"])
    if optimizer == "adam":
        rate = trial.suggest_float("optimizer.adam.rate", 1e-5, 1e-1, log=True)
        beta = trial.suggest_float("optimizer.adam.beta", 0.5, 0.999)
        return 0.1 + 0.3 * (math.log10(rate) + 3) ** 2 + 10 * (beta - 0.9) ** 2
    if optimizer == "sgd":
        rate = trial.suggest_float("optimizer.sgd.rate", 1e-3, 1, log=True)
        momentum = trial.suggest_float("optimizer.sgd.momentum", 0, 1)
        return 0.3 * (math.log10(rate) + 1) ** 2 + 2 * (momentum - 0.8) ** 2
    return 0.15 + 0.3 * (math.log10(trial.suggest_float("optimizer.lion.rate", 1e-6, 1e-2, log=True)) + 4) ** 2


def plateaus(trial):
    x, z = trial.suggest_float("x", 0, 1), trial.suggest_float("z", 0, 1)
    y = trial.suggest_float("y", 0, 1, step=0.05)
    width = trial.suggest_int("width", 1, 64)
    distance = (x - 0.7) ** 2 + (y - 0.3) ** 2 + (z - 0.5) ** 2 + ((width - 40) / 64) ** 2
    noise = math.sin(12.9898 * x + 78.233 * z) * 43758.5453
    return math.floor(20 * math.sqrt(distance)) / 20 + 0.02 * (noise - math.floor(noise))


def best(function, seed):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(function, n_trials=TRIALS)
    return float(f"{study.best_value:.9g}")


def main():
    functions = [sphere, rosenbrock, choices, integers, conditional, plateaus]
    rows = [
        f'"{function.__name__}": {json.dumps([best(function, seed) for seed in range(SEEDS)])}' for function in functions
    ]
    text = "{\n" + ",\n".join(rows) + "\n}\n"
    (pathlib.Path(__file__).parent / "search-quality.json").write_text(text)


main()
