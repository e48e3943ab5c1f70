"""One expression, from its syntax tree to a function of the scope; what is not listed here cannot be said.

The tree is never run by Python: each kind of node on the list becomes a closure over those of its parts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from planrunner.errors import Place, Problems, suggestion
from planrunner.values import data, names
from planrunner.values.dealing import Deal
from planrunner.values.functions import FUNCTIONS, Function
from planrunner.values.grammar import GrammarError, parse
from planrunner.values.names import Names
from planrunner.values.operators import BINARY, COMPARE, UNARY
from planrunner.values.scope import Scope
from planrunner.values.value import Reader, Value, constant, made, pending

_VARIABLES_ONLY: Final = "here only variables are known"


class Expression(Struct):
    """One `${...}` while it is compiled."""

    text: str
    names: Names
    problems: Problems
    place: Callable[[int, int], Place]  # of so many characters from an offset in the text
    prepared: str = ""  # the text as Python's parser saw it, character for character
    indent: int = 0  # where in `text` it begins
    rejected: bool = False

    def compile(self) -> Value | None:
        """Make a value of it; None when it is wrong, after saying so."""
        try:
            tree, self.prepared = parse(self.text)
        except GrammarError as error:
            self.problems.add(
                error.message, self.place(error.start, error.width or max(len(self.text), 1)), error.hint
            )
            return None
        self.indent = len(self.text) - len(self.text.lstrip())
        made = self.build(tree)
        if made.failure and not self.rejected:
            self.reject(tree, str(made.failure))
        return None if self.rejected else made

    def build(self, node: ast.expr) -> Value:
        """Compile one node of the tree."""
        maker = NODES.get(type(node))
        if maker:
            return maker(self, node)
        return self.reject(node, f"{self.source(node)!r} is not part of the language", _hint(node))

    def reject(self, node: ast.expr, message: str, hint: str = "") -> Value:
        """Note what is wrong with a node; the rest is still compiled, to find all that is wrong."""
        self.rejected = True
        start, end = self.span(node)
        self.problems.add(message, self.place(start, end - start), hint)
        return pending(self.source(node))

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where a node begins and ends in the text; Python counts in UTF-8 bytes."""
        encoded = self.prepared.encode()
        start, end = (len(encoded[:at].decode()) for at in (node.col_offset, node.end_col_offset or 0))
        return start + self.indent, end + self.indent

    def source(self, node: ast.expr) -> str:
        """What was written for a node."""
        start, end = self.span(node)
        return self.text[start:end]


def _constant(expression: Expression, node: ast.Constant) -> Value:
    value = node.value
    if type(value) is str:
        if any("\ud800" <= c <= "\udfff" for c in value):
            return expression.reject(node, "half a character: '\\ud800' to '\\udfff' stand for nothing alone")
        return constant(value)
    if data.is_number(value):
        try:
            return constant(data.sized(value))
        except ValueError as error:
            return expression.reject(node, str(error))
    return expression.reject(node, f"{expression.source(node)!r} is not part of the language")


def _name(expression: Expression, node: ast.Name) -> Value:
    name, known = expression.source(node), expression.names
    if name in names.LITERALS:
        return constant(names.LITERALS[name])
    if not known.runtime and (name in names.RESERVED or name in known.saved or name in known.data):
        return expression.reject(node, f"{name!r} is not known here", _VARIABLES_ONLY)
    if name in names.RUNTIME:
        return Value(names.RUNTIME[name])
    if name in known.data:
        return _row(expression, node, known.data[name])
    if name in known.saved:
        return Value(names.read_saved(name))
    if name in names.RESERVED:
        parts = sorted(other for other in names.RUNTIME if other.startswith(f"{name}."))
        hint = f"write {' or '.join(parts)}" if parts else f"name one: {names.PARTS[name].example}"
        return expression.reject(node, f"{name!r} is no value by itself", hint)
    if name in known.variables:
        value = known.variables[name]
        return pending(name) if value is names.UNKNOWN else constant(value)
    return _unknown(expression, node, name)


def _unknown(expression: Expression, node: ast.Name, name: str) -> Value:
    literal = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null"}.get(name)
    hint = f"write {literal}" if literal else suggestion(name, expression.names.known())
    if name in FUNCTIONS:
        hint = f"call it: {name}({'...' if FUNCTIONS[name].least else ''})"
    return expression.reject(node, f"unknown variable {name!r}", hint)


