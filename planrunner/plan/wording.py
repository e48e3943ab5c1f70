"""What to say about a value that does not fit the schema: the message and the way out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field

from planrunner import units
from planrunner.errors import suggestion
from planrunner.plan.fault import NO_SPACE_BEHIND_COLON, NO_SPACE_BEHIND_DASH, quoted
from planrunner.plan.foreign import AGGREGATIONS, ELSEWHERE_CALLED, HINTS, MISPLACED
from planrunner.plan.node import Node
from planrunner.plan.summary import statistic

Words: TypeAlias = tuple[str, str]

Reader: TypeAlias = Callable[[object], object]

READERS: Mapping[str, Reader] = {
    "Duration": units.duration,
    "Rate": units.rate,
    "Size": units.size,
    "Statistic": statistic,
    "Timeout": units.duration,
}
"""Definitions of the schema whose values are explained best by what reads them, by title."""

TYPES: Mapping[str, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}
TEMPLATE = r"\$\{"  # the pattern of text that is only allowed for what it computes

KINDS: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}
_GLUED_COLON = re.compile(r"([\w-]+):(\S+)")
_GLUED_DASH = re.compile(r"-[a-zA-Z_]")
_HOST = re.compile(r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[\w.-]+(?=:\d))(?::\d+)?(?:/\S*)?")
_BRACES = re.compile(r"[\[\]{}]")
_NEAR = 0.8  # stricter than difflib's 0.6: `duration` is not a misspelt `description`


class Fault(Struct, frozen=True):
    """What does not fit: the keyword of the schema that says so, and the value (or the key, as text)."""

    keyword: str
    schema: Mapping[str, Any]
    node: Node
    document: Mapping[str, Any] = field(
        default_factory=dict
    )  # the whole schema, where others may know better
    owner: str = ""  # the key under which the value stands, or the mapping whose key is at fault
    value: Node | None = None  # what stands under the key at fault

    @property
    def title(self) -> str:
        """What the schema calls the value."""
        return titled(self.schema)

    @property
    def types(self) -> list[str]:
        """The types that the schema allows."""
        types = self.schema.get("type", [])
        return [types] if isinstance(types, str) else types


def describe(fault: Fault) -> Words:
    """Return message and hint."""
    reader = READERS.get(fault.schema.get("title", ""))
    if reader and fault.keyword in ("type", "pattern"):
        return unit(fault, reader)
    return WORDING[fault.keyword](fault)


def unit(fault: Fault, reader: Reader) -> Words:
    """Explain a value without its unit, or with a wrong one."""
    try:
        reader(fault.node.value)
    except ValueError as error:
        complaint, _, hint = str(error).partition(": ")
        if hint:
            return complaint, hint
        if isinstance(fault.node.value, str):
            return f"{shown(fault.node)} is not a valid {fault.title}", complaint
        return f"expected {with_article(fault.title)}, found {found(fault.node)}", complaint
    return pattern(fault)  # digits of other scripts, which units can read


def wrong_type(fault: Fault) -> Words:
    """Explain text where a list belongs, and the like."""
    slip = glued(fault.node.raw, fault.schema) or undashed(fault)
    if slip:
        return slip
    asked = asked_for(fault)
    expected = TYPES[asked[0]] if len(asked) == 1 else with_article(fault.title)
    message = f"expected {expected}, found {found(fault.node)}"
    if fault.owner == "body" and fault.title == "text" and (fault.node.mapping or fault.node.items):
        return message, f"{TYPES[kind(fault.node)]} is sent as `json:`"
    own = fault.schema.get("errorMessage") or fault.schema.get("patternErrorMessage")
    if own:
        return message, own
    if fault.types == ["boolean"]:
        return message, "write true or false"
    if isinstance(fault.node.value, int | float):
        return message, f"write {quoted(fault.node.raw)}"
    several = fault.node.mapping or fault.node.items
    return message, example(fault.schema) or ("only one value can stand here" if several else "")


def glued(text: str, schema: Mapping[str, Any]) -> Words | None:
    """Explain `vus:1`, which is no key and value but one word, where `vus` would be a key."""
    found = _GLUED_COLON.match(text)
    if found and found[1] in schema.get("properties", {}):
        return NO_SPACE_BEHIND_COLON, f"write {found[1]}: {found[2]}"
    return None


def undashed(fault: Fault) -> Words | None:
    """Explain `-get: /x` where a list belongs."""
    key = next(iter(fault.node.keys), "")
    if "array" not in fault.types or not _GLUED_DASH.match(key):
        return None
    value = fault.node.fields.get(key)
    return NO_SPACE_BEHIND_DASH, f"write - {key[1:]}: {value.raw if value else ''}".rstrip()


def asked_for(fault: Fault) -> list[str]:
    """Return the types that a tester should think of.

    Text is not one where it may only be `${...}`; where text may look like anything, its look is not one.
    """
    if {"string", "number"} <= {*fault.types} and "pattern" not in fault.schema:
        return ["string", *({"object", "array"} & {*fault.types})]
    if fault.schema.get("pattern") == TEMPLATE:
        return [name for name in fault.types if name != "string"]
    return fault.types


def pattern(fault: Fault) -> Words:
    """Explain text of a wrong form."""
    hint = fault.schema.get("patternErrorMessage") or example(fault.schema)
    if fault.title == "target" and _HOST.fullmatch(fault.node.raw):
        hint = f"write http://{fault.node.raw}"
    return f"{shown(fault.node)} is not a valid {fault.title}", hint


def enum(fault: Fault) -> Words:
    """Explain a word that is none of those allowed."""
    return f"{shown(fault.node)} is not a valid {fault.title}", suggestion(
        fault.node.raw, fault.schema["enum"]
    )


def too_small(fault: Fault) -> Words:
    """Explain a number below the least one."""
    return f"{fault.node.raw} is too small", f"at least {fault.schema['minimum']}"


def too_large(fault: Fault) -> Words:
    """Explain a number above the largest one."""
    return f"{fault.node.raw} is too large", f"at most {fault.schema['maximum']}"


def empty(fault: Fault) -> Words:
    """Explain a text, list or mapping that must not be empty."""
    what = TYPES[kind(fault.node)].removeprefix("a ")
    return f"this {what} is empty", fault.schema.get("errorMessage") or example(fault.schema)


def missing(fault: Fault) -> Words:
    """Explain a key that must be there."""
    known = resolved(fault.schema["properties"][fault.node.raw], fault.document)
    examples = known.get("examples")
    value = f" {unambiguous(examples[0])}" if examples and not isinstance(examples[0], dict | list) else ""
    return f"{fault.node.raw!r} is missing", f"insert `{fault.node.raw}:{value}` here"


def unambiguous(value: object) -> object:
    """Put text into quotes where it would be something else without them, at least inside `{}`."""
    return quoted(value) if isinstance(value, str) and _BRACES.search(value) else value


def unknown(fault: Fault) -> Words:
    """Explain a key that does not exist here: misspelt, of another tool, or in the wrong place."""
    key = fault.node.raw
    slip = glued(key, fault.schema)
    return slip or (f"unknown key {key!r}", foreign(fault) or meant(fault))


def foreign(fault: Fault) -> str:
    """Say what to write for a word that no key of ours stands for."""
    key, known = fault.node.raw, fault.schema["properties"]
    if "threshold" in known and aggregation(key):
        return limit(fault)
    if (fault.title, key.lower()) in MISPLACED:
        return MISPLACED[fault.title, key.lower()]
    return HINTS.get(key.lower(), "") if "type" in fault.schema else ""


def limit(fault: Fault) -> str:
    """Write the threshold that `{rate: 1%}` is meant for; checks are good things, so more of them."""
    wanted = (fault.value.raw if fault.value else "") or "..."
    sign = "" if wanted[:1] in ("<", ">", "=", "!") else "> " if fault.owner.startswith("checks") else "< "
    return f"write `{fault.owner}: {fault.node.raw} {sign}{wanted}`"


def aggregation(key: str) -> bool:
    """Say whether a key is the left side of a threshold's expression."""
    return key in AGGREGATIONS or key.startswith("p(")


