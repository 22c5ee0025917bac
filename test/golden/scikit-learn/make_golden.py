"""Writes t-sne.json: scikit-learn's t-SNE of the rows of rows.ts, which that of hpo/tfjs is tested against.

Run it with a Python that has scikit-learn==1.9.1:

    python -m venv /tmp/golden && /tmp/golden/bin/pip install scikit-learn==1.9.1 && /tmp/golden/bin/python make_golden.py

`kept` is the share of each row's ten nearest rows that are among the ten nearest places of the plane, `trustworthiness`
that of Venna and Kaski with ten neighbours.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities_nn
from sklearn.neighbors import NearestNeighbors

HERE = pathlib.Path(__file__).parent
COUNT, WIDTH, CLASSES, PERPLEXITY = 600, 32, 6, 30


def uniform(stream, count):
    """The numbers of rows.ts, in [-1, 1)."""
    with np.errstate(over="ignore"):
        hashed = np.arange(count, dtype=np.uint32) + np.uint32(0x9E3779B9) * np.uint32(stream + 1)
        hashed = (hashed ^ (hashed >> 16)) * np.uint32(0x85EBCA6B)
        hashed = (hashed ^ (hashed >> 13)) * np.uint32(0xC2B2AE35)
        hashed = hashed ^ (hashed >> 16)
    return hashed / 2**31 - 1


def rows():
    frequency = uniform(0, CLASSES * WIDTH).reshape(CLASSES, WIDTH)
    phase = uniform(1, CLASSES * WIDTH).reshape(CLASSES, WIDTH)
    place = uniform(2, COUNT)
    noise = uniform(3, COUNT * WIDTH).reshape(COUNT, WIDTH)
    kind = np.arange(COUNT) % CLASSES
    curve = np.sin(3 * frequency[kind] * place[:, None] + np.pi * phase[kind])
    return (curve + 0.4 * noise).astype(np.float32)


def kept(data, places, neighbours=10):
    near = NearestNeighbors(n_neighbors=neighbours)
    before = near.fit(data).kneighbors(return_distance=False)
    after = near.fit(places).kneighbors(return_distance=False)
    return np.mean([len(set(one) & set(other)) / neighbours for one, other in zip(before, after)])


def embedded(data, **options):
    tsne = TSNE(perplexity=PERPLEXITY, n_jobs=1, **options)
    places = tsne.fit_transform(data)
    return {
        "divergence": round(float(tsne.kl_divergence_), 4),
        "kept": round(float(kept(data, places)), 4),
        "trustworthiness": round(float(trustworthiness(data, places, n_neighbors=10)), 4),
    }


def joint(data):
    """The joint probabilities of a few rows with their own nearest rows."""
    near = NearestNeighbors(n_neighbors=3 * PERPLEXITY + 1).fit(data.astype(np.float64))
    distances = near.kneighbors_graph(mode="distance")
    distances.data **= 2
    matrix = _joint_probabilities_nn(distances, PERPLEXITY, 0).tocsr()
    return [
        {"row": row, "columns": matrix[row].indices.tolist(), "values": matrix[row].data.tolist()} for row in (0, 7, 599)
    ]


assert sklearn.__version__ == "1.9.1", sklearn.__version__
data = rows()
golden = {
    "perplexity": PERPLEXITY,
    "joint": joint(data),
    "fromComponents": embedded(data, init="pca", random_state=0),
    "fromRandomPlaces": [embedded(data, init="random", random_state=seed) for seed in range(5)],
}
(HERE / "t-sne.json").write_text(json.dumps(golden, indent=1) + "\n")
