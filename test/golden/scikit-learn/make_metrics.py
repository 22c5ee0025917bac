"""Writes metrics.json: figures of random predictions by scikit-learn, and their calibration error by its definition.

Run it with a Python that has scikit-learn==1.9.1 and numpy.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.metrics import (
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20)


def averages(labels, predicted, classes, average):
    figures = precision_recall_fscore_support(
        labels, predicted, labels=range(classes), average=average, zero_division=0
    )[:3]
    return {name: np.asarray(figure).tolist() for name, figure in zip(["precision", "recall", "f1"], figures)}


def calibration(probabilities, labels, count=15):
    """The expected calibration error of Guo et al. 2017: bins ((m - 1) / M, m / M]."""
    confidences, predicted = probabilities.max(1), probabilities.argmax(1)
    error, bins = 0.0, []
    for at in range(count):
        held = (confidences > at / count) & (confidences <= (at + 1) / count)
        accuracy = float((predicted[held] == labels[held]).mean()) if held.any() else 0.0
        confidence = float(confidences[held].mean()) if held.any() else 0.0
        error += held.mean() * abs(accuracy - confidence)
        bins.append([int(held.sum()), accuracy, confidence])
    return {"error": float(error), "bins": bins}


def case(classes, images, absent=()):
    """Random scores that know a little of the label; absent classes have no images."""
    present = [label for label in range(classes) if label not in absent]
    labels = rng.choice(present, images)
    scores = rng.normal(0, 1.5, (images, classes)).round(3)
    scores[np.arange(images), labels] += 1.5
    scores = scores.astype(np.float32).astype(np.float64)
    predicted = scores.argmax(1)
    probabilities = np.exp(scores - scores.max(1, keepdims=True))
    probabilities /= probabilities.sum(1, keepdims=True)
    topmost = {
        str(k): float(top_k_accuracy_score(labels, scores, k=k, labels=range(classes))) if k < classes else 1.0
        for k in range(1, classes + 1)
    }
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "loss": float(log_loss(labels, probabilities, labels=range(classes))),
        "confusion": confusion_matrix(labels, predicted, labels=range(classes)).tolist(),
        "perClass": averages(labels, predicted, classes, None),
        "macro": averages(labels, predicted, classes, "macro"),
        "micro": averages(labels, predicted, classes, "micro"),
        "weighted": averages(labels, predicted, classes, "weighted"),
        "topK": topmost,
        "calibration": calibration(probabilities, labels),
    }


print(sklearn.__version__)
golden = {
    "three classes": case(3, 60),
    "ten classes": case(10, 120),
    "a class without images": case(5, 40, absent=(2,)),
    "few images": case(8, 6),
}
(HERE / "metrics.json").write_text(json.dumps(golden) + "\n")
