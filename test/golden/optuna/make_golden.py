"""Writes the JSON files beside it: numbers of Optuna 5.0.0 that hpo's samplers, pruners and spaces are tested against.

Run it with a Python that has optuna==5.0.0 and numpy:

    python -m venv /tmp/golden && /tmp/golden/bin/pip install optuna==5.0.0 && /tmp/golden/bin/python make_golden.py

Seeds are fixed. Expected numbers have 13 digits and the tests compare to a relative 1e-9, so that another processor's
last digits do not matter. NaN and the infinities stand bare in the JSON, as Python writes them.

NumPy's default argsort leaves the order of equal values to the processor's vector width, and with it which of equal
observations gets which kernel width. Here the oldest comes first.
"""

import itertools
import json
import math
import pathlib
import types
import warnings

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution, distribution_to_json
from optuna.pruners import MedianPruner, PercentilePruner
from optuna.samplers import TPESampler
from optuna.samplers._tpe import _truncnorm, parzen_estimator
from optuna.samplers._tpe.probability_distributions import _BatchedCategoricalDistributions
from optuna.samplers._tpe.sampler import _split_trials, default_gamma, default_weights
from optuna.trial import TrialState, create_trial

assert optuna.__version__ == "5.0.0", optuna.__version__
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
HERE = pathlib.Path(__file__).parent


class StableNumpy(types.SimpleNamespace):
    def __getattr__(self, name):
        return getattr(np, name)

    @staticmethod
    def argsort(values):
        return np.argsort(values, kind="stable")


parzen_estimator.np = StableNumpy()


