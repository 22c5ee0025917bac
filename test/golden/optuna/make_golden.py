"""Writes the JSON files beside it: numbers of Optuna 5.0.0 that hpo's samplers, pruners and spaces are tested against.

Run it with a Python that has optuna==5.0.0 and numpy:

    python -m venv /tmp/golden && /tmp/golden/bin/pip install optuna==5.0.0 && /tmp/golden/bin/python make_golden.py

Seeds are fixed. Expected numbers have 13 digits and the tests compare to a relative 1e-9, so that another processor's
last digits do not matter. NaN and the infinities stand bare in the JSON, as Python writes them.

NumPy's default argsort leaves the order of equal values to the processor's vector width, and with it which of equal
observations gets which kernel width. Here the oldest comes first.
"""

import itertools
import math

import numpy as np
import optuna
from golden_groups import group_cases
from golden_objectives import hypervolume_cases, several_cases
from golden_tpe import tpe_cases
from golden_trials import short, write
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.pruners import MedianPruner, PercentilePruner
from optuna.samplers._tpe import _truncnorm
from optuna.samplers._tpe.sampler import default_weights
from optuna.trial import TrialState, create_trial


# --- Truncated normal ------------------------------------------------------------------------------------------------


def normal_numbers():
    points = [-1e5, -5000.0, -200.0, -60.0, -38.5, -37.5, -37.0, -25.0, -20.5, -20.0, -19.9, -12.0, -8.3, -6.0, -5.0]
    points += [-3.0, -1.5, -1.0, -0.7, -0.66, -0.5, -0.1, -1e-6, 0.0, 1e-6, 0.3, 0.66, 0.67, 1.0, 2.0, 4.0, 5.9, 6.1, 8.0]
    logs = [-1e6, -1e4, -800.0, math.log(1e-300), -690.0, -300.0, -100.0, -40.0, -10.0, -5.001, -4.999, -2.0, -1.0]
    logs += [-0.7, -0.5, -0.1, -0.0101, -0.0099, -1e-3, -1e-6, -1e-12, -1e-15]
    intervals = [(-1e4, -9999.0), (-500.0, -499.5), (-100.0, 3.0), (-60.0, -50.0), (-39.0, -38.0), (-30.0, -29.9)]
    intervals += [(-21.0, -20.0), (-20.1, -19.9), (-10.0, -9.0), (-5.0, 5.0), (-3.0, -2.9), (-1.0, 0.0), (-0.5, 0.7)]
    intervals += [(-0.02, 0.03), (-0.01, 1.0), (0.0, 2.0), (0.001, 0.031), (0.1, 0.2), (2.0, 2.04), (3.0, 9.0)]
    intervals += [(5.0, 5.04), (8.0, 8.02), (19.0, 21.0), (20.0, 20.01), (37.0, 39.0), (60.0, 60.1), (300.0, 301.0)]
    quantiles = [1e-300, 1e-200, 1e-16, 1e-8, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-8, 1 - 1e-15]
    mass = _truncnorm._log_gauss_mass(*np.array(intervals).T)
    triples = [(q, a, b) for (a, b), q in itertools.product(intervals, quantiles)]
    ppf = _truncnorm.ppf(*np.array(triples).T)
    inside = [(a + f * (b - a), a, b) for (a, b), f in itertools.product(intervals, [0.1, 0.5, 0.95])]
    pdf = _truncnorm.logpdf(*np.array(inside).T)
    return {
        "logCdf": [[x, short(y)] for x, y in zip(points, _truncnorm._log_ndtr(np.array(points)))],
        "inverse": [[y, short(x)] for y, x in zip(logs, _truncnorm._ndtri_exp(np.array(logs)))],
        "logMass": [[a, b, short(m)] for (a, b), m in zip(intervals, mass)],
        "quantile": [[*t, short(x)] for t, x in zip(triples, ppf)],
        "logDensity": [[*map(short, t), short(x)] for t, x in zip(inside, pdf)],
    }


# --- Pruners ---------------------------------------------------------------------------------------------------------


