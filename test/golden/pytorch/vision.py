"""torchvision's ResNet-18, also where torchvision was built for another CUDA than torch and cannot load its operators:
they are for the detection of objects, and are only declared here.
"""

import torch

operators = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):
    operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from torchvision.models import resnet18  # noqa: E402, F401
