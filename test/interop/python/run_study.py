"""Makes a study named `tuning` and runs it until a file is there: run_study.py URL FILE. At the most two minutes.

Each trial reports three times, with pauses. Prints how many trials it ran.
"""

import os
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, enough = sys.argv[1:]
study = optuna.create_study(study_name="tuning", storage=url, direction="maximize")


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    trial.set_user_attr("by", "Optuna")
    for step in range(3):
        time.sleep(0.05)
        trial.report(x * (step + 1) / 3, step)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return x + (optimizer == "sgd")


def stop_when_told(study, _):
    if os.path.exists(enough):
        study.stop()


study.optimize(objective, timeout=120, callbacks=[stop_when_told])
print(len(study.trials))
