"""Writes terminators.json: the closed forms of Optuna 5.0.0's terminators, with the models' numbers given, and the
regret bounds of its own models for some studies.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install optuna==5.0.0 scipy==1.17.1 torch
    /tmp/golden/bin/python make_terminators.py

Seeds are fixed.
"""

import math

import numpy as np
import optuna
import torch
from golden_trials import short, write
from optuna.distributions import FloatDistribution
from optuna.study import StudyDirection
from optuna.terminator import (
    BestValueStagnationEvaluator,
    CrossValidationErrorEvaluator,
    EMMREvaluator,
    MedianErrorEvaluator,
    RegretBoundEvaluator,
)
from optuna.terminator.improvement import emmr, evaluator
from optuna.trial import create_trial

DIRECTIONS = {"minimize": StudyDirection.MINIMIZE, "maximize": StudyDirection.MAXIMIZE}
SPACE = {"x": FloatDistribution(0, 1), "y": FloatDistribution(0, 1)}


def trials_of(values, points=None, attrs=None):
    points = points if points is not None else [(0.5, 0.5)] * len(values)
    made = []
    for number, (value, (x, y)) in enumerate(zip(values, points)):
        trial = create_trial(
            value=float(value),
            params={"x": float(x), "y": float(y)},
            distributions=SPACE,
            system_attrs=attrs[number] if attrs else {},
        )
        trial.number = number
        made.append(trial)
    return made


def beta_cases():
    cases = [(1, 20, 0.1), (3, 20, 0.1), (7, 100, 0.05), (20, 400, 0.1), (2, 1, 0.1)]
    return [[*case, short(evaluator._get_beta(*case))] for case in cases]


def top_cases():
    rng = np.random.RandomState(0)
    cases = []
    for _ in range(40):
        values = [float(rng.randint(10)) if rng.rand() < 0.5 else round(float(rng.randn()), 2) for _ in range(rng.randint(1, 60))]
        ratio, least = float(rng.choice([0.1, 0.5, 1.0])), int(rng.choice([1, 5, 20]))
        indices = np.arange(len(values))[:, None]
        kept, _ = RegretBoundEvaluator(ratio, least)._get_top_n(indices, -np.array(values))
        cases.append([values, ratio, least, kept[:, 0].tolist()])
    return cases


def value_cases():
    """Values, and by direction the stagnation, the error of cross-validation and that of the median."""
    rng = np.random.RandomState(1)
    cases = []
    for at in range(60):
        values = [float(rng.randint(8)) for _ in range(rng.randint(1, 50))]
        scores = [rng.randn(rng.randint(2, 8)).round(3).tolist() for _ in values]
        trials = trials_of(values, attrs=[{"terminator:cv_scores": each} for each in scores])
        most = int(rng.randint(0, 40))
        direction = list(DIRECTIONS)[at % 2]
        warmup, initial, ratio = int(rng.randint(0, 6)), int(rng.randint(1, 12)), float(rng.choice([0.01, 0.5]))

        class Sums(evaluator.BaseImprovementEvaluator):
            def evaluate(self, trials, study_direction):
                return sum((t.value - 2) * (t.number + 1) for t in trials)

        median = MedianErrorEvaluator(Sums(), warmup, initial, ratio).evaluate(trials, DIRECTIONS[direction])
        cases.append(
            {
                "direction": direction,
                "values": values,
                "scores": scores,
                "most": most,
                "stagnation": BestValueStagnationEvaluator(most).evaluate(trials, DIRECTIONS[direction]),
                "crossValidation": short(CrossValidationErrorEvaluator().evaluate(trials, DIRECTIONS[direction])),
                "medianOptions": {"warmupTrials": warmup, "initialTrials": initial, "ratio": ratio},
                "median": None if len(values) < warmup + initial else short(median),
            }
        )
    return cases


