"""JSON schemas, compiled: all their references known, all their patterns run by RE2."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from itertools import islice
from typing import Any, TypeAlias

from jsonschema import (
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
    ValidationError,
)
from jsonschema.exceptions import best_match
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import specification_with

from planrunner.checks.regex import Pattern, compile_pattern
from planrunner.errors import visible
from planrunner.values.data import SHOWN_LIMIT, is_number, shown

Errors: TypeAlias = Iterator[ValidationError]
Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Errors]  # of validator, keyword's value, data, schema

DIALECTS: Mapping[str, Any] = {
    "http://json-schema.org/draft-04/schema": Draft4Validator,
    "http://json-schema.org/draft-06/schema": Draft6Validator,
    "http://json-schema.org/draft-07/schema": Draft7Validator,
    "https://json-schema.org/draft/2019-09/schema": Draft201909Validator,
    "https://json-schema.org/draft/2020-12/schema": Draft202012Validator,
}
"""All but draft 3, which nobody writes any more."""

DEFAULT = "https://json-schema.org/draft/2020-12/schema"
COMPARED = 50  # errors among which the best is looked for: the others of a bad body are of the same kind
VALUE_LIMIT = 60  # characters of a value that a message quotes, so that the reason behind it is seen
REFERENCES = {"$ref", "$dynamicRef"}


class SchemaError(ValueError):
    """A schema cannot be used; `path` leads to what is wrong with it."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


def compile_schema(schema: Any) -> Callable[[Any], str]:
    """Compile a schema to a function from data to a complaint; SchemaError when it cannot be used."""
    try:
        own = deepcopy(schema)
        dialect = _dialect(own)
        _hold_against_dialect(own, dialect)
        patterns = _survey(own, dialect)
    except RecursionError:
        raise SchemaError("it is nested too deeply") from None
    keywords = _keywords(dialect, patterns)
    extended = extend(dialect, keywords)  # type: ignore[no-untyped-call]  # its stubs have no types for it
    validator = extended(own, registry=Registry())

    def misfit(data: Any) -> str:
        try:
            error = _best(islice(validator.iter_errors(data), COMPARED))
        except (RecursionError, ArithmeticError):
            return "the body is nested too deeply for the schema, or a number in it is too large"
        return _complaint(error) if error else ""

    return misfit


def _dialect(schema: Any) -> Any:
    """Choose the dialect, and take its name out: the library would go back to its own keywords there."""
    if not isinstance(schema, dict | bool):
        raise SchemaError("write a mapping, or the name of a file in which there is one")
    name = schema.pop("$schema", DEFAULT) if isinstance(schema, dict) else DEFAULT
    dialect = _dialect_called(name)
    if dialect is None:
        hint = "draft 4, 6, 7, 2019-09 and 2020-12 are known"
        raise SchemaError(f"unknown dialect {shown(name, 60)}; {hint}", ("$schema",))
    return dialect


def _dialect_called(name: Any) -> Any:
    return DIALECTS.get(name.removesuffix("#")) if isinstance(name, str) else None


def _hold_against_dialect(schema: Any, dialect: Any, reference: tuple[str | int, ...] = ()) -> None:
    """Validate a schema, or the part of it that the reference which stands there leads to."""
    error = best_match(dialect(dialect.META_SCHEMA, registry=Registry()).iter_errors(schema))
    if error:
        path = tuple(error.absolute_path)
        where = _cut(f"{'.'.join(map(str, path))}: ") if path else ""
        raise SchemaError(where + _message(error), reference or path)


def _survey(schema: Any, dialect: Any) -> dict[str, Pattern]:
    """Go through all parts of a schema, follow its references, and compile its patterns."""
    specification = specification_with(dialect.ID_OF(dialect.META_SCHEMA))
    root = specification.create_resource(schema)
    waiting = [(root, Registry().resolver_with_root(root))]
    parts: dict[int, Any] = {}
    while waiting:
        resource, resolver = waiting.pop()
        part = resource.contents
        if id(part) in parts or isinstance(part, bool):
            continue
        parts[id(part)] = part
        _leave_dialect(part, dialect)
        for key in REFERENCES & part.keys() & dialect.VALIDATORS.keys():
            found = _follow(part[key], resolver, schema)
            if id(found.contents) not in parts:
                _hold_against_dialect(found.contents, dialect, _path_to(part[key], schema))
            waiting.append((specification.create_resource(found.contents), found.resolver))
        waiting += [(below, resolver.in_subresource(below)) for below in resource.subresources()]
    return _patterns(list(parts.values()), schema)


