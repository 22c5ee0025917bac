"""Cross-validates a model on the digits that come with scikit-learn, or tests the best one: --test best.json"""

import argparse
import json

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

MODELS = {"svm": SVC, "forest": RandomForestClassifier, "neighbours": KNeighborsClassifier}


def model_of(params: dict):
    options = dict(params["model"])
    kind = options.pop("kind")
    return MODELS[kind](**options, **({"random_state": 0} if kind == "forest" else {}))


parser = argparse.ArgumentParser()
parser.add_argument("file", help="the parameters as JSON: {paramsFile}, or best.json")
parser.add_argument("--folds", type=int, default=8)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--test", action="store_true")
args = parser.parse_args()
with open(args.file) as file:
    given = json.load(file)

images, labels = load_digits(return_X_y=True)
split = train_test_split(images / 16, labels, test_size=0.25, stratify=labels, random_state=0)
train_images, test_images, train_labels, test_labels = split

if args.test:
    model = model_of(given["params"]).fit(train_images, train_labels)
    print(f"accuracy on {len(test_labels)} images that no trial has seen: {model.score(test_images, test_labels):.4f}")
else:
    folds = StratifiedKFold(args.folds, shuffle=True, random_state=args.seed % 2**32)  # the same folds for all trials
    scores = []
    for fold, (fitted, held_out) in enumerate(folds.split(train_images, train_labels)):
        model = model_of(given).fit(train_images[fitted], train_labels[fitted])
        scores.append(model.score(train_images[held_out], train_labels[held_out]))
        print(json.dumps({"step": fold, "value": scores[-1]}))
    print(json.dumps({"value": sum(scores) / len(scores)}))