class Preset:
    """Stands in for a fitted model: any smooth mean and variance do."""

    length_scales = np.ones(2)

    def __init__(self, phase):
        self.phase = phase

    def posterior(self, x, joint=False):
        mean = torch.sin(3 * x.sum(-1) + self.phase) - x[..., 0]
        variance = 0.05 + 0.04 * torch.cos(x @ torch.tensor([2.0, 5.0], dtype=torch.float64) + self.phase)
        if not joint:
            return mean, variance
        off = 0.3 * torch.sqrt(variance.prod())
        covariance = torch.full((2, 2), float(off), dtype=torch.float64)
        covariance.fill_diagonal_(0)
        return mean, covariance + torch.diag(variance)


def prediction(model, point):
    mean, variance = model.posterior(torch.tensor(point, dtype=torch.float64))
    return {"mean": -float(mean), "deviation": math.sqrt(float(variance))}


def model_cases():
    """Predictions as losses, which Optuna maximises with the other sign."""
    rng = np.random.RandomState(2)
    space = evaluator.gp_search_space.SearchSpace(SPACE)
    emmr.gp.GPRegressor  # loads the lazy import, which would undo what is set before
    cases = []
    for _ in range(20):
        count = int(rng.randint(3, 30))
        points, others = rng.rand(count, 2).round(3), rng.rand(50, 2).round(3)
        values = rng.randn(count).round(3)
        models = [Preset(rng.rand()), Preset(rng.rand())]
        evaluator.optim_sample.optimize_acqf_sample = lambda acqf, **_: (None, acqf.eval_acqf_no_grad(others).max())
        bound = evaluator._compute_standardized_regret_bound(models[0], space, points, values)
        handed = iter(models)
        emmr.gp.fit_kernel_params = lambda **_: next(handed)
        standard = (values - values.mean()) / values.std()
        gap = EMMREvaluator().evaluate(trials_of(values, points), StudyDirection.MINIMIZE)
        best, former = int(np.argmin(values)), int(np.argmin(values[:-1]))
        at, at_former = prediction(models[1], points[best]), prediction(models[1], points[former])
        last = prediction(models[1], points[-1])
        covariance = at["deviation"] ** 2
        if best != former:
            covariance = float(models[1].posterior(torch.tensor(points[[best, former]]), joint=True)[1][0, 1])
        cases.append(
            {
                "observed": [prediction(models[0], point) for point in points],
                "others": [prediction(models[0], point) for point in others],
                "bound": short(bound),
                "gap": {
                    "best": at["mean"],
                    "formerBest": prediction(models[0], points[former])["mean"],
                    "bestVariance": at["deviation"] ** 2,
                    "formerBestVariance": at_former["deviation"] ** 2,
                    "covariance": covariance,
                    "last": last["mean"],
                    "lastVariance": last["deviation"] ** 2,
                    "lastLoss": float(standard[-1]),
                    "regretBound": float(
                        evaluator._compute_standardized_regret_bound(models[0], space, points[:-1], values[:-1])
                    ),
                },
                "emmr": short(gap),
            }
        )
    return cases


def own_models():
    """Studies of a smooth function, and the regret bounds by Optuna's own models."""
    rng = np.random.RandomState(3)
    cases = []
    for at in range(8):
        count = [20, 25, 40, 60][at % 4]
        points = rng.rand(count, 2).round(4)
        if at >= 4:  # most of them near to the optimum
            points[8:] = (0.3 + 0.4 * (points[8:] - 0.5) / 4).round(4)
        values = ((points - 0.3) ** 2).sum(-1).round(8)
        direction = list(DIRECTIONS)[at % 2]
        told = values if direction == "minimize" else -values
        bound = RegretBoundEvaluator(seed=0).evaluate(trials_of(told, points), DIRECTIONS[direction])
        cases.append({"direction": direction, "points": points.tolist(), "values": told.tolist(), "bound": short(bound)})
    return cases


if __name__ == "__main__":
    own = own_models()  # before the models are replaced
    write(
        "terminators.json",
        {
            "beta": beta_cases(),
            "top": top_cases(),
            "values": value_cases(),
            "models": model_cases(),
            "ownModels": own,
        },
    )
