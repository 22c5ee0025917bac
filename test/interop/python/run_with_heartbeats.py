"""Runs trials of a study for some seconds with heartbeats switched on: run_with_heartbeats.py URL NAME SECONDS.

Before each trial Optuna fails those whose heartbeat has stopped. Prints the numbers of the trials that it ran.
"""

import json
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, seconds = sys.argv[1:]
storage = optuna.storages.RDBStorage(url, heartbeat_interval=1, grace_period=1)
study = optuna.load_study(study_name=name, storage=storage)
ran = []


def objective(trial):
    ran.append(trial.number)
    time.sleep(0.2)
    return trial.suggest_float("x", 0, 1)


study.optimize(objective, timeout=float(seconds))
print(json.dumps(ran))
