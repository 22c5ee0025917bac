"""Makes a study with TPE and the median pruner, with data of every sort: make_study.py URL NAME."""

import sys
import warnings

import optuna

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

url, name = sys.argv[1:]


def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    dropout = trial.suggest_float("dropout", 0.0, 0.9, step=0.1)
    layers = trial.suggest_int("layers", 1, 5)
    units = trial.suggest_int("units", 16, 1000, log=True)
    batch = trial.suggest_int("batch", 32, 510, step=32)
    mixed = trial.suggest_categorical("mixed", [None, True, False, 1.5, 2, "é \"quoted\" 🎉"])
    if trial.number % 2:
        trial.suggest_float("conditional/only odd", 0, 1)
    trial.set_user_attr("note", "épreuve 🎉")
    trial.set_user_attr("numbers", [float("nan"), float("inf"), -float("inf"), {"deep": [1, None]}])
    trial.storage.set_trial_system_attr(trial._trial_id, "framework:odd", {"number": trial.number})
    for step in range(5):
        trial.report(x**2 + 10 * step, step)
        if trial.should_prune():
            raise optuna.TrialPruned()
    if trial.number == 3:
        trial.report(float("nan"), 10)
        trial.report(float("inf"), 12)
        trial.report(-float("inf"), 11)
    if trial.number == 4:
        raise ValueError("this trial fails")
    if trial.number == 5:
        return float("nan")
    if trial.number == 6:
        return float("inf")
    return x**2 + dropout + layers + units * rate + batch + (mixed is None)


study = optuna.create_study(
    study_name=name,
    storage=url,
    sampler=optuna.samplers.TPESampler(seed=1),
    pruner=optuna.pruners.MedianPruner(n_startup_trials=3),
)
study.set_user_attr("owner", {"name": "Ω", "limit": float("inf")})
study.enqueue_trial({"x": 1.5, "mixed": None}, user_attrs={"queued": True})
study.optimize(objective, n_trials=25, catch=(ValueError,))
study.enqueue_trial({"x": -2.5, "mixed": True})
study.ask()  # takes the waiting trial and leaves it running
study.enqueue_trial({"x": 99.0, "rate": 1e-3})
study.add_trial(optuna.trial.create_trial(state=optuna.trial.TrialState.PRUNED, value=-float("inf")))

several = optuna.create_study(study_name=f"{name} several", storage=url, directions=["maximize", "minimize"])
several.optimize(lambda trial: (trial.suggest_float("x", 0, 1), -float("inf")), n_trials=2)
several.set_metric_names(["accuracy", "seconds"])
