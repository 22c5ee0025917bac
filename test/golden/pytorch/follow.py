"""Trains as a line of JSON on stdin says (a case of trainings.ts, with the order of its images and their files), and prints
the losses: for trainings whose losses are not kept.
"""

import json
import sys

import torch
from make_losses import load_images, losses

torch.set_num_threads(1)
case = json.loads(sys.stdin.readline())
print(json.dumps(losses(case, *load_images(case["files"]))))