def pruner_case(seed):
    rng = np.random.RandomState(10_000 + seed)
    direction = ["minimize", "maximize"][seed % 2]
    percent = 50.0 if seed % 3 else float(rng.choice([0, 10, 25, 33.3, 75, 100]))
    options = {
        "startupTrials": int(rng.choice([0, 1, 5])),
        "warmupSteps": int(rng.choice([0, 0, 0, 2, 5])),
        "interval": int(rng.choice([1, 1, 2, 3])),
        "minTrials": int(rng.choice([1, 1, 3])),
    }
    wild = [math.nan] * 4 + [math.inf, -math.inf]

    def reports(share_of_nan):
        length = rng.randint(3 if seed % 4 else 0, 9)
        steps = [s for s in range(length) if rng.rand() < 0.85]
        return {
            s: (wild[rng.randint(6)] if rng.rand() < share_of_nan else float(rng.randint(6) if seed % 5 == 0 else round(rng.randn(), 3)))
            for s in steps
        }  # fmt: skip

    study = optuna.create_study(direction=direction)
    share = [0.0, 0.1, 0.5][seed % 3]
    states = [TrialState.COMPLETE] * 4 + [TrialState.PRUNED, TrialState.RUNNING, TrialState.FAIL]
    for _ in range(rng.randint(0, 16)):
        state = states[rng.randint(7)]
        study.add_trial(
            create_trial(state=state, value=0.0 if state == TrialState.COMPLETE else None, intermediate_values=reports(share))
        )
    asking = {}
    while not asking and rng.rand() < 0.97:
        asking = reports(1.0 if seed % 17 == 0 else share)
        if seed % 4 and rng.rand() < 0.8:  # Keep one step, so that it is not better than the others by its many reports.
            asking = dict(list(asking.items())[-1:])
    args = (options["startupTrials"], options["warmupSteps"], options["interval"])
    pruner = (
        MedianPruner(*args, n_min_trials=options["minTrials"])
        if percent == 50
        else PercentilePruner(percent, *args, n_min_trials=options["minTrials"])
    )
    trial = create_trial(state=TrialState.RUNNING, intermediate_values=asking)
    return {
        "direction": direction,
        "percent": percent,
        "options": options,
        "trials": [[t.state.name, list(t.intermediate_values.items())] for t in study.trials],
        "asking": list(asking.items()),
        "prune": bool(pruner.prune(study, trial)),
    }


# --- Spaces ----------------------------------------------------------------------------------------------------------


def last_steps():
    triples = [(0, 1, 0.1), (0, 1, 0.3), (0.1, 0.9, 0.1), (0.1, 0.95, 0.1), (0, 0.3, 0.1), (0, 0.7, 0.1), (0.05, 1, 0.05)]
    triples += [(0, 0.9999999999, 0.1), (0, 0.99999999999999, 0.1), (0, 1, 1 / 3), (0, 1, 0.7), (-1, 1, 0.4), (-0.7, 0.7, 0.2)]
    triples += [(1e-7, 1e-6, 1e-7), (1e-7, 1e-6, 3e-7), (0, 1e-300, 3e-301), (0, 5e-324, 5e-324), (1e20, 3e20, 7e19)]
    triples += [(0, 1e15, 0.1), (0.5, 0.5, 0.1), (0.5, 0.55, 0.1), (-3.3, -1.1, 1.1), (-3.3, -1.2, 1.1), (0, 2.5, 1e-3)]
    triples += [(1.23456789, 9.87654321, 0.000123), (0, 255, 0.1), (100.1, 100.9, 0.2), (0, 10, 2.5), (0, 10, 2.6)]
    rng = np.random.RandomState(7)
    for _ in range(30):
        low = round(rng.uniform(-10, 10), rng.randint(0, 6))
        step = max(round(rng.uniform(0, 2), rng.randint(1, 5)), 1e-4)
        triples.append((low, round(low + rng.uniform(0, 30), rng.randint(0, 6)), step))
    triples = [(float(low), float(max(low, high)), float(step)) for low, high, step in triples]
    ints = [(0, 10, 3), (1, 8, 2), (-7, 7, 4), (16, 512, 16), (16, 500, 16), (0, 1, 5), (-(2**40), 2**40, 12345)]
    return {
        "float": [[low, high, step, FloatDistribution(low, high, step=step).high] for low, high, step in triples],
        "int": [[low, high, step, IntDistribution(low, high, step=step).high] for low, high, step in ints],
    }


def main():
    write("normal.json", normal_numbers())
    write("weights.json", {str(n): short(default_weights(n)) for n in (0, 1, 24, 25, 26, 27, 60)})
    write("tpe.json", list(tpe_cases()))
    write("groups.json", group_cases())
    write("tpe-several.json", list(several_cases()))
    write("hypervolume.json", hypervolume_cases())
    write("percentile.json", [pruner_case(seed) for seed in range(500)])
    write("last-steps.json", last_steps())


main()
