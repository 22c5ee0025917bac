"""What Optuna's PED-ANOVA and fANOVA make of generated histories."""

import itertools

import numpy as np
import optuna
from golden_groups import KINDS, SPACE
from golden_trials import SPACES, as_json, history, rows_of, short
from optuna._transform import _SearchSpaceTransform
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator, get_param_importances
from optuna.importance._fanova._tree import _FanovaTree
from optuna.search_space import intersection_search_space
from optuna.trial import TrialState
from sklearn.ensemble import RandomForestRegressor

NARROW = {
    "x": FloatDistribution(0.0, 1.0),
    "n": IntDistribution(1, 3),
    "log": IntDistribution(1, 1000, log=True),
    "kind": CategoricalDistribution(["a", "b"]),
    "single": FloatDistribution(0.5, 0.5),
}
# The same names with other bounds, so that a parameter has several regimes; `kind` stays and so does half of the names.
WIDE = {**NARROW, "x": FloatDistribution(0.0, 2.0), "n": IntDistribution(1, 9, step=2), "single": FloatDistribution(0.25, 0.75)}
EDGES = {
    "two": IntDistribution(0, 1),
    "two-log": IntDistribution(1, 2, log=True),
    "far": FloatDistribution(-1e9, 1e9),
    "fine": FloatDistribution(0.0, 1e-7),
    "fifty": IntDistribution(0, 49),
    "fifty-one": IntDistribution(0, 50),
    "steps": FloatDistribution(0.0, 7.5, step=0.15),
    "one": CategoricalDistribution(["only"]),
    "null": CategoricalDistribution([None, True, 0.5, "a"]),
}


def place(trial, name):
    """A parameter's value from 0 to 1."""
    d = trial.distributions[name]
    value = d.to_internal_repr(trial.params[name])
    if isinstance(d, CategoricalDistribution):
        return value / len(d.choices)
    low, high, value = (np.log(each) if d.log else each for each in (d.low, d.high, value))
    return (value - low) / (high - low) if high > low else 0.0


def give_values(rng, trials, noise):
    """
    Values that depend on the parameters, the first in the trial the most, on two of them together, and on chance.
    """
    for trial in trials:
        if trial.state != TrialState.COMPLETE:
            continue
        places = [place(trial, name) for name in trial.params]
        value = sum((p - 0.4) ** 2 / (1 + 2 * at) for at, p in enumerate(places)) + noise * rng.randn()
        value += places[0] * places[-1] if len(places) > 1 else 0
        trial.values = [float(f"{value:.6g}"), *(trial.values[1:])]


# --- PED-ANOVA -------------------------------------------------------------------------------------------------------


def ped_anova_case(seed, label, parts, *, directions=("minimize",), options=None, target=None, params=None, noise=0.1, **generated):
    """
    `parts`: spaces with the number of trials that drew from each; `noise`: None for values that depend on nothing;
    `target`: which value is the target, with its sign.
    """
    rng = np.random.RandomState(seed)
    study = optuna.create_study(directions=directions)
    rows, number = [], 0
    for space, count in parts:
        trials = history(rng, count, space, objectives=len(directions), **generated)
        if noise is not None:
            give_values(rng, trials, noise)
        study.add_trials(trials)
        rows.append([as_json(space), rows_of(trials, space)])
        number += count
    of = None if target is None else lambda trial: target[1] * trial.values[target[0]]
    evaluator = PedAnovaImportanceEvaluator(
        **{{"targetQuantile": "target_quantile", "regionQuantile": "region_quantile", "evaluateOnLocal": "evaluate_on_local"}[k]: v
           for k, v in (options or {}).items()}
    )  # fmt: skip
    found, share = (
        get_param_importances(study, evaluator=evaluator, params=params, target=of, normalize=normalize) for normalize in (False, True)
    )
    return {
        "label": f"{label}, {number} trials, seed {seed}",
        "directions": directions,
        "histories": rows,
        "options": options or {},
        "target": target,
        "params": params,
        "importance": {name: short(found[name]) for name in sorted(found)},
        "shares": {name: short(share[name]) for name in sorted(share)},
    }


