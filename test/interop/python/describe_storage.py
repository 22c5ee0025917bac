"""Prints all that Optuna reads from a storage, as JSON: describe_storage.py URL.

Times are printed in UTC; numbers that JSON lacks are printed bare, as NaN and Infinity.
"""

import json
import sys
from datetime import timezone

import optuna
from optuna.distributions import distribution_to_json


def utc(time):
    return time and time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def describe_trial(trial):
    return {
        "number": trial.number,
        "state": trial.state.name,
        "params": trial.params,
        "distributions": {
            name: json.loads(distribution_to_json(distribution)) for name, distribution in trial.distributions.items()
        },
        "values": trial.values,
        "intermediateValues": sorted(trial.intermediate_values.items()),
        "userAttrs": trial.user_attrs,
        "systemAttrs": trial.system_attrs,
        "startedAt": utc(trial.datetime_start),
        "completedAt": utc(trial.datetime_complete),
    }


def describe_study(summary, url):
    study = optuna.load_study(study_name=summary.study_name, storage=url)
    return {
        "name": study.study_name,
        "directions": [direction.name.lower() for direction in study.directions],
        "userAttrs": study.user_attrs,
        "systemAttrs": study._storage.get_study_system_attrs(study._study_id),
        "trials": [describe_trial(trial) for trial in study.trials],
        "best": [trial.number for trial in study.best_trials],
    }


url = sys.argv[1]
print(json.dumps([describe_study(summary, url) for summary in optuna.get_all_study_summaries(url)]))
