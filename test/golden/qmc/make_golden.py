"""Writes golden.json: points of SciPy's Halton sequence, and parameters that Optuna's QMCSampler suggests.

Run: python -m venv v && v/bin/pip install optuna==5.0.0 scipy==1.17.1 && v/bin/python make_golden.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import optuna
import scipy
from scipy.stats import qmc
from scipy.stats._qmc import _van_der_corput_permutations, van_der_corput

SOURCES = {"optuna": optuna.__version__, "scipy": scipy.__version__, "numpy": np.__version__}
optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")


def scrambled(base, count, rng):
    permutations = _van_der_corput_permutations(base, rng=rng)
    points = van_der_corput(count, base, scramble=True, permutations=permutations)
    return {"base": base, "permutations": permutations.tolist(), "points": points.tolist()}


def objective(trial):
    trial.suggest_float("rate", 1e-4, 1, log=True)
    trial.suggest_float("x", -3, 5)
    trial.suggest_float("half", 0, 3, step=0.5)
    trial.suggest_int("n", 1, 9, step=2)
    trial.suggest_int("units", 8, 512, log=True)
    trial.suggest_categorical("kind", ["a", "b", "c"])
    return 0.0


def suggested(kind):
    """The parameters of 40 trials, from the point of index 0 on; the first trial, which is random, is left out."""
    study = optuna.create_study(sampler=optuna.samplers.QMCSampler(qmc_type=kind, scramble=False, seed=0))
    study.optimize(objective, n_trials=41)
    return [trial.params for trial in study.trials[1:]]


def main():
    rng = np.random.default_rng(3)
    golden = {
        "sources": SOURCES,
        "halton": {str(d): qmc.Halton(d, scramble=False).random(n).tolist() for d, n in [(1, 40), (5, 200), (40, 20)]},
        "scrambled": [scrambled(base, 30, rng) for base in (2, 3, 13)],
        "optuna": {kind: suggested(kind) for kind in ("sobol", "halton")},
    }
    Path(__file__).with_name("golden.json").write_text(json.dumps(golden) + "\n")


main()