def ped_anova_cases():
    seeds = itertools.count(60_001)
    maximize = ("maximize",)
    for name, space in SPACES.items():
        for count in (4, 23, 90):
            yield ped_anova_case(next(seeds), name, [(space, count)])
        yield ped_anova_case(next(seeds), f"{name} maximize", [(space, 45)], directions=maximize, states=(4, 2, 1, 1))
    for name in ("mixed", "cnn"):
        space = SPACES[name]
        for count in (2, 3, 10, 11):
            yield ped_anova_case(next(seeds), f"{name} few", [(space, count)], noise=3.0)
        yield ped_anova_case(next(seeds), f"{name} chance", [(space, 60)], noise=None, states=(3, 1, 0, 0))
        yield ped_anova_case(next(seeds), f"{name} ties", [(space, 50)], noise=None, ties=True)
        yield ped_anova_case(next(seeds), f"{name} ties maximize", [(space, 50)], noise=None, ties=True, directions=maximize)
        yield ped_anova_case(next(seeds), f"{name} gathered", [(space, 60)], spread=0.1)
        yield ped_anova_case(next(seeds), f"{name} at one place", [(space, 30)], spread=1e-9)
        yield ped_anova_case(next(seeds), f"{name} lacking", [(space, 60)], lacks=0.6)
        yield ped_anova_case(next(seeds), f"{name} infeasible", [(space, 40)], constraints="keys", states=(4, 1, 0, 0))
        for options in ({"targetQuantile": 0.3}, {"targetQuantile": 0.2, "regionQuantile": 0.5}, {"evaluateOnLocal": False},
                        {"targetQuantile": 0.05, "regionQuantile": 0.9, "evaluateOnLocal": False}):  # fmt: skip
            yield ped_anova_case(next(seeds), f"{name} options", [(space, 60)], options=options)
    yield ped_anova_case(next(seeds), "params", [(SPACES["mixed"], 60)], params=["width", "lr"])
    yield ped_anova_case(next(seeds), "edges", [(EDGES, 60)])
    yield ped_anova_case(next(seeds), "edges gathered", [(EDGES, 60)], spread=0.02)
    for count in (12, 40, 120):
        yield ped_anova_case(next(seeds), "conditional", [(SPACE, count)], kinds=KINDS, states=(4, 1, 0, 1))
        yield ped_anova_case(next(seeds), "regimes", [(NARROW, count), (WIDE, count // 2)])
    yield ped_anova_case(next(seeds), "conditional region", [(SPACE, 80)], kinds=KINDS, options={"targetQuantile": 0.2, "regionQuantile": 0.6})
    yield ped_anova_case(next(seeds), "one of a regime", [(NARROW, 30), (WIDE, 1)])
    for directions in (("minimize", "maximize"), ("maximize", "minimize", "minimize")):
        for count in (7, 40, 90):
            yield ped_anova_case(next(seeds), "front", [(SPACES["cnn"], count)], directions=directions)
        yield ped_anova_case(next(seeds), "front ties", [(SPACES["mixed"], 40)], directions=directions, noise=None, ties=True)
        yield ped_anova_case(next(seeds), "front conditional", [(SPACE, 60)], directions=directions, kinds=KINDS)
        yield ped_anova_case(next(seeds), "front region", [(SPACES["cnn"], 60)], directions=directions,
                             options={"targetQuantile": 0.15, "regionQuantile": 0.55})  # fmt: skip
        for target in ((0, 1), (1, -1)):
            yield ped_anova_case(next(seeds), "target", [(SPACES["cnn"], 40)], directions=directions, target=target)
    yield ped_anova_case(next(seeds), "target against the direction", [(SPACES["cnn"], 40)], directions=maximize, target=(0, 1))


# --- fANOVA ----------------------------------------------------------------------------------------------------------


def fanova_history(seed, space, count, *, noise=0.05, directions=("minimize",), **generated):
    rng = np.random.RandomState(seed)
    study = optuna.create_study(directions=directions)
    trials = history(rng, count, space, objectives=len(directions), **generated)
    give_values(rng, trials, noise)
    study.add_trials(trials)
    return study, trials


def encoded(study):
    space = {name: d for name, d in intersection_search_space(study.trials).items() if not d.single()}
    trials = [t for t in study.trials if t.state == TrialState.COMPLETE and np.isfinite(t.values[0])]
    transform = _SearchSpaceTransform(space, transform_log=False, transform_step=False)
    x = np.array([transform.transform(t.params) for t in trials])
    return space, transform, x, np.array([t.values[0] for t in trials])


def tree_case(seed, label, space, count, max_depth=64, **generated):
    """Trees of scikit-learn, and the variances that Optuna finds in them."""
    study, _ = fanova_history(seed, space, count, **generated)
    space, transform, x, y = encoded(study)
    forest = RandomForestRegressor(n_estimators=2, max_depth=max_depth, random_state=seed).fit(x, y)
    trees = []
    for estimator in forest.estimators_:
        tree = estimator.tree_
        ours = _FanovaTree(tree, transform.bounds)
        trees.append({
            "columns": tree.feature.tolist(),
            "thresholds": [float(t) for t in tree.threshold],
            "left": tree.children_left.tolist(),
            "right": tree.children_right.tolist(),
            "values": [float(v) for v in tree.value.reshape(-1)],
            "variance": float(ours.variance),
            "marginals": [float(ours.get_marginal_variance(columns)) for columns in transform.column_to_encoded_columns],
        })  # fmt: skip
    return {"label": f"{label}, {count} trials, seed {seed}", "bounds": transform.bounds.tolist(),
            "widths": [len(columns) for columns in transform.column_to_encoded_columns], "trees": trees}  # fmt: skip


FOREST = {
    "rate": FloatDistribution(1e-4, 1e-1, log=True),
    "momentum": FloatDistribution(0.0, 1.0),
    "layers": IntDistribution(1, 8),
    "width": IntDistribution(8, 1024, log=True),
    "dropout": FloatDistribution(0.0, 0.9, step=0.1),
}


def tree_cases():
    seeds = itertools.count(70_001)
    yield tree_case(next(seeds), "numbers", FOREST, 40)
    yield tree_case(next(seeds), "mixed", SPACES["mixed"], 60)
    yield tree_case(next(seeds), "mixed shallow", SPACES["mixed"], 60, max_depth=3)
    yield tree_case(next(seeds), "cnn", SPACES["cnn"], 12)
    yield tree_case(next(seeds), "choices", {"a": SPACES["choice"]["kind"], "b": CategoricalDistribution(list(range(9)))}, 70)
    yield tree_case(next(seeds), "conditional", SPACE, 50, kinds=KINDS)
    yield tree_case(next(seeds), "two trials", SPACES["cnn"], 2)


def forest_case(seed, label, space, count, *, params=None, repeats=10, **generated):
    """The mean and the standard deviation of the shares over forests of different seeds."""
    study, trials = fanova_history(seed, space, count, **generated)
    of = None if len(study.directions) == 1 else lambda trial: trial.values[0]
    found = [
        get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=each), params=params, target=of) for each in range(repeats)
    ]
    names = sorted(found[0])
    shares = np.array([[each[name] for name in names] for each in found])
    return {
        "label": f"{label}, {count} trials, seed {seed}",
        "directions": [d.name.lower() for d in study.directions],
        "space": as_json(space),
        "trials": rows_of(trials, space),
        "params": params,
        "names": names,
        "means": [round(float(share), 5) for share in shares.mean(axis=0)],
        "deviations": [round(float(share), 5) for share in shares.std(axis=0)],
    }


def forest_cases():
    seeds = itertools.count(80_001)
    for count in (20, 60, 200):
        yield forest_case(next(seeds), "numbers", FOREST, count)
        yield forest_case(next(seeds), "cnn", SPACES["cnn"], count)
    yield forest_case(next(seeds), "mixed", SPACES["mixed"], 80, states=(4, 1, 0, 1))
    yield forest_case(next(seeds), "mixed noise", SPACES["mixed"], 80, noise=0.5)
    yield forest_case(next(seeds), "conditional", SPACE, 80, kinds=KINDS)
    yield forest_case(next(seeds), "conditional params", SPACE, 120, kinds=KINDS, params=["optimizer", "optimizer.adam.rate"])
    yield forest_case(next(seeds), "edges", {name: d for name, d in EDGES.items() if name != "fine"}, 80)
    yield forest_case(next(seeds), "two directions", SPACES["cnn"], 60, directions=("maximize", "minimize"))
