"""Partition values as pyiceberg computes them: reads a JSON list of [type, transform, values], answers the transformed values.

Dates are days and moments microseconds since 1970, as pyiceberg itself holds them."""

import json
import sys

from pyiceberg.schema import Schema
from pyiceberg.transforms import parse_transform


def transformed(kind, name, values):
    (field,) = Schema(**{"fields": [{"id": 1, "name": "value", "required": False, "type": kind}]}).fields
    transform = parse_transform(name).transform(field.field_type)
    return [transform(value) for value in values]


json.dump([transformed(*case) for case in json.load(sys.stdin)], sys.stdout)