def short(value):
    """13 digits of numbers, in lists of any depth."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [short(item) for item in value]
    number = float(value)
    if not math.isfinite(number):
        return number
    number = float(f"{number:.13g}")
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def write(name, data):
    items = data.items() if isinstance(data, dict) else None
    text = (
        "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in items) + "\n}\n"
        if items
        else "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in data) + "\n]\n"
    )
    (HERE / name).write_text(text)


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


# --- TPE -------------------------------------------------------------------------------------------------------------

SPACES = {
    "float": {"x": FloatDistribution(-5.0, 10.0)},
    "log": {"lr": FloatDistribution(1e-5, 1.0, log=True)},
    "step": {"dropout": FloatDistribution(0.0, 0.9, step=0.1)},
    "int": {"layers": IntDistribution(1, 8)},
    "wide-int": {"steps": IntDistribution(0, 100_000)},
    "int-step": {"units": IntDistribution(16, 512, step=16)},
    "int-log": {"width": IntDistribution(1, 1024, log=True)},
    "choice": {"kind": CategoricalDistribution(["a", "b", "c", "d", "e"])},
    "mixed": {
        "lr": FloatDistribution(1e-4, 1e-1, log=True),
        "dropout": FloatDistribution(0.1, 0.9),
        "batch": CategoricalDistribution([32, 64, 128, 256, 512]),
        "layers": IntDistribution(1, 8),
        "width": IntDistribution(4, 256, log=True),
        "momentum": FloatDistribution(0.5, 0.95, step=0.05),
        "nesterov": CategoricalDistribution([True, False, None]),
    },
    "cnn": {
        "learningRate": FloatDistribution(1e-4, 1e-1, log=True),
        "dropout": FloatDistribution(0.1, 0.9),
        "fc": CategoricalDistribution([32, 64, 128]),
    },
}
STATES = [TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING, TrialState.FAIL]


def draw(rng, distribution, spread):
    """A value of the distribution; `spread` below 1 gathers the values around one place, so that many are alike."""
    u = float(np.clip(0.3 + spread * (rng.rand() - 0.3), 0, 1))
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[min(int(u * len(distribution.choices)), len(distribution.choices) - 1)]
    low, high = distribution.low, distribution.high
    value = math.exp(math.log(low) + u * (math.log(high) - math.log(low))) if distribution.log else low + u * (high - low)
    if distribution.step is not None:
        value = low + round((value - low) / distribution.step) * distribution.step
    if isinstance(distribution, IntDistribution):
        return int(min(max(value, low), high))
    return float(min(max(float(f"{value:.7g}"), low), high))


def reports_of(rng):
    if rng.rand() < 0.2:
        return {}
    steps = sorted(rng.choice(12, size=rng.randint(1, 6), replace=False).tolist())
    return {step: (math.nan if rng.rand() < 0.2 else round(rng.randn(), 2)) for step in steps}


def make_trial(rng, number, space, *, state, spread, ties, lacks, constrained):
    params = {name: draw(rng, distribution, spread) for name, distribution in space.items()}
    if lacks and rng.rand() < lacks:
        del params[sorted(params)[rng.randint(len(params))]]
    value = float(rng.randint(4)) if ties else round(rng.randn(), 4)
    if rng.rand() < 0.03:
        value = math.copysign(math.inf, rng.randn())
    constraints = [round(rng.randn(), 1), round(rng.randn() - 1, 1)] if constrained and rng.rand() < 0.5 else None
    trial = create_trial(
        state=state,
        value=value if state == TrialState.COMPLETE else None,
        params=params,
        distributions={name: space[name] for name in params},
        intermediate_values=reports_of(rng) if state != TrialState.COMPLETE else {},
        system_attrs={"constraints": constraints} if constraints is not None else {},
    )
    trial.number = number
    return trial


def wider(space):
    """The same parameters with bounds that reach further, so that there are observations outside of the space."""
    return {
        name: FloatDistribution(d.low - 2, d.high + 2) if isinstance(d, FloatDistribution) and not (d.log or d.step)
        else IntDistribution(d.low, d.high + 5) if isinstance(d, IntDistribution) and not d.log and d.step == 1
        else d
        for name, d in space.items()
    }  # fmt: skip


def kernels_of(estimator):
    rows = []
    for d in estimator._mixture_distribution.distributions:
        if isinstance(d, _BatchedCategoricalDistributions):
            rows.append({"rows": short(d.weights)})
        else:
            rows.append({"means": short(d.mu), "sigmas": short(d.sigma)})
    return {"weights": short(estimator._mixture_distribution.weights), "kernels": rows}


def internal(space, samples):
    return {name: [float(x) for x in samples[name]] for name in space}


def tpe_case(seed, label, space, count, *, states=(1, 0, 0, 0), direction="minimize", spread=1.0, ties=False, lacks=0.0,
             constrained=False, outside=False):  # fmt: skip
    rng = np.random.RandomState(seed)
    study = optuna.create_study(direction=direction)
    sampler = TPESampler(seed=seed)
    drawn_from = wider(space) if outside else space
    trials = [
        make_trial(rng, number, drawn_from, state=STATES[rng.choice(4, p=np.array(states) / sum(states))], spread=spread,
                   ties=ties, lacks=lacks, constrained=constrained)
        for number in range(count)
    ]  # fmt: skip
    used = [t for t in trials if t.state != TrialState.FAIL]
    n = sum(t.state != TrialState.RUNNING for t in used)
    below, above = _split_trials(study, used, default_gamma(n))
    good = sampler._build_parzen_estimator(study, space, below, handle_below=True)
    rest = sampler._build_parzen_estimator(study, space, above, handle_below=False)
    candidates = internal(space, good.sample(rng, 24))
    elsewhere = internal(
        space, {k: np.array([d.to_internal_repr(draw(rng, d, 1.0)) for _ in range(6)]) for k, d in space.items()}
    )
    points = {name: np.array(candidates[name] + elsewhere[name]) for name in space}
    log_good, log_rest = good.log_pdf(points), rest.log_pdf(points)
    return {
        "label": f"{label}, {count} trials, seed {seed}",
        "direction": direction,
        "space": {name: json.loads(distribution_to_json(d)) for name, d in space.items()},
        "drawnFrom": {name: json.loads(distribution_to_json(d)) for name, d in drawn_from.items()},
        "trials": [
            [
                t.state.name,
                [t.params.get(name, "none") for name in space],
                t.value,
                list(t.intermediate_values.items()),
                t.system_attrs.get("constraints"),
            ]
            for t in trials
        ],
        "below": [t.number for t in below],
        "above": [t.number for t in above],
        "good": kernels_of(good),
        "rest": kernels_of(rest) if len(above) <= 40 else None,
        "points": {name: points[name].tolist() for name in space},
        "logGood": short(log_good),
        "logRest": short(log_rest),
        "candidates": 24,
        "chosen": int(np.argmax(log_good[:24] - log_rest[:24])),
    }


def tpe_cases():
    seeds = itertools.count(1)
    for name, space in SPACES.items():
        for count, states in [(1, (1, 0, 0, 0)), (2, (1, 0, 0, 0)), (11, (1, 0, 0, 0)), (30, (6, 3, 1, 1))]:
            yield tpe_case(next(seeds), name, space, count, states=states)
        yield tpe_case(next(seeds), f"{name} gathered", space, 60, spread=0.1, states=(5, 1, 1, 0))
    for name in ("mixed", "cnn"):
        space = SPACES[name]
        yield tpe_case(next(seeds), f"{name} none", space, 0)
        yield tpe_case(next(seeds), f"{name} maximize", space, 40, direction="maximize", states=(3, 2, 1, 1))
        yield tpe_case(next(seeds), f"{name} ties", space, 40, ties=True)
        yield tpe_case(next(seeds), f"{name} ties maximize", space, 40, ties=True, direction="maximize")
        yield tpe_case(next(seeds), f"{name} pruned only", space, 35, states=(0, 1, 0, 0))
        yield tpe_case(next(seeds), f"{name} pruned mostly", space, 90, states=(1, 20, 1, 1), direction="maximize")
        yield tpe_case(next(seeds), f"{name} running only", space, 6, states=(0, 0, 1, 0))
        yield tpe_case(next(seeds), f"{name} running mostly", space, 40, states=(1, 0, 5, 0))
        yield tpe_case(next(seeds), f"{name} lacking", space, 50, lacks=0.6, states=(4, 2, 1, 0))
        yield tpe_case(next(seeds), f"{name} infeasible", space, 45, constrained=True, states=(3, 1, 1, 0))
        yield tpe_case(next(seeds), f"{name} infeasible mostly", space, 60, constrained=True, states=(1, 30, 0, 0))
        yield tpe_case(next(seeds), f"{name} outside", space, 25, outside=True)
    yield tpe_case(next(seeds), "float outside", SPACES["float"], 12, outside=True)
    yield tpe_case(next(seeds), "float outside", SPACES["float"], 1, outside=True)
    yield tpe_case(next(seeds), "int outside", SPACES["int"], 30, outside=True)
    yield tpe_case(next(seeds), "mixed", SPACES["mixed"], 120, states=(6, 2, 1, 1))
    yield tpe_case(next(seeds), "cnn", SPACES["cnn"], 400, states=(6, 2, 1, 1))
    yield tpe_case(next(seeds), "wide-int", SPACES["wide-int"], 300, states=(6, 2, 1, 1))


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
    write("percentile.json", [pruner_case(seed) for seed in range(300)])
    write("last-steps.json", last_steps())


main()
