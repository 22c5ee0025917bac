"""Writes golden.json: the distributions that the library cmaes, which Optuna uses, comes to in 50 generations.

Run: python -m venv v && v/bin/pip install cmaes==0.13.1 numpy && v/bin/python make_golden.py

The random numbers are those of a generator that cma-es.test.ts has, too. Points are drawn as m + s C^(1/2) z with the
symmetric root, which does not depend on the signs of eigenvectors; all else is the library's own.
"""

import json
from pathlib import Path

import numpy as np
from cmaes import CMA, CatCMA, CMAwM, SepCMA, get_warm_start_mgd

GENERATIONS = 50
KEPT = (1, 2, 5, 10, 20, 35, 50)


class Draws:
    """A linear congruential generator; its normal draws are sums of twelve uniform ones."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return (self.state + 0.5) / 2**32

    def normal(self):
        total = 0.0
        for _ in range(12):
            total += self.uniform()
        return total - 6


OBJECTIVES = {
    "sphere": lambda x, c: sum((v - 0.3) ** 2 for v in x),
    "ellipsoid": lambda x, c: sum(10 ** (3 * i / max(len(x) - 1, 1)) * (v - 0.6) ** 2 for i, v in enumerate(x)),
    "rosenbrock": lambda x, c: sum(
        100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip([2 * v for v in x], [2 * v for v in x][1:])
    ),
    "choices": lambda x, c: sum((v - 0.2 * (1 + i % 3)) ** 2 for i, v in enumerate(x))
    + sum(0.1 * abs(k - i) for i, k in enumerate(c)),
}


def inside(x, free):
    return all(0 <= x[i] <= 1 for i in free)


def root(optimizer):
    """The symmetric root of C, or that of its diagonal."""
    if isinstance(optimizer, SepCMA):
        return np.diag(optimizer._eigen_decomposition())
    b, d = optimizer._eigen_decomposition()
    return b @ np.diag(d) @ b.T


def draw(core, draws, free):
    """As ask() of the library: drawn again where it is beyond the bounds, in the end moved to them."""
    size = len(core._mean)

    def point():
        z = np.array([draws.normal() for _ in range(size)])
        return core._mean + core._sigma * (root(core) @ z)

    x = point()
    for _ in range(10 * size):
        if inside(x, free):
            return x
        x = point()
    if not inside(x, free):
        x[free] = np.clip(x[free], 0, 1)
    return x


def run(name, optimizer, objective, seed, start):
    draws = Draws(seed)
    core = optimizer._cma if isinstance(optimizer, CMAwM) else optimizer
    free = optimizer._continuous_idx if isinstance(optimizer, CMAwM) else np.arange(len(core._mean))
    kept = []
    for generation in range(1, GENERATIONS + 1):
        told = []
        for _ in range(optimizer.population_size):
            choices = []
            if isinstance(optimizer, CatCMA):
                hot = np.zeros_like(optimizer._q, dtype=bool)
                for i, count in enumerate(optimizer._K):
                    rest, k = draws.uniform(), 0
                    while k < count - 1 and (rest := rest - optimizer._q[i, k]) >= 0:
                        k += 1
                    choices.append(k)
                    hot[i, k] = True
            x = draw(core, draws, free)
            tried = x.copy()
            if isinstance(optimizer, CMAwM):
                tried[optimizer._discrete_idx] = optimizer._encode_discrete_params(x[optimizer._discrete_idx])
            value = OBJECTIVES[objective](tried.tolist(), choices)
            told.append(((x, hot) if choices else x, value))
        optimizer.tell(told)
        if generation in KEPT:
            covariance = core._C if core._C.ndim == 2 else np.diag(core._C)
            kept.append(
                {
                    "generation": generation,
                    "mean": core._mean.tolist(),
                    "sigma": float(core._sigma),
                    "covariance": covariance.tolist(),
                    "scales": optimizer._A[optimizer._discrete_idx].tolist() if isinstance(optimizer, CMAwM) else [],
                    "probabilities": [row[:k].tolist() for row, k in zip(optimizer._q, optimizer._K)]
                    if isinstance(optimizer, CatCMA)
                    else [],
                }
            )
    return {
        "name": name,
        "objective": objective,
        "seed": seed,
        "start": start,
        "populationSize": optimizer.population_size,
        "kept": kept,
        "converged": bool(optimizer.should_stop()),
    }


def plain(name, size, objective, seed, make, **start):
    mean, sigma = np.full(size, 0.5), 1 / 6
    bounds = np.array([[0.0, 1.0]] * size)
    optimizer = make(mean=mean, sigma=sigma, bounds=bounds, **start.pop("given", {}))
    return run(name, optimizer, objective, seed, {"mean": mean.tolist(), "sigma": sigma, **start})


def margin(size, counts, objective, seed):
    """Coordinates with steps at (k + 1/2) / count, as hpo places them."""
    mean, sigma = np.full(size, 0.5), 1 / 6
    bounds = np.array([[0.5 / counts[i], 1 - 0.5 / counts[i]] if i in counts else [0.0, 1.0] for i in range(size)])
    steps = np.array([1 / counts[i] if i in counts else 0.0 for i in range(size)])
    optimizer = CMAwM(mean=mean, sigma=sigma, bounds=bounds, steps=steps)
    own = [{"at": i, "low": 0.5 / count, "step": 1 / count, "count": count} for i, count in counts.items()]
    return run("margin", optimizer, objective, seed, {"mean": mean.tolist(), "sigma": sigma, "steps": own})


def choices(size, counts, seed):
    mean, sigma = np.full(size, 0.5), 1 / 6
    optimizer = CatCMA(mean=mean, sigma=sigma, cat_num=np.array(counts), bounds=np.array([[0.0, 1.0]] * size))
    return run("choices", optimizer, "choices", seed, {"mean": mean.tolist(), "sigma": sigma, "choiceCounts": counts})


def warm(size, count, seed):
    draws = Draws(seed)
    points = [[draws.uniform() for _ in range(size)] for _ in range(count)]
    losses = [OBJECTIVES["sphere"](point, []) for point in points]
    mean, sigma, covariance = get_warm_start_mgd([(np.array(p), loss) for p, loss in zip(points, losses)])
    optimizer = CMA(mean=mean, sigma=sigma, cov=covariance.copy(), bounds=np.array([[0.0, 1.0]] * size))
    start = {"mean": mean.tolist(), "sigma": sigma, "covariance": covariance.flatten().tolist()}
    return {"points": points, "losses": losses, "run": run("warm start", optimizer, "sphere", seed + 1, start)}


def main():
    runs = [
        plain("full", size, objective, 7 * size + at, CMA)
        for size in (1, 2, 5, 10)
        for at, objective in enumerate(("sphere", "ellipsoid", "rosenbrock"))
        if size > 1 or objective != "rosenbrock"
    ]
    runs += [plain("full, many", 4, "rosenbrock", 3, CMA, given={"population_size": 21}, populationSize=21)]
    runs += [
        plain("separable", size, objective, 11 * size + at, SepCMA, separable=True)
        for size in (2, 8)
        for at, objective in enumerate(("sphere", "ellipsoid"))
    ]
    runs += [
        plain("learning rate", size, "rosenbrock", 5 * size, CMA, given={"lr_adapt": True}, adaptsLearningRate=True)
        for size in (2, 5)
    ]
    runs += [margin(5, {0: 3, 2: 11, 4: 2}, objective, 21 + at) for at, objective in enumerate(("sphere", "ellipsoid"))]
    runs += [margin(2, {0: 4, 1: 60}, "rosenbrock", 31), choices(3, [3, 2, 5], 41), choices(2, [2], 42)]
    golden = {"runs": runs, "warmStarts": [warm(2, 35, 51), warm(6, 120, 52)]}
    Path(__file__).with_name("golden.json").write_text(json.dumps(golden) + "\n")


main()
