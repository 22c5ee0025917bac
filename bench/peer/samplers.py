"""Optuna's side of bench/quality.ts. Reads a question a line, and answers each with a line of JSON:

{"study": {"sampler": "tpe", "directions": 1, "seed": 3}}, {"ask": 0}, {"suggest": [0, "x", "…distribution…"]},
{"tell": [0, [1.5], [-0.5]]} (the values, and constraints that are met at 0 and below)
"""

import json
import sys
import warnings

import optuna
from optuna.distributions import json_to_distribution

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
samplers = {
    "optuna-tpe": optuna.samplers.TPESampler,
    "optuna-gp": optuna.samplers.GPSampler,
    "optuna-cmaes": optuna.samplers.CmaEsSampler,
    "optuna-nsga2": optuna.samplers.NSGAIISampler,
    "optuna-random": optuna.samplers.RandomSampler,
}
study = None
running = {}

for line in sys.stdin:
    [(kind, question)] = json.loads(line).items()
    answer = None
    if kind == "study":
        running = {}
        constrained = {"constraints_func": lambda trial: trial.user_attrs["constraints"]} if question["constrained"] else {}
        sampler = samplers[question["sampler"]](seed=question["seed"], **constrained)
        study = optuna.create_study(sampler=sampler, directions=["minimize"] * question["directions"])
    elif kind == "ask":
        running[question] = study.ask()
    elif kind == "suggest":
        number, name, distribution = question
        answer = running[number]._suggest(name, json_to_distribution(distribution))
    elif kind == "tell":
        number, values, constraints = question
        trial = running.pop(number)
        if constraints:
            trial.set_user_attr("constraints", constraints)
        study.tell(trial, values)
    print(json.dumps(answer), flush=True)
