"""Search spaces and generated trials that several of the golden files are made of, and how they are written down."""

import json
import math
import pathlib
import types
import warnings

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution, distribution_to_json
from optuna.samplers._tpe import parzen_estimator
from optuna.trial import TrialState, create_trial

assert optuna.__version__ == "5.0.0", optuna.__version__
warnings.simplefilter("ignore")
np.seterr(all="ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
HERE = pathlib.Path(__file__).parent


class StableNumpy(types.SimpleNamespace):
    """NumPy, but of equal values the oldest comes first: see make_golden.py."""

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


def as_json(space):
    return {name: json.loads(distribution_to_json(d)) for name, d in space.items()}


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


def constraints_of(rng, form):
    """System attributes with two constraints or three, in the list of older versions, by key as in Optuna 5, or both."""
    values = [round(rng.randn(), 1), round(rng.randn() - 1, 1), round(rng.randn() - 1, 1)]
    if form == "list":
        return {"constraints": values[:2]}
    if form == "keys":
        return {"constraints:memory": values[0], "constraints:0": values[1]}
    return {"constraints": values[:2], "constraints:1": values[2]}  # replaces the second of the list


def value_of(rng, ties):
    value = float(rng.randint(4)) if ties else round(rng.randn(), 4)
    return math.copysign(math.inf, rng.randn()) if rng.rand() < 0.03 else value


def history(rng, count, space, *, states=(1, 0, 0, 0), spread=1.0, ties=False, lacks=0.0, constraints=None, objectives=1,
            kinds=None):  # fmt: skip
    """
    Trials with numbers 0, 1, 2, ...: `states` are the odds of COMPLETE, PRUNED, RUNNING and FAIL; `lacks` is how likely
    one lacks a parameter; `constraints` the form in which half of them tell of theirs; `kinds` the lists of parameters of
    which each trial has one.
    """
    trials = []
    for number in range(count):
        state = STATES[rng.choice(4, p=np.array(states) / sum(states))]
        names = list(space) if kinds is None else kinds[rng.randint(len(kinds))]
        params = {name: draw(rng, space[name], spread) for name in names}
        if lacks and rng.rand() < lacks:
            del params[sorted(params)[rng.randint(len(params))]]
        values = [value_of(rng, ties) for _ in range(objectives)]
        trial = create_trial(
            state=state,
            values=values if state == TrialState.COMPLETE else None,
            params=params,
            distributions={name: space[name] for name in params},
            intermediate_values=reports_of(rng) if state != TrialState.COMPLETE and objectives == 1 else {},
            system_attrs=constraints_of(rng, constraints) if constraints and rng.rand() < 0.5 else {},
        )
        trial.number = number
        trials.append(trial)
    return trials


def rows_of(trials, space):
    return [
        [
            t.state.name,
            [t.params.get(name, "none") for name in space],
            t.values,
            list(t.intermediate_values.items()),
            t.system_attrs,
        ]
        for t in trials
    ]


def wider(space, share=0.13):
    """The same parameters with bounds that reach further, so that there are observations outside of the space."""
    return {
        name: FloatDistribution(d.low - share * (d.high - d.low), d.high + share * (d.high - d.low))
        if isinstance(d, FloatDistribution) and not (d.log or d.step)
        else FloatDistribution(d.low * (d.low / d.high) ** share, d.high * (d.high / d.low) ** share, log=True)
        if isinstance(d, FloatDistribution) and d.log
        else IntDistribution(d.low - round(share * (d.high - d.low)), d.high + round(share * (d.high - d.low)))
        if isinstance(d, IntDistribution) and not d.log and d.step == 1
        else d
        for name, d in space.items()
    }  # fmt: skip
