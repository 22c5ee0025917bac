"""Lays out rows by scikit-learn's t-SNE: `python t_sne.py ROWS WIDTH PLACES` reads and writes float32 files.

Prints the processor time in seconds, and the divergence. The rows are reduced to 50 principal components first, as hpo
does and scikit-learn's documentation advises.
"""

import json
import sys
import time

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

rows, width, places = sys.argv[1], int(sys.argv[2]), sys.argv[3]
data = np.fromfile(rows, np.float32).reshape(-1, width)
start = time.process_time()
if width > 50:
    data = PCA(50, random_state=0).fit_transform(data)
tsne = TSNE(init="pca", random_state=0, n_jobs=1)
embedded = tsne.fit_transform(data)
print(json.dumps({"seconds": time.process_time() - start, "divergence": float(tsne.kl_divergence_)}))
embedded.astype(np.float32).tofile(places)
