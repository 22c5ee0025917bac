"""PyTorch's form of the nets of hpo/tfjs that the benchmarks and the golden data compare: same layers, same biases."""

from torch import nn


def searched_cnn(fc1, fc2, dropout):
    def hidden(inputs, outputs):
        return [nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs), nn.ReLU(), nn.Dropout(dropout)]

    return nn.Sequential(
        *[nn.Conv2d(3, 20, 3, bias=False), nn.BatchNorm2d(20), nn.ReLU(), nn.MaxPool2d(2)],
        *[nn.Conv2d(20, 40, 4, bias=False), nn.BatchNorm2d(40), nn.ReLU(), nn.MaxPool2d(2)],
        nn.Flatten(),
        *hidden(40 * 6 * 6, fc1),
        *hidden(fc1, fc2),
        nn.Linear(fc2, 10),
    )


def plain_cnn(dropout=0.5):
    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(outputs), nn.MaxPool2d(2)]

    hidden = [nn.Flatten(), nn.Linear(128 * 4 * 4, 512), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*block(3, 32), *block(32, 64), *block(64, 128), *hidden, nn.Linear(512, 10))


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


def resnet9():
    def convolution(inputs, outputs):
        return nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)

    def convolved(inputs, outputs):
        return [convolution(inputs, outputs), nn.ReLU(), nn.BatchNorm2d(outputs)]

    def halved(inputs, outputs):
        return [convolution(inputs, outputs), nn.MaxPool2d(2), nn.ReLU(), nn.BatchNorm2d(outputs)]

    return nn.Sequential(
        *convolved(3, 64),
        *halved(64, 128),
        Residual(*convolved(128, 128), *convolved(128, 128)),
        *halved(128, 256),
        *halved(256, 512),
        Residual(*convolved(512, 512), *convolved(512, 512)),
        *[nn.MaxPool2d(4), nn.Flatten(), nn.Linear(512, 10, bias=False)],
    )


def he_initialise(net):
    """Normal kernels of deviation sqrt(2 / fan-in) and zero biases, as heInitialise of hpo/tfjs."""
    for module in net.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return net
