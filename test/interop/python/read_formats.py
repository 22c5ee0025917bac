"""Reads texts as the readers do that people use, and prints what they got, in the order given.

Usage: read_formats.py CASES, a JSON list of [format, text].
"""

import csv
import io
import json
import sys

import yaml

READERS = {
    "yaml": yaml.safe_load,
    "json": json.loads,
    "csv": lambda text: list(csv.reader(io.StringIO(text, newline=""))),
}

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    cases = json.load(file)
print(json.dumps([READERS[form](text) for form, text in cases]))
