"""Enqueues a trial: enqueue.py URL NAME PARAMS."""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, params = sys.argv[1:]
optuna.load_study(study_name=name, storage=url).enqueue_trial(json.loads(params))
