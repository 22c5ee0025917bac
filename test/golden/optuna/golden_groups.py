"""The groups of parameters that Optuna's TPE samples together with `group=True`, and its densities over them."""

import itertools

import numpy as np
import optuna
from golden_tpe import tpe_case
from golden_trials import as_json, history
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.search_space import _GroupDecomposedSearchSpace

SPACE = {
    "optimizer": CategoricalDistribution(["adam", "sgd", "lion"]),
    "optimizer.adam.rate": FloatDistribution(1e-5, 1e-1, log=True),
    "optimizer.adam.beta": FloatDistribution(0.5, 0.999),
    "optimizer.sgd.rate": FloatDistribution(1e-3, 1.0, log=True),
    "optimizer.sgd.momentum": FloatDistribution(0.0, 1.0),
    "optimizer.lion.rate": FloatDistribution(1e-6, 1e-2, log=True),
    "layers": IntDistribution(1, 4),
    "layers.2.width": IntDistribution(8, 512, log=True),
    "layers.3.width": IntDistribution(8, 512, log=True),
    "single": IntDistribution(3, 3),
}
ALWAYS = ["optimizer", "layers", "single"]
BRANCHES = [
    ["optimizer.adam.rate", "optimizer.adam.beta"],
    ["optimizer.sgd.rate", "optimizer.sgd.momentum"],
    ["optimizer.lion.rate"],
]
WIDTHS = [[], ["layers.2.width"], ["layers.2.width", "layers.3.width"]]
KINDS = [ALWAYS + branch + widths for branch, widths in itertools.product(BRANCHES, WIDTHS)]


def groups_of(study):
    return _GroupDecomposedSearchSpace(True).calculate(study).search_spaces


def arbitrary_kinds(rng):
    return [[name for name in SPACE if rng.rand() < 0.6] or ["layers"] for _ in range(rng.randint(1, 5))]


def history_case(seed):
    """A generated history and its groups; a third of them with parameters whose bounds differ from trial to trial."""
    rng = np.random.RandomState(20_000 + seed)
    kinds = KINDS if seed % 2 else arbitrary_kinds(rng)
    spaces = [SPACE, {**SPACE, "layers": IntDistribution(1, 6), "single": IntDistribution(3, 4)}]
    study = optuna.create_study()
    rows = []
    for number in range(rng.randint(0, 12)):
        moved = int(seed % 3 == 0 and rng.rand() < 0.5)
        trial = history(rng, 1, spaces[moved], kinds=kinds, states=(4, 2, 1, 1))[0]
        study.add_trial(trial)
        rows.append([trial.state.name, moved, list(trial.params)])
    return {
        "spaces": [as_json(space) for space in spaces],
        "trials": rows,
        "groups": [as_json(group) for group in groups_of(study)],
    }


def density_cases():
    seeds = itertools.count(30_001)
    rng = np.random.RandomState(1)
    study = optuna.create_study()
    study.add_trials(history(rng, 40, SPACE, kinds=KINDS))
    for group in groups_of(study):
        space = {name: d for name, d in sorted(group.items()) if not d.single()}
        if space:
            yield tpe_case(next(seeds), "+".join(space), space, 60, among=SPACE, kinds=KINDS, states=(4, 2, 1, 1))


def group_cases():
    return {
        "histories": [history_case(seed) for seed in range(60)],
        "densities": list(density_cases()),
    }