def _leave_dialect(part: dict[str, Any], dialect: Any) -> None:
    name = part.pop("$schema", None)
    if name is not None and _dialect_called(name) is not dialect:
        raise SchemaError(f"a schema within this one has another dialect, {shown(name, 60)}")


def _follow(reference: Any, resolver: Any, schema: Any) -> Any:
    try:
        found = resolver.lookup(str(reference))
    except Unresolvable:
        hint = "nothing is fetched, so it must lead into the schema: '#/$defs/NAME'"
        raise SchemaError(
            f"{shown(reference, 60)} leads nowhere; {hint}", _path_to(reference, schema)
        ) from None
    if not isinstance(found.contents, dict | bool):
        raise SchemaError(f"{shown(reference, 60)} leads to no schema", _path_to(reference, schema))
    return found


def _patterns(parts: list[dict[str, Any]], schema: Any) -> dict[str, Pattern]:
    """Compile all patterns of all parts."""
    if any("unevaluatedProperties" in part for part in parts):
        for part in parts:
            if "patternProperties" in part:
                raise SchemaError("`patternProperties` cannot be used together with `unevaluatedProperties`")
    compiled: dict[str, Pattern] = {}
    for part in parts:
        for text in [*part.get("patternProperties", ()), *([part["pattern"]] if "pattern" in part else [])]:
            try:
                compiled[text] = compile_pattern(text)
            except ValueError as error:
                raise SchemaError(f"{shown(text, 40)}: {error}", _path_to(text, schema)) from None
    return compiled


def _path_to(text: str, data: Any) -> tuple[str | int, ...]:
    """Find a text in a schema; () where it is no value there."""
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        below = _path_to(text, value)
        if value == text or below:
            return (key, *below)
    return ()


def _keywords(dialect: Any, patterns: Mapping[str, Pattern]) -> dict[str, Keyword]:
    """Replace the keywords for which the library would run patterns itself, or compare all with all."""
    others: Keyword = dialect.VALIDATORS["additionalProperties"]

    def pattern(_: Any, wanted: Any, data: Any, __: Any) -> Errors:
        if type(data) is str and not patterns[wanted].found(data):
            yield ValidationError(f"{data!r} does not match {wanted!r}")

    def pattern_properties(validator: Any, wanted: Any, data: Any, _: Any) -> Errors:
        for text, schema in wanted.items() if type(data) is dict else ():
            for key in filter(patterns[text].found, data):
                yield from validator.descend(data[key], schema, path=key, schema_path=text)

    def additional_properties(validator: Any, wanted: Any, data: Any, schema: Any) -> Errors:
        if type(data) is dict:
            known = [patterns[text].found for text in schema.get("patternProperties", ())]
            rest = {key: value for key, value in data.items() if not any(found(key) for found in known)}
            yield from others(validator, wanted, rest, {"properties": schema.get("properties", {})})

    def unique_items(_: Any, wanted: Any, data: Any, __: Any) -> Errors:
        if wanted and type(data) is list and len(set(map(_comparable, data))) < len(data):
            yield ValidationError(f"{data!r} has non-unique elements")

    return {
        "pattern": pattern,
        "patternProperties": pattern_properties,
        "additionalProperties": additional_properties,
        "uniqueItems": unique_items,
    }


def _comparable(value: Any) -> object:
    """Make of equal data equal keys: 1 is 1.0, but no true."""
    if isinstance(value, list):
        return ("list", *map(_comparable, value))
    if isinstance(value, dict):
        return frozenset((key, _comparable(member)) for key, member in value.items())
    return value if is_number(value) else (type(value), value)


def _best(errors: Iterator[ValidationError]) -> ValidationError | None:
    """Choose the error that tells most; of several of its kind, in the items of a list, the first."""
    found = list(errors)
    best = best_match(found)
    if best is None:
        return None
    while best.parent is not None:
        best = best.parent
    first: ValidationError | None = best_match([e for e in found if e.schema_path == best.schema_path][:1])
    return first


def _complaint(error: ValidationError) -> str:
    return f"{_cut(error.json_path)}: {_message(error)}"


def _message(error: ValidationError) -> str:
    """Return the library's message; most begin with the value, as long as it is and as Python writes it."""
    told = repr(error.instance)
    if error.message.startswith(told):
        return f"{shown(error.instance, VALUE_LIMIT)}{_cut(error.message[len(told) :])}"
    return _cut(error.message)


def _cut(text: str) -> str:
    return visible(text if len(text) <= SHOWN_LIMIT else f"{text[:SHOWN_LIMIT]}…")
