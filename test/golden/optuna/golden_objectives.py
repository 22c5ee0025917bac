"""What Optuna makes of several objectives: TPE's split and densities, the Pareto front, hypervolumes."""

import itertools
import math

import numpy as np
from golden_tpe import tpe_case
from golden_trials import SPACES, short
from optuna._hypervolume import compute_hypervolume
from optuna._hypervolume.hssp import _solve_hssp
from optuna.study._multi_objective import _fast_non_domination_rank


def several_cases():
    seeds = itertools.count(40_001)
    ways = [("minimize", "minimize"), ("maximize", "minimize"), ("minimize", "maximize", "minimize"), ("maximize",) * 4]
    for directions in ways:
        label = f"{len(directions)} objectives"
        for name, count in (("float", 12), ("int", 30), ("choice", 45), ("log", 90), ("cnn", 40)):
            yield tpe_case(next(seeds), f"{label} {name}", SPACES[name], count, directions=directions, states=(5, 1, 1, 1))
        yield tpe_case(next(seeds), f"{label} many", SPACES["float"], 320, directions=directions)
        yield tpe_case(next(seeds), f"{label} pruned mostly", SPACES["float"], 40, directions=directions, states=(1, 20, 1, 1))
        for form in ("list", "keys", "both"):
            yield tpe_case(next(seeds), f"{label} infeasible", SPACES["float"], 60, directions=directions,
                           constraints=form, states=(5, 1, 1, 0))  # fmt: skip
        yield tpe_case(next(seeds), f"{label} infeasible mostly", SPACES["float"], 60, directions=directions,
                       constraints="keys", states=(1, 30, 0, 0))  # fmt: skip
        if len(directions) == 2:
            for count in (25, 60, 130):
                yield tpe_case(next(seeds), f"{label} ties", SPACES["step"], count, directions=directions, ties=True)


def points(rng, count, dimensions, kind):
    if kind == "ties":
        return rng.randint(0, 5, size=(count, dimensions)).astype(float)
    if kind == "front":  # near a sphere, so that hardly any point dominates another
        p = np.abs(rng.randn(count, dimensions))
        return np.round(-p / np.linalg.norm(p, axis=1)[:, None], 6)
    p = np.round(rng.randn(count, dimensions) * 10.0 ** rng.randint(-3, 4), 6)
    if kind == "infinite" and count:
        p[rng.randint(count), rng.randint(dimensions)] = -math.inf
    return p


def reference(p):
    worst = p.max(axis=0)
    r = np.maximum(1.1 * worst, 0.9 * worst)
    r[r == 0] = 1e-12
    return r


def hypervolume_cases():
    rng = np.random.RandomState(50_000)
    volumes, subsets, ranks = [], [], []
    for dimensions, kind, count in itertools.product((1, 2, 3, 4, 5), ("any", "front", "ties", "infinite"), (1, 2, 7, 20)):
        p = points(rng, count, dimensions, kind)
        r = reference(p)
        volumes.append([short(p), short(r), short(compute_hypervolume(p, np.array(short(r))))])
    for dimensions, kind, count in itertools.product((2, 3, 4), ("any", "front", "ties", "infinite"), (5, 15, 40)):
        p = points(rng, count, dimensions, kind)
        rank = _fast_non_domination_rank(p)
        ranks.append([short(p), short(rank)])
        front = p[rank == 0] if kind != "ties" else np.repeat(p[rank == 0], 2, axis=0)
        for size in sorted({1, len(front) // 3, len(front) // 2, len(front) - 1} - {0, -1}):
            chosen = _solve_hssp(front, np.arange(len(front)), size, reference(front))
            subsets.append([short(front), size, sorted(chosen.tolist())])
    return {"volumes": volumes, "subsets": subsets, "ranks": ranks}
