"""Writes torchvision's ResNet-18 with weights of a seed by the package safetensors, and its features of an image; then files
that lack a layer and that have another shape, and one of half precision.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file

sys.path.append(str(pathlib.Path(__file__).parent / "../../golden/pytorch"))
from vision import resnet18  # noqa: E402

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(18)
net = resnet18(num_classes=7)
images = torch.linspace(-2, 2, 2 * 3 * 40 * 36).sin().reshape(2, 3, 40, 36)
net.train()(images)  # so that the running statistics are not those of the beginning
net.eval()
state = net.state_dict()
save_file(state, folder / "resnet18.safetensors")
save_file({name: tensor for name, tensor in state.items() if name != "layer3.1.bn2.running_var"}, folder / "lacking.safetensors")
save_file({**state, "layer2.0.conv1.weight": torch.zeros(128, 64, 1, 1)}, folder / "unfit.safetensors")
halves = {name: tensor.to(torch.bfloat16 if "fc" in name else torch.float16) for name, tensor in state.items() if tensor.is_floating_point()}
save_file(halves, folder / "half.safetensors")
with torch.no_grad():
    logits = net(images)
    net.load_state_dict({name: tensor.float() for name, tensor in halves.items()}, strict=False)
    print(json.dumps({"logits": logits.tolist(), "half": net(images).tolist()}))