def meant(fault: Fault) -> str:
    """Suggest the key that was probably meant, here or in another place."""
    key, known = fault.node.raw, list(fault.schema["properties"])
    ours = ELSEWHERE_CALLED.get(key.lower(), "")
    near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=_NEAR)
    if near and ours not in known:
        ours = near[0]
    if ours in known:
        return f"did you mean {ours!r}?"
    if "type" not in fault.schema:  # any value may stand here, so the mapping may be meant as one
        return str(fault.schema["errorMessage"])
    titles = list(dict.fromkeys(titled(owner) for owner in owners_of(ours or key, fault.document)))
    for owner, place, form in NESTED:
        if owner in titles and place in known:
            return f"it belongs to {place}: write `{place}: {form.format(ours or key)}`"
    if titles:
        return f"it belongs to: {', '.join(titles)}" + (f"; it is called {ours!r}" if ours else "")
    return suggestion(key, known)


NESTED = (
    ("load", "load", "{{{}: ...}}"),
    ("HTTP defaults", "http", "{{{}: ...}}"),
    ("check", "checks", "[{{{}: ...}}]"),
)
"""Keys whose place is one level deeper: who has them, under which key, and how that is written."""


def template(_: Fault) -> Words:
    """Explain `${...}` where nothing is ever inserted."""
    return "`${...}` cannot stand in a key", "only values are computed; write the key out"


