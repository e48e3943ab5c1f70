"""The operators of the language, and the function behind each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from planrunner.values import data

BINARY: Mapping[type[ast.operator], data.Binary] = {
    ast.Add: data.add,
    ast.Sub: data.subtract,
    ast.Mult: data.multiply,
    ast.Div: data.divide,
    ast.FloorDiv: data.floor_divide,
    ast.Mod: data.modulo,
    ast.Pow: data.power,
}

UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: lambda value: not value,
    ast.USub: data.negative,
    ast.UAdd: data.positive,
}

COMPARE: Mapping[type[ast.cmpop], data.Binary] = {
    ast.Eq: data.equal,
    ast.NotEq: lambda a, b: not data.equal(a, b),
    ast.Lt: data.below,
    ast.LtE: data.at_most,
    ast.Gt: data.above,
    ast.GtE: data.at_least,
    ast.In: lambda a, b: data.contains(b, a),
    ast.NotIn: lambda a, b: not data.contains(b, a),
}
