"""What Optuna's TPE makes of generated histories: split, kernels, weights, densities and choice."""

import itertools

import numpy as np
import optuna
from golden_trials import SPACES, as_json, draw, history, rows_of, short, wider
from optuna.distributions import FloatDistribution
from optuna.samplers import TPESampler
from optuna.samplers._tpe.probability_distributions import _BatchedCategoricalDistributions
from optuna.samplers._tpe.sampler import _split_trials, default_gamma, default_gamma_multiobjective
from optuna.trial import TrialState


def kernels_of(estimator):
    rows = []
    for d in estimator._mixture_distribution.distributions:
        if isinstance(d, _BatchedCategoricalDistributions):
            rows.append({"rows": short(d.weights)})
        else:
            rows.append({"means": short(d.mu), "sigmas": short(d.sigma)})
    return {"weights": short(estimator._mixture_distribution.weights), "kernels": rows}


def best_of(study):
    if len(study.directions) > 1:
        return [t.number for t in study.best_trials]
    try:
        return [study.best_trial.number]
    except ValueError:
        return []


def points_of(rng, space, candidates):
    """The candidates, with 9 digits where they have more, and values from everywhere."""
    points = {}
    for name, d in space.items():
        near = [float(x) for x in candidates[name]]
        if isinstance(d, FloatDistribution):
            near = [min(max(float(f"{x:.9g}"), d.low), d.high) for x in near]
        points[name] = np.array(near + [d.to_internal_repr(draw(rng, d, 1.0)) for _ in range(6)])
    return points


def tpe_case(seed, label, space, count, *, directions=("minimize",), outside=0.0, among=None, draws=24, **generated):
    """`among`: the parameters that the trials have, where `space` is some of them."""
    rng = np.random.RandomState(seed)
    drawn_from = wider(among or space, outside) if outside else among or space
    trials = history(rng, count, drawn_from, objectives=len(directions), **generated)
    study = optuna.create_study(directions=directions)
    study.add_trials(trials)
    sampler = TPESampler(seed=seed)
    used = [t for t in trials if t.state != TrialState.FAIL]
    n = sum(t.state != TrialState.RUNNING for t in used)
    gamma = default_gamma if len(directions) == 1 else default_gamma_multiobjective
    below, above = _split_trials(study, used, gamma(n))
    good = sampler._build_parzen_estimator(study, space, below, handle_below=True)
    rest = sampler._build_parzen_estimator(study, space, above, handle_below=False)
    points = points_of(rng, space, good.sample(rng, draws))
    log_good, log_rest = good.log_pdf(points), rest.log_pdf(points)
    return {
        "label": f"{label}, {count} trials, seed {seed}",
        "directions": directions,
        "space": as_json(space),
        "drawnFrom": as_json(drawn_from) if drawn_from is not space else None,
        "trials": rows_of(trials, drawn_from),
        "below": [t.number for t in below],
        "above": len(above),
        "best": best_of(study),
        "good": kernels_of(good),
        "rest": kernels_of(rest) if len(above) <= 20 else None,
        "points": [short(points[name]) for name in space],
        "logGood": short(log_good),
        "logRest": short(log_rest),
        "candidates": draws,
        "chosen": int(np.argmax(log_good[:draws] - log_rest[:draws])),
    }


def tpe_cases():
    seeds = itertools.count(1)
    for name, space in SPACES.items():
        for count, states in [(1, (1, 0, 0, 0)), (2, (1, 0, 0, 0)), (3, (2, 1, 0, 0)), (11, (1, 0, 0, 0)),
                              (26, (1, 0, 0, 0)), (30, (6, 3, 1, 1))]:  # fmt: skip
            yield tpe_case(next(seeds), name, space, count, states=states)
        yield tpe_case(next(seeds), f"{name} maximize", space, 24, states=(6, 3, 1, 1), directions=("maximize",))
        yield tpe_case(next(seeds), f"{name} gathered", space, 60, spread=0.1, states=(5, 1, 1, 0))
        yield tpe_case(next(seeds), f"{name} infeasible", space, 40, constraints="keys", states=(3, 1, 1, 0))
        yield tpe_case(next(seeds), f"{name} at one place", space, 30, spread=1e-9)
    for name, repeated in itertools.product(("mixed", "cnn"), range(3)):
        space = SPACES[name]
        maximize = ("maximize",)
        yield tpe_case(next(seeds), f"{name} none", space, 0)
        yield tpe_case(next(seeds), f"{name} maximize", space, 40, directions=maximize, states=(3, 2, 1, 1))
        yield tpe_case(next(seeds), f"{name} ties", space, 40, ties=True)
        yield tpe_case(next(seeds), f"{name} ties maximize", space, 40, ties=True, directions=maximize)
        yield tpe_case(next(seeds), f"{name} pruned only", space, 35, states=(0, 1, 0, 0))
        yield tpe_case(next(seeds), f"{name} pruned mostly", space, 60, states=(1, 20, 1, 1), directions=maximize)
        yield tpe_case(next(seeds), f"{name} running only", space, 6, states=(0, 0, 1, 0))
        yield tpe_case(next(seeds), f"{name} running mostly", space, 40, states=(1, 0, 5, 0))
        yield tpe_case(next(seeds), f"{name} lacking", space, 50, lacks=0.6, states=(4, 2, 1, 0))
        form = ("list", "keys", "both")[repeated]
        yield tpe_case(next(seeds), f"{name} infeasible", space, 45, constraints=form, states=(3, 1, 1, 0))
        yield tpe_case(next(seeds), f"{name} infeasible mostly", space, 60, constraints=form, states=(1, 30, 0, 0))
        yield tpe_case(next(seeds), f"{name} outside", space, 25, outside=0.13)
    # Kernels so far outside that less than 1e-300 of their mass lies inside.
    for name, share, count in itertools.product(("float", "log", "int", "wide-int"), (0.13, 3.0), (1, 12, 130)):
        yield tpe_case(next(seeds), f"{name} outside", SPACES[name], count, outside=share)
    # So many values that the probability of each point is less than 1e-300.
    many = {f"n{i:02}": SPACES["wide-int"]["steps"] for i in range(62)}
    yield tpe_case(next(seeds), "62 wide-int", many, 12, draws=3)
    for name, count in (("mixed", 120), ("cnn", 400), ("wide-int", 300), ("choice", 300), ("int-log", 300)):
        yield tpe_case(next(seeds), name, SPACES[name], count, states=(6, 2, 1, 1))
