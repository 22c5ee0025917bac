"""Prints what Optuna's pruner alone decides on a stored study's reports: replay_pruning.py URL NAME PRUNER.

The trials are taken one after the other. For each it prints the number of its reports after which it is pruned, or
null, and the rungs that it has reached.
"""

import json
import sys

import optuna

PRUNERS = {
    "hyperband": lambda: optuna.pruners.HyperbandPruner(max_resource=9),
    "successiveHalving": lambda: optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=2),
}


def replay(url, name, pruner):
    stored = optuna.load_study(study_name=name, storage=url).trials
    study = optuna.create_study(study_name=name, pruner=PRUNERS[pruner]())
    for old in stored:
        trial = study.ask()
        pruned = None
        for count, (step, value) in enumerate(sorted(old.intermediate_values.items()), 1):
            trial.report(value, step)
            if trial.should_prune():
                pruned = count
                break
        study.tell(trial, state=optuna.trial.TrialState.PRUNED) if pruned else study.tell(trial, old.value)
        rungs = {k: v for k, v in study.trials[-1].system_attrs.items() if k.startswith("completed_rung_")}
        yield [pruned, rungs]


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(json.dumps(list(replay(*sys.argv[1:]))))
