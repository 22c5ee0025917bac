"""Writes pictures/ and pictures.json: small PNG and JPEG files of every kind, and their pixels as Pillow has them.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install pillow numpy && /tmp/golden/bin/python make_pictures.py
"""

import base64
import json
import pathlib

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / "pictures"


def load_image(index):
    records = np.fromfile(HERE / "../../fixtures/cifar10-sample/data_batch_1.bin", np.uint8).reshape(-1, 3073)
    return records[index, 1:].reshape(3, 32, 32).transpose(1, 2, 0)[:20, :28]


def pictures():
    pixels = load_image(7)
    rgb, grey = Image.fromarray(pixels), Image.fromarray(pixels).convert("L")
    yield "rgb.png", rgb, {}
    yield "grey.png", grey, {}
    yield "bits.png", grey.convert("1"), {}
    yield "palette.png", rgb.quantize(16), {}
    yield "opacity.png", Image.fromarray(np.dstack([pixels, pixels[:, :, 1]])), {}
    yield "grey-opacity.png", Image.fromarray(np.dstack([pixels[:, :, 0], pixels[:, :, 1]]), "LA"), {}
    yield "sixteen.png", Image.fromarray(pixels[:, :, 0].astype(np.uint16) * 256 + pixels[:, :, 1]), {}
    yield "rgb.jpg", rgb, {"quality": 80}
    yield "progressive.jpg", rgb, {"quality": 90, "progressive": True, "subsampling": 0}
    yield "grey.jpeg", grey, {"quality": 80}
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter, which is not applied
    yield "turned.jpg", rgb, {"exif": exif}


def text(pixels):
    return base64.b64encode(np.ascontiguousarray(pixels, np.uint8).tobytes()).decode()


def main():
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    for name, picture, options in pictures():
        picture.save(FOLDER / name, **options)
        read = Image.open(FOLDER / name)
        if read.mode.startswith("I"):  # Pillow clips 16 bits to 255 when it converts them
            read = Image.fromarray((np.asarray(read) >> 8).astype(np.uint8))
        expected[name] = {
            "rgb": text(read.convert("RGB")),
            "grey": text(read.convert("RGB").convert("L")),
            "opacity": text(np.asarray(read.convert("RGBA"))[:, :, 3]),
        }
    rgb = load_image(7)
    Image.fromarray(rgb).convert("CMYK").save(FOLDER / "cmyk.jpg")
    (HERE / "pictures.json").write_text(json.dumps(expected, indent=2) + "\n")


main()
