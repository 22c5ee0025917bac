"""Asks for a trial and goes away: leave_running.py URL NAME."""

import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1:]
optuna.load_study(study_name=name, storage=url).ask()