def _member(expression: Expression, node: ast.Attribute) -> Value:
    key = expression.source(node).rpartition(".")[2].strip()
    if isinstance(node.value, ast.Name):
        root = expression.source(node.value)
        if root in names.PARTS:
            return _part(expression, node.value, constant(key))
        if f"{root}.{key}" in names.RUNTIME and expression.names.runtime:
            return _runtime(expression, node, f"{root}.{key}")
        _check_column(expression, node, root, key)
    holder = expression.build(node.value)
    return made([holder], _look(holder.of, key, expression.source(node.value)))


def _runtime(expression: Expression, node: ast.Attribute, name: str) -> Value:
    if name == "loop.index" and not expression.names.loop:
        hint = "it counts the rounds of repeat, for_each, while and until, in their steps"
        return expression.reject(node, f"{name!r} is not known here", hint)
    return Value(names.RUNTIME[name])


def _row(expression: Expression, node: ast.Name, deal: Deal) -> Value:
    if deal.table.dataset.pick == "unique" and not expression.names.unique:
        message = f"no row of {deal.name!r} may be taken here: each of them is for one iteration"
        return expression.reject(node, message, "use a data set with another pick")
    return Value(deal.take)


def _check_column(expression: Expression, node: ast.expr, name: str, column: Any) -> None:
    """Say at once that no row has such a column, where `name` is a data set; a key may also be computed."""
    deal = expression.names.data.get(name)
    if deal is None or type(column) is not str or not expression.names.runtime:
        return
    if deal.columns is None:
        if deal.table.rows:  # else they could not be read, which was said
            hint = f"its rows are plain values: write ${{{name}}}"
            expression.reject(node, f"data set {name!r} has no columns", hint)
    elif column not in deal.columns:
        message = f"data set {name!r} has no column {data.shown(column, 40)}"
        expression.reject(node, message, suggestion(column, deal.columns))


def _item(expression: Expression, node: ast.Subscript) -> Value:
    if isinstance(node.slice, ast.Slice):
        return expression.reject(node, "a list cannot be cut", "take one item: list[0]")
    key = expression.build(node.slice)
    name = expression.source(node.value)
    if isinstance(node.value, ast.Name):
        if name in names.PARTS:
            return _part(expression, node.value, key)
        _check_column(expression, node, name, key.value)
    holder = expression.build(node.value)
    if type(key.value) is str or type(key.value) is int:  # and so constant
        return made([holder], _look(holder.of, key.value, name))
    return made([holder, key], lambda scope: data.member(holder.of(scope), key.of(scope), name))


def _look(holder: Reader, key: Any, name: str) -> Reader:
    def look(scope: Scope) -> Any:
        found = holder(scope)
        # The common case without a call; all else, and what is wrong, is member's.
        return found[key] if type(found) is dict and key in found else data.member(found, key, name)

    return look


def _part(expression: Expression, node: ast.Name, key: Value) -> Value:
    holder = expression.source(node)
    if not expression.names.runtime:
        return expression.reject(node, f"{holder!r} is not known here", _VARIABLES_ONLY)
    if key.constant and type(key.value) is str:
        return Value(names.read_part(holder, key.value))
    return Value(names.read_part_named(holder, key.of))


def _call(expression: Expression, node: ast.Call) -> Value:
    name = expression.source(node.func)
    if not isinstance(node.func, ast.Name):
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        hint = f"write {method}(x)" if method in FUNCTIONS else "call a function by its name: lower(x)"
        return expression.reject(node.func, f"{name!r} cannot be called", hint)
    arguments = [expression.build(argument) for argument in node.args]
    if node.keywords:
        return expression.reject(node, f"the arguments of {name}() have no names", "write only their values")
    function = FUNCTIONS.get(name)
    if function is None:
        return expression.reject(node.func, f"unknown function {name!r}", suggestion(name, FUNCTIONS))
    if not function.least <= len(arguments) <= function.most:
        return expression.reject(node, f"{name}() takes {_count(function)}, not {len(arguments)}")
    if not function.pure:
        return _impure(expression, node, function, [argument.of for argument in arguments])
    return made(arguments, _calling(function, [argument.of for argument in arguments]), lazy=function.lazy)


def _count(function: Function) -> str:
    counts = sorted({function.least, function.most})
    return f"{' to '.join(map(str, counts))} argument{'' if counts == [1] else 's'}"


