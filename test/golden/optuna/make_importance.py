"""Writes ped-anova.json and fanova.json: importances by Optuna 5.0.0 that hpo's evaluators are tested against.

Run it with a Python that has scikit-learn besides, which fANOVA takes its forests from:

    python -m venv /tmp/golden && /tmp/golden/bin/pip install optuna==5.0.0 scikit-learn==1.9.1
    /tmp/golden/bin/python make_importance.py

Seeds are fixed. The trees' numbers have all their digits, since Optuna's variances are of just these trees.
"""

import sys

from golden_importance import forest_cases, ped_anova_cases, tree_cases
from golden_trials import write

if "ped-anova" in sys.argv or len(sys.argv) == 1:
    write("ped-anova.json", list(ped_anova_cases()))
if "fanova" in sys.argv or len(sys.argv) == 1:
    write("fanova.json", {"trees": list(tree_cases()), "forests": list(forest_cases())})
