"""Optuna's side of bench/overhead/postgresql.ts, one process: overhead_postgresql.py URL tpe|random.

Says when it is ready, reads numbers of seconds, runs trials for so long, and prints how many it has run and what they
cost it, as JSON.
"""

import json
import sys
import time

import optuna
from overhead_objective import objective

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1:]

sampler = {"tpe": optuna.samplers.TPESampler, "random": optuna.samplers.RandomSampler}[name]()
study = optuna.create_study(
    study_name="s", storage=url, sampler=sampler, pruner=optuna.pruners.MedianPruner(), load_if_exists=True
)
print('"ready"', flush=True)
for line in sys.stdin:
    trials = 0

    def count(study, trial):
        global trials
        trials += 1

    before = time.process_time()
    study.optimize(objective, timeout=float(line), callbacks=[count])
    print(json.dumps({"trials": trials, "cpuMs": (time.process_time() - before) * 1000}), flush=True)
