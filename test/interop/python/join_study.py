"""Runs trials of a study of `writeKnownStudy` until it has some finished ones.

    join_study.py URL NAME FINISHED [SECONDS BETWEEN HEARTBEATS]
"""

import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, finished = sys.argv[1], sys.argv[2], int(sys.argv[3])
storage = optuna.storages.RDBStorage(url, heartbeat_interval=int(sys.argv[4])) if len(sys.argv) > 4 else url
study = optuna.load_study(study_name=name, storage=storage, pruner=optuna.pruners.NopPruner())


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    lr = trial.suggest_float("lr", 1e-4, 1, log=True)
    shape = trial.suggest_categorical("shape", ["a", "b", "c"])
    loss = (x - 2) * (x - 2) + lr * lr + (0 if shape == "b" else 1)
    for step in range(4):  # KNOWN_STEPS
        trial.report(loss + 3 - step, step)
        time.sleep(0.03)
    trial.set_user_attr("by", "Optuna")
    return loss


while sum(t.state.is_finished() for t in study.get_trials(deepcopy=False)) < finished:
    try:
        study.optimize(objective, n_trials=1)
    except optuna.exceptions.StorageInternalError as error:
        if "locked" not in str(error.__cause__ or error):
            raise
    print(study.trials[-1].number if study.trials else -1, flush=True)