WORDING: Mapping[str, Callable[[Fault], Words]] = {
    "template": template,
    "type": wrong_type,
    "pattern": pattern,
    "enum": enum,
    "minimum": too_small,
    "maximum": too_large,
    "minLength": empty,
    "minItems": empty,
    "minProperties": empty,
    "required": missing,
    "unknown": unknown,
}


def misspelt(key: str, written: Iterable[str]) -> bool:
    """Say whether one of the words written there was probably meant for a key."""
    written = list(written)
    if key == "threshold" and any(map(aggregation, written)):
        return True
    words = [ELSEWHERE_CALLED.get(word.lower(), word.lower()) for word in written]
    return bool(difflib.get_close_matches(key, words, n=1))


def owners_of(key: str, schema: object) -> Iterator[Mapping[str, Any]]:
    """Find the parts of a schema that know a key."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict) and key in properties and "additionalProperties" in schema:
            yield schema
        for part in schema.values():
            yield from owners_of(key, part)


def resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference; what stands beside it counts more, as in editors."""
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].removeprefix("#/definitions/")
    return {**resolved(document["definitions"][name], document), **schema}


def titled(schema: Mapping[str, Any]) -> str:
    """Return a title as it stands inside a sentence: `Whole number` small, `GraphQL request` as it is."""
    title: str = schema["title"]
    first = title.split(maxsplit=1)[0]
    return title if first != first.capitalize() else title[0].lower() + title[1:]


def kind(node: Node) -> str:
    """Return the JSON type of a value."""
    return KINDS[type(node.value)]


def found(node: Node) -> str:
    """Name what was found, with the value where that is short."""
    if isinstance(node.value, bool):
        return f"{node.raw}"
    return f"the number {node.raw}" if isinstance(node.value, int | float) else TYPES[kind(node)]


def shown(node: Node) -> str:
    """Quote the user's own word."""
    return repr(node.raw if len(node.raw) <= 60 else node.raw[:57] + "...")


def example(schema: Mapping[str, Any]) -> str:
    """Show what would be right."""
    examples = schema.get("examples")
    return f"for example {examples[0]!r}" if examples else ""


def with_article(title: str) -> str:
    """Write `a status`, `an expression`, `HTML matchers`."""
    if title.endswith("matchers"):
        return title
    return f"{'an' if title[0] in 'aeiou' else 'a'} {title}"
