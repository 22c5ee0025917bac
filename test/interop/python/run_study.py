"""Makes a study named `tuning` and runs it for so many seconds: run_study.py URL SECONDS.

Each trial reports three times, with pauses. Prints how many trials it ran, and the longest time that storing a report
took, in seconds.
"""

import json
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, seconds = sys.argv[1:]
study = optuna.create_study(study_name="tuning", storage=url, direction="maximize")
longest = 0.0


def objective(trial):
    global longest
    x = trial.suggest_float("x", 0, 1)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    trial.set_user_attr("by", "Optuna")
    for step in range(3):
        time.sleep(0.05)
        asked = time.monotonic()
        trial.report(x * (step + 1) / 3, step)
        longest = max(longest, time.monotonic() - asked)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return x + (optimizer == "sgd")


study.optimize(objective, timeout=float(seconds))
print(json.dumps({"trials": len(study.trials), "longest": longest}))
