"""Writes golden.json: numbers of Optuna 5.0.0 that nsga2() and nsga3() are compared with.

Run: python -m venv v && v/bin/pip install optuna==5.0.0 && v/bin/python make_golden.py

Random draws are recorded, so that ours can be made from the same ones; lists are "shuffled" by reversing them.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import optuna
from optuna.samplers._nsgaiii import _elite_population_selection_strategy as nsga3
from optuna.samplers.nsgaii import (
    BLXAlphaCrossover,
    SBXCrossover,
    SPXCrossover,
    UNDXCrossover,
    UniformCrossover,
    VSBXCrossover,
)
from optuna.samplers.nsgaii import _elite_population_selection_strategy as nsga2
from optuna.samplers.nsgaii._mutations import PolynomialMutation
from optuna.trial import TrialState, create_trial

SOURCES = {"optuna": optuna.__version__, "numpy": np.__version__}
optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
rng = np.random.RandomState(7)


class Recorded:
    """A generator that records its uniform and its standard normal draws."""

    def __init__(self):
        self.uniforms, self.normals = [], []

    def rand(self, *shape):
        draws = rng.rand(*shape)
        self.uniforms += np.atleast_1d(draws).tolist()
        return draws

    def normal(self, mean, deviation, size=None):
        draws = rng.standard_normal(size)
        self.normals += np.atleast_1d(draws).tolist()
        return mean + deviation * draws

    def shuffle(self, items):
        items.reverse()


def crossover_case(kind, options, crossover, dimensions, several):
    study = optuna.create_study(directions=["minimize"] * (2 if several else 1))
    low = rng.uniform(-5, 0, dimensions)
    bounds = np.stack([low, low + rng.uniform(1, 9, dimensions)], axis=1)
    parents = bounds[:, 0] + rng.rand(crossover.n_parents, dimensions) * (bounds[:, 1] - bounds[:, 0])
    if dimensions == 3:
        parents[1, 1] = parents[0, 1]
    draws = Recorded()
    child = crossover.crossover(parents, draws, study, bounds)
    return {
        "crossover": {"kind": kind, **options},
        "bounds": bounds.T.tolist(),
        "parents": parents.tolist(),
        "several": several,
        "uniforms": draws.uniforms,
        "normals": draws.normals,
        "child": child.tolist(),
    }


def crossover_cases():
    two = {"uniformCrossoverProb": 0.3, "useChildGeneProb": 0.8}
    kinds = [
        ("uniform", {}, UniformCrossover(0.5)),
        ("blxAlpha", {}, BLXAlphaCrossover()),
        ("blxAlpha", {"alpha": 0.2}, BLXAlphaCrossover(0.2)),
        ("spx", {}, SPXCrossover()),
        ("spx", {"epsilon": 1.5}, SPXCrossover(1.5)),
        ("sbx", {}, SBXCrossover()),
        ("sbx", {"eta": 5, **two}, SBXCrossover(5, 0.3, 0.8)),
        ("vsbx", {}, VSBXCrossover()),
        ("vsbx", {"eta": 5, **two}, VSBXCrossover(5, 0.3, 0.8)),
        ("undx", {}, UNDXCrossover()),
        ("undx", {"sigmaXi": 1.2, "sigmaEta": 0.4}, UNDXCrossover(1.2, 0.4)),
    ]
    for kind, options, crossover in kinds:
        for dimensions in (1, 2, 3, 6):
            for several in (False, True):
                yield crossover_case(kind, options, crossover, dimensions, several)


def mutation_cases():
    for eta in (0.0, 5.0, 20.0):
        for _ in range(8):
            low, width = rng.uniform(-5, 5), rng.uniform(0.1, 9)
            place = low + width * rng.choice([0, 1, rng.rand()])
            draws = Recorded()
            moved = PolynomialMutation(eta).mutation(place, draws, None, np.array([low, low + width]))
            moved = min(max(moved, low), low + width)
            yield {"eta": eta, "low": low, "high": low + width, "place": place, "u": draws.uniforms[0], "moved": moved}


def population(size, objectives, constrained, ties):
    trials = []
    for number in range(size):
        values = rng.randint(0, 5, objectives).astype(float) if ties else rng.rand(objectives)
        if rng.rand() < 0.1:
            values[rng.randint(objectives)] = rng.choice([math.inf, -math.inf])
        attrs = {"constraints": [float(rng.randint(-2, 3)), -1.0]} if constrained else {}
        trial = create_trial(state=TrialState.COMPLETE, values=values.tolist(), system_attrs=attrs)
        trial.number = number
        trials.append(trial)
    return trials


def numbers(trials):
    return [trial.number for trial in trials]


def nsga2_case(size, objectives, constrained, ties):
    trials = population(size, objectives, constrained, ties)
    study = optuna.create_study(directions=["minimize"] * objectives)
    fronts = nsga2._rank_population(list(trials), study.directions, is_constrained=constrained)
    front = [trial for trial in trials]
    distances = nsga2._calc_crowding_distance(list(front))
    nsga2._crowding_distance_sort(front)
    select = nsga2.NSGAIIElitePopulationSelectionStrategy(population_size=size // 2)
    return {
        "values": [trial.values for trial in trials],
        "constraints": [trial.system_attrs.get("constraints") for trial in trials],
        "fronts": [numbers(front) for front in fronts],
        "distances": [distances[trial.number] for trial in trials],
        "byCrowding": numbers(front),
        "elite": numbers(select(study, list(trials))),
    }


def nsga3_case(size, objectives, constrained, parts):
    trials = population(size, objectives, constrained, False)
    study = optuna.create_study(directions=["minimize"] * objectives)
    references = nsga3._generate_default_reference_point(objectives, parts)
    normalized = nsga3._normalize_objective_values(nsga3._filter_inf(trials))
    niches, distances = nsga3._associate_individuals_with_reference_points(normalized, references)

    class Lazy:
        rng = Recorded()

    select = nsga3.NSGAIIIElitePopulationSelectionStrategy(
        population_size=size // 2, dividing_parameter=parts, rng=Lazy()
    )
    return {
        "values": [trial.values for trial in trials],
        "constraints": [trial.system_attrs.get("constraints") for trial in trials],
        "parts": parts,
        "references": references.tolist(),
        "normalized": normalized.tolist(),
        "niches": niches.tolist(),
        "distances": distances.tolist(),
        "elite": numbers(select(study, list(trials))),
    }


def main():
    shapes = [(4, 1), (9, 1), (12, 2), (30, 2), (30, 3), (60, 4)]
    golden = {
        "sources": SOURCES,
        "crossovers": list(crossover_cases()),
        "mutations": list(mutation_cases()),
        "nsga2": [
            nsga2_case(size, objectives, constrained, ties)
            for size, objectives in shapes
            for constrained in (False, True)
            for ties in (False, True)
        ],
        "nsga3": [
            nsga3_case(size, objectives, constrained, parts)
            for size, objectives, parts in [(12, 2, 3), (30, 3, 3), (40, 3, 5), (60, 4, 2)]
            for constrained in (False, True)
            for _ in range(3)
        ],
    }
    Path(__file__).with_name("golden.json").write_text(json.dumps(golden) + "\n")


main()
