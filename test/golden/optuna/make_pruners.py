"""Writes brackets.json, and for each pruner a file of what Optuna 5.0.0 decides in 500 generated studies.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install optuna==5.0.0 scipy==1.17.1
    /tmp/golden/bin/python make_pruners.py

Up to three trials run at once. Each event is `[trial, step, value, decision]`, with the rungs that the trial has
reached where there are some, or `[trial, state]`. The pruner is made anew for each decision, as in a process that
joins the study, since several of Optuna's keep what they found first. Seeds are fixed.
"""

import math

import numpy as np
import optuna
from golden_trials import write
from optuna import pruners
from optuna.trial import TrialState

STUDIES = 500


def successive_halving(rng):
    auto = rng.rand() < 0.3
    options = {
        "minResource": "auto" if auto else int(rng.choice([1, 1, 2, 3])),
        "reductionFactor": int(rng.choice([2, 3, 4])),
        "minEarlyStoppingRate": int(rng.choice([0, 0, 1])),
        "bootstrapCount": 0 if auto else int(rng.choice([0, 0, 3])),
    }
    return options, lambda: pruners.SuccessiveHalvingPruner(*options.values())


def hyperband(rng):
    auto = rng.rand() < 0.3
    options = {
        "minResource": int(rng.choice([1, 1, 2])),
        "maxResource": "auto" if auto else int(rng.choice([3, 9, 10, 27])),
        "reductionFactor": int(rng.choice([2, 3])),
        "bootstrapCount": 0 if auto else int(rng.choice([0, 0, 2])),
    }
    return options, lambda: pruners.HyperbandPruner(*options.values())


def patient(rng):
    wrapped = ["none", "median", "hyperband"][rng.randint(3)]
    options = {"pruner": wrapped, "patience": int(rng.randint(0, 4)), "minDelta": float(rng.choice([0, 0, 0.5]))}
    make = {
        "none": lambda: None,
        "median": lambda: pruners.MedianPruner(n_startup_trials=1),
        "hyperband": lambda: pruners.HyperbandPruner(max_resource=9),
    }[wrapped]
    return options, lambda: pruners.PatientPruner(make(), options["patience"], options["minDelta"])


def threshold(rng):
    options = {"warmupSteps": int(rng.choice([0, 0, 2])), "interval": int(rng.choice([1, 1, 2, 3]))}
    kind = rng.randint(3)
    if kind != 0:
        options["lower"] = float(rng.choice([-1, 0, -math.inf]))
    if kind != 1:
        options["upper"] = float(rng.choice([0, 1, 2, math.inf]))
    return options, lambda: pruners.ThresholdPruner(
        lower=options.get("lower"),
        upper=options.get("upper"),
        n_warmup_steps=options["warmupSteps"],
        interval_steps=options["interval"],
    )


def wilcoxon(rng):
    options = {"pThreshold": float(rng.choice([0.1, 0.05, 0.25, 0.5])), "startupSteps": int(rng.choice([0, 2, 3, 6]))}
    return options, lambda: pruners.WilcoxonPruner(
        p_threshold=options["pThreshold"], n_startup_steps=options["startupSteps"]
    )


WILD = [math.nan, math.nan, math.nan, math.inf, -math.inf]


def value(rng, is_whole, wildness):
    if rng.rand() < wildness:
        return WILD[rng.randint(5)]
    return float(rng.randint(6)) if is_whole else round(float(rng.randn()), 3)


def generated_study(kind, seed):
    rng = np.random.RandomState(seed * 7 + sum(map(ord, kind.__name__)))
    direction = ["minimize", "maximize"][seed % 2]
    options, make = kind(rng)
    study = optuna.create_study(study_name=f"{kind.__name__} {seed}", direction=direction)
    is_test = kind is wilcoxon
    is_whole = seed % 3 == 0
    wildness = [0.0, 0.0, 0.03, 0.1][seed % 4] * (0.3 if is_test else 1)
    length = int(rng.choice([6, 20, 60]) if is_test and seed % 5 == 0 else rng.choice([4, 6, 10]))
    trials = {}  # running: the trial, its steps, and how much worse it is
    events = []
    to_start = int(rng.randint(3, 5 if length > 10 else 9))
    while to_start > 0 or trials:
        if to_start > 0 and len(trials) < 3 and rng.rand() < 0.5:
            to_start -= 1
            trial = study.ask()
            own = max(1, length + (int(rng.randint(-2, 3)) if rng.rand() < 0.2 else 0))
            trials[trial.number] = (trial, [step for step in range(own) if rng.rand() < 0.95], float(rng.randint(-1, 2)))
            continue
        if not trials:
            continue
        number = list(trials)[rng.randint(len(trials))]
        trial, steps, shift = trials[number]
        if not steps:
            del trials[number]
            is_failed = rng.rand() < 0.1
            study.tell(trial, state=TrialState.FAIL) if is_failed else study.tell(trial, round(float(rng.randn()), 3) + shift)
            events.append([number, study.trials[number].state.name, *([] if is_failed else study.trials[number].values)])
            continue
        step = steps.pop(0)
        reported = value(rng, is_whole, wildness) + shift
        trial.report(reported, step)
        study.pruner = make()
        decision = bool(trial.should_prune())
        rungs = {k: v for k, v in study.trials[number].system_attrs.items() if k.startswith("completed_rung_")}
        events.append([number, step, reported, int(decision), *([rungs] if rungs else [])])
        if decision and rng.rand() < 0.8:
            del trials[number]
            study.tell(trial, state=TrialState.PRUNED)
            events.append([number, "PRUNED"])
    return {"name": study.study_name, "direction": direction, "options": options, "events": events}


def brackets():
    """The number of brackets around each power of the factor, and the brackets of the trials of some studies."""
    counts = []
    for factor in range(2, 40):
        power = factor
        while power < 2**40:
            for resource in (power - 1, power, power + 1):
                counts.append([1, resource, factor])
            power *= factor
    rng = np.random.RandomState(1)
    for _ in range(200):
        least = int(rng.randint(1, 50))
        counts.append([least, least * int(rng.randint(1, 1000)), int(rng.randint(2, 8))])
    study = optuna.create_study()
    for case in counts:
        pruner = pruners.HyperbandPruner(*case)
        pruner._try_initialization(study)
        case.append(pruner._n_brackets)
    names = ["study", "cifar-cnn", "é — 研究", "", "a b", "x" * 200]
    assigned = []
    for name, (factor, resource) in zip(names, [(3, 81), (3, 27), (2, 64), (4, 100), (3, 243), (3, 9)]):
        study = optuna.create_study(study_name=name)
        pruner = pruners.HyperbandPruner(1, resource, factor)
        pruner._try_initialization(study)
        trials = [study.ask() for _ in range(200)]
        found = [pruner._get_bracket_id(study, study.trials[trial.number]) for trial in trials]
        assigned.append([name, resource, factor, found])
    return {"counts": counts, "assigned": assigned}


kinds = {
    "successive-halving": successive_halving,
    "hyperband": hyperband,
    "patient": patient,
    "threshold": threshold,
    "wilcoxon": wilcoxon,
}
write("brackets.json", brackets())
for name, kind in kinds.items():
    write(f"{name}.json", [generated_study(kind, seed) for seed in range(STUDIES)])
