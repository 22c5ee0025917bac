"""Writes public-names.json: the public names of Optuna 5.0.0 by module, which docs/parity.md lists.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install optuna==5.0.0 && /tmp/golden/bin/python make_public_names.py
"""

import importlib
import warnings

import optuna
from golden_trials import write

warnings.simplefilter("ignore")
MODULES = ["samplers", "pruners", "terminator", "storages", "study", "trial", "importance", "visualization", "artifacts"]
names = {module: [n for n in importlib.import_module(f"optuna.{module}").__all__ if not n.startswith("_")] for module in MODULES}
names["samplers.nsgaii"] = list(optuna.samplers.nsgaii.__all__)
names["distributions"] = ["FloatDistribution", "IntDistribution", "CategoricalDistribution"]
for label, owner in {"Study": optuna.Study, "Trial": optuna.Trial}.items():
    names[label] = [name for name in dir(owner) if not name.startswith("_")]
write("public-names.json", names)
