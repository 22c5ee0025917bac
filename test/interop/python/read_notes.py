"""Prints the notes of a study and of its first trial, read by the rule of optuna-dashboard."""
import json
import sys

import optuna

url, name = sys.argv[1:]
study = optuna.load_study(study_name=name, storage=url)
attrs = study._storage.get_study_system_attrs(study._study_id)


def body(prefix: str) -> str:
    version = attrs[prefix + "note_ver"]
    assert version == 1, version
    parts = {key: value for key, value in attrs.items() if key.startswith(prefix + "note_str:")}
    assert all(len(part) <= 2045 for part in parts.values())
    return "".join(parts[f"{prefix}note_str:{at}"] for at in range(len(parts)))


trial_id = study.trials[0]._trial_id
print(json.dumps({"study": body("dashboard:"), "trial": body(f"dashboard:{trial_id}:")}))