def _impure(expression: Expression, node: ast.Call, function: Function, readers: list[Reader]) -> Value:
    if not expression.names.runtime:
        return expression.reject(node, f"{expression.source(node)!r} is not known here", _VARIABLES_ONLY)
    call = function.call
    return Value(lambda scope: call(scope, *[read(scope) for read in readers]))


def _calling(function: Function, readers: list[Reader]) -> Reader:
    call = function.call
    if function.lazy:
        return lambda scope: call(scope, *readers)
    if len(readers) == 1:
        (read,) = readers
        return lambda scope: call(read(scope))
    return lambda scope: call(*[read(scope) for read in readers])


def _list(expression: Expression, node: ast.List) -> Value:
    items = [expression.build(item) for item in node.elts]
    readers = [item.of for item in items]
    return made(items, lambda scope: [read(scope) for read in readers])


def _binary(expression: Expression, node: ast.BinOp) -> Value:
    left, right = expression.build(node.left), expression.build(node.right)
    calculate = BINARY.get(type(node.op))
    if calculate is None:
        return expression.reject(
            node, f"{expression.source(node)!r} is not part of the language", _hint(node)
        )
    return made([left, right], lambda scope: calculate(left.of(scope), right.of(scope)))


def _unary(expression: Expression, node: ast.UnaryOp) -> Value:
    operand = expression.build(node.operand)
    calculate = UNARY.get(type(node.op))
    if calculate is None:
        return expression.reject(
            node, f"{expression.source(node)!r} is not part of the language", _hint(node)
        )
    return made([operand], lambda scope: calculate(operand.of(scope)))


def _compare(expression: Expression, node: ast.Compare) -> Value:
    if len(node.ops) == 1 and _in_parts(expression, node):
        return _holds_part(expression, node)
    values = [expression.build(operand) for operand in (node.left, *node.comparators)]
    chain = [COMPARE[type(sign)] for sign in node.ops]  # all but `is`, which is read as a name
    if len(chain) == 1:
        (test,), (left, right) = chain, values
        return made(values, lambda scope: test(left.of(scope), right.of(scope)))

    def compare(scope: Scope) -> bool:
        computed = [value.of(scope) for value in values]
        return all(test(*pair) for test, pair in zip(chain, pairwise(computed), strict=True))

    return made(values, compare)


def _in_parts(expression: Expression, node: ast.Compare) -> bool:
    holder = node.comparators[0]
    listed = isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(holder, ast.Name)
    return listed and expression.names.runtime and expression.source(holder) in names.PARTS


def _holds_part(expression: Expression, node: ast.Compare) -> Value:
    holds = names.has_part(expression.source(node.comparators[0]), expression.build(node.left).of)
    if isinstance(node.ops[0], ast.NotIn):
        return Value(lambda scope: not holds(scope))
    return Value(holds)


def _boolean(expression: Expression, node: ast.BoolOp) -> Value:
    values = [expression.build(value) for value in node.values]
    combine = _both if isinstance(node.op, ast.And) else _either
    result = values[-1]
    for value in reversed(values[:-1]):
        result = combine(value, result)
    return result


def _both(left: Value, right: Value) -> Value:
    if left.constant:
        return right if left.value else left
    return made([left, right], lambda scope: left.of(scope) and right.of(scope), lazy=not left.failure)


def _either(left: Value, right: Value) -> Value:
    if left.constant:
        return left if left.value else right
    return made([left, right], lambda scope: left.of(scope) or right.of(scope), lazy=not left.failure)


def _choice(expression: Expression, node: ast.IfExp) -> Value:
    test, first, second = (expression.build(part) for part in (node.test, node.body, node.orelse))
    if test.constant:
        return first if test.value else second
    if test.failure:
        return test
    return Value(lambda scope: first.of(scope) if test.of(scope) else second.of(scope))


def _hint(node: ast.expr) -> str:
    if isinstance(node, ast.Tuple):
        return "write a list: [a, b]"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return "there are no filters; call a function: lower(x)"
    return "only data, arithmetic, comparisons, and, or, not, in, if-else and the functions"


NODES: Mapping[type[ast.expr], Callable[[Expression, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _member,
    ast.Subscript: _item,
    ast.Call: _call,
    ast.List: _list,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _choice,
}
