"""PyTorch's side of bench/training.ts, on one thread: training.py plain|tuned NETWORK BATCH.

Plain is PyTorch as it comes; tuned keeps images and kernels channels last, and takes Adam's fused form.

Says what it is in a line of JSON, then answers each line with a number of training steps with the seconds that they took
and the process's peak memory. The batch lies in memory as float tensors: nothing is drawn, scaled or copied for a step.
"""

import json
import resource
import sys
import time

import torch
from networks import he_initialise, plain_cnn, resnet9, searched_cnn

networks = {"R1": lambda: searched_cnn(128, 64, 0.2), "R2": plain_cnn, "R5": resnet9}
is_tuned, name, batch = sys.argv[1] == "tuned", sys.argv[2], int(sys.argv[3])
layout = torch.channels_last if is_tuned else torch.contiguous_format
torch.set_num_threads(1)
torch.manual_seed(1)
net = he_initialise(networks[name]()).train().to(memory_format=layout)
images, labels = torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout), torch.randint(10, (batch,))
loss_of = torch.nn.CrossEntropyLoss()
print(json.dumps({"description": f"PyTorch {torch.__version__}, {sys.argv[1]}, one thread"}), flush=True)
for line in sys.stdin:
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=5e-4, fused=is_tuned or None)
    start = time.perf_counter()
    for _ in range(int(line)):
        optimizer.zero_grad()
        loss_of(net(images), labels).backward()
        optimizer.step()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peakBytes": peak}), flush=True)
