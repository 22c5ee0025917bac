"""PyTorch's side of bench/training.ts, on one thread or a GPU: training.py plain|tuned cpu|cuda NETWORK BATCH.

Plain is PyTorch as it comes; tuned keeps images and kernels channels last, and takes Adam's fused form. On a GPU plain
computes in float32 throughout, and tuned lets convolutions and products round their factors to TF32.

Says what it is in a line of JSON, then answers each line with a number of training steps with the seconds that they took
and the process's peak memory. The batch lies in memory as float tensors: nothing is drawn, scaled or copied for a step.
"""

import json
import resource
import sys
import time

import torch
from networks import he_initialise, plain_cnn, resnet9, searched_cnn, six_conv_cnn, weighted_branches

networks = {
    "R1": lambda: searched_cnn(128, 64, 0.2),
    "R2": plain_cnn,
    "R3": six_conv_cnn,
    "R4": weighted_branches,
    "R5": resnet9,
}
is_tuned, device, name, batch = sys.argv[1] == "tuned", sys.argv[2], sys.argv[3], int(sys.argv[4])
layout = torch.channels_last if is_tuned else torch.contiguous_format
torch.set_num_threads(1)
torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = is_tuned
torch.backends.cudnn.benchmark = is_tuned
torch.manual_seed(1)
net = he_initialise(networks[name]()).train().to(device, memory_format=layout)
images = torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout).to(device)
labels = torch.randint(10, (batch,)).to(device)
place = torch.cuda.get_device_name() if device == "cuda" else "one thread"


def finish():
    """Waits for what a GPU has been given to do."""
    if device == "cuda":
        torch.cuda.synchronize()


loss_of = torch.nn.CrossEntropyLoss()
print(json.dumps({"description": f"PyTorch {torch.__version__}, {sys.argv[1]}, {place}"}), flush=True)
for line in sys.stdin:
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=5e-4, fused=is_tuned or None)
    finish()
    start = time.perf_counter()
    for _ in range(int(line)):
        optimizer.zero_grad()
        loss_of(net(images), labels).backward()
        optimizer.step()
    finish()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peakBytes": peak}), flush=True)
