"""Writes golden.json: numbers of SciPy and mpmath that the numerics of gp() are compared with.

Run: python -m venv v && v/bin/pip install scipy==1.17.1 mpmath==1.4.1 && v/bin/python make_golden.py
"""

import json
from pathlib import Path

import mpmath
import numpy as np
import scipy
from scipy import linalg, stats
from scipy.spatial.distance import cdist

mpmath.mp.dps = 60
SOURCES = {"scipy": scipy.__version__, "numpy": np.__version__, "mpmath": mpmath.__version__}


def log_expected_improvement(u):
    """ln(phi(u) + u Phi(u)) and Phi(u) / (phi(u) + u Phi(u)), to 60 digits."""
    u = mpmath.mpf(u)
    mass = mpmath.ncdf(u)
    improvement = mpmath.npdf(u) + u * mass
    return float(mpmath.log(improvement)), float(mass / improvement)


def covariance(a, b, numbers, weights, scale):
    """Matern 5/2 over weighed squared differences of the first coordinates and Hamming's distance of the others."""
    roots = np.sqrt(weights[:numbers])
    squared = cdist(a[:, :numbers] * roots, b[:, :numbers] * roots, "sqeuclidean")
    squared += ((a[:, None, numbers:] != b[None, :, numbers:]) * weights[numbers:]).sum(-1)
    r = np.sqrt(5 * squared)
    return scale * (1 + r + r**2 / 3) * np.exp(-r)


def observed_covariance(points, numbers, logs):
    weights, scale, noise = np.exp(logs[:-2]), np.exp(logs[-2]), np.exp(logs[-1])
    return covariance(points, points, numbers, weights, scale) + noise * np.eye(len(points))


def log_posterior(points, values, numbers, logs):
    """The negative log posterior, from SciPy's densities, up to the constant that the densities add."""
    n, width = points.shape
    k = observed_covariance(points, numbers, logs)
    ones = np.ones(n)
    mean = ones @ linalg.solve(k, values) / (ones @ linalg.solve(k, ones) + 1)
    length = np.sqrt(2) + 0.5 * np.log(width) - 3 + (np.arange(width) >= numbers)
    density = stats.multivariate_normal.logpdf(values, mean * ones, k) + stats.norm.logpdf(mean)
    density += stats.norm.logpdf(-0.5 * logs[:-2], length, 1).sum()
    density += stats.gamma.logpdf(np.exp(logs[-2]), 2) + stats.norm.logpdf(logs[-1], -6, 2)
    # The constants of the normal densities, and of that of the noise, which no hyperparameter changes.
    return -density - 0.5 * np.log(2 * np.pi) * (n + 1 + width + 1) - np.log(2)


def gradient(function, at, step=1e-3):
    """Central differences of the sixth order."""
    columns = []
    for i in range(len(at)):
        e = np.zeros(len(at))
        e[i] = step
        terms = [(45, 1), (-9, 2), (1, 3)]
        columns.append(sum(c * (function(at + m * e) - function(at - m * e)) for c, m in terms) / (60 * step))
    return np.array(columns)


def predictions(points, values, numbers, logs, believed, at):
    """Mean of the observed points' posterior, deviation with the believed ones beside them."""
    weights, scale, noise = np.exp(logs[:-2]), np.exp(logs[-2]), np.exp(logs[-1])
    k = observed_covariance(points, numbers, logs)
    ones = np.ones(len(points))
    mean = ones @ linalg.solve(k, values) / (ones @ linalg.solve(k, ones) + 1)
    means = mean + covariance(at, points, numbers, weights, scale) @ linalg.solve(k, values - mean)
    both = np.vstack([points, believed])
    cross = covariance(at, both, numbers, weights, scale)
    explained = np.einsum("ij,ji->i", cross, linalg.solve(observed_covariance(both, numbers, logs), cross.T))
    return means, np.sqrt(scale - explained)


def gp_case(rng, size, numbers, choices):
    def draw(count):
        return np.hstack([rng.random((count, numbers)), rng.integers(-1, 3, (count, choices)).astype(float)])

    points, believed, at = draw(size), draw(3), draw(6)
    values = stats.zscore(np.sin(5 * points).sum(1) + 0.05 * rng.normal(size=size))
    width = numbers + choices
    logs = np.concatenate([rng.normal(0.5, 1, width), [rng.normal(0, 0.5)], [rng.normal(-5, 1)]])

    def target(q):
        return log_posterior(points, values, numbers, q)

    means, deviations = predictions(points, values, numbers, logs, believed, at)
    return {
        "points": points.tolist(),
        "values": values.tolist(),
        "numbers": numbers,
        "logs": logs.tolist(),
        "logPosterior": target(logs),
        "gradient": gradient(target, logs).tolist(),
        "believed": believed.tolist(),
        "at": at.tolist(),
        "means": means.tolist(),
        "deviations": deviations.tolist(),
    }


def sobol(dimensions, count):
    # In 32 bits, as ours; SciPy's default of 30 gives the same points as long as so few are asked for.
    return stats.qmc.Sobol(dimensions, scramble=False, bits=32).random(count).tolist()


def main():
    rng = np.random.default_rng(5)
    arguments = [3, 1, 0.1, 0, -0.5, -1, -2, -3.5, -3.999, -4.001, -5, -8, -20, -37.5, -100, -1e3, -1e5]
    golden = {
        "sources": SOURCES,
        "logExpectedImprovement": [[u, *log_expected_improvement(u)] for u in arguments],
        "sobol": {str(d): sobol(d, count) for d, count in [(1, 64), (2, 64), (7, 64), (64, 16)]},
        "gp": [gp_case(rng, *shape) for shape in [(2, 1, 0), (12, 3, 0), (15, 0, 2), (40, 4, 2)]],
    }
    Path(__file__).with_name("golden.json").write_text(json.dumps(golden) + "\n")


main()
