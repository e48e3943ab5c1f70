# ruff: noqa: INP001 (a script beside the pages, not a package)
"""Writes the pages of docs/ that say what the code says: run `python docs/generate.py` after a change.

A page is made as a whole, or has a part between `<!-- made: NAME -->` and `<!-- end -->` that is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import click

from planrunner.cli.main import cli
from planrunner.protocols.http.faults import FAULTS, fault

Schema: TypeAlias = Mapping[str, Any]
Definitions: TypeAlias = Mapping[str, Schema]

HERE = Path(__file__).parent
NOTE = "<!-- made by docs/generate.py: do not edit -->"
KINDS = {"string": "text", "integer": "whole number", "object": "mapping", "null": "`null`"}

FRAGMENTS = {
    "": "",
    "variables": "fragment: plan",
    "load": "fragment: plan, each line",
    "thresholds": "fragment: plan with endpoint login",
    "json_check": "fragment: request",
    "save": "fragment: request",
}
"""How the tests of the pages make a plan of a section's example."""

PLAN_INTRO = """\
Every key that a plan may have. Unknown keys are errors. `${...}` may stand in most values, never in a key;
see [variables and expressions](../how-to/variables-and-expressions.md)."""


def pages() -> dict[Path, str]:
    """Make every page that is generated, in whole or in part."""
    made = {HERE / name: make() for name, make in WHOLE.items()}
    for name, parts in PARTS.items():
        text = (HERE / name).read_text("utf-8")
        for part, make in parts.items():
            before, begin, rest = text.partition(f"<!-- made: {part} -->\n")
            _, end, after = rest.partition("<!-- end -->")
            text = f"{before}{begin}\n{make()}\n\n{end}{after}"
        made[HERE / name] = text
    return made


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


# The plan reference.


def plan_reference() -> str:
    """Describe every key of a plan, in the order of the schema."""
    schema = json.loads(files("planrunner.schemas").joinpath("plan.schema.json").read_text("utf-8"))
    definitions: Definitions = schema["definitions"]
    parts = ["# Plan reference", NOTE, PLAN_INTRO, *_section("", schema, definitions)]
    for name, node in definitions.items():
        if _has_section(node):
            parts += [f"## {name}", *_section(name, node, definitions)]
    values = (
        (f"`{name}`", _text(node), ", ".join(f"`{_short(example)}`" for example in node.get("examples", ())))
        for name, node in definitions.items()
        if not _has_section(node) and "$ref" not in node and node.get("type") != "boolean"
    )
    parts += ["## Values", table(("value", "meaning", "examples"), values)]
    return "\n\n".join(parts) + "\n"


def _has_section(node: Schema) -> bool:
    return bool({"properties", "additionalProperties", "then"} & node.keys()) or node.get("type") == "array"


def _section(name: str, node: Schema, definitions: Definitions) -> Iterator[str]:
    text, fence, example = node.get("markdownDescription", _text(node)).partition("```yaml")
    yield text.strip()
    if fence:
        marker = FRAGMENTS[name]
        yield (f"<!-- {marker} -->\n" if marker else "") + fence + example
    keys = _keys(node)
    if keys:
        required = _parent(node).get("required", ())
        rows = (_row(key, child, definitions, key in required) for key, child in keys.items())
        yield table(("key", "takes", "meaning"), rows)
    children, items = node.get("additionalProperties"), node.get("items")
    if isinstance(children, dict) and not keys:
        yield f"Its keys are names. Each holds: {_takes(children, definitions)}."
    if isinstance(items, dict) and not keys:
        yield f"A list. Each item is: {_takes(items, definitions)}."


def _parent(node: Schema) -> Schema:
    """Find the part of a definition that has the keys: itself, what applies at times, or each child."""
    parts = (node, node.get("then"), node.get("additionalProperties"))
    return next((part for part in parts if isinstance(part, dict) and "properties" in part), {})


def _keys(node: Schema) -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = _parent(node).get("properties", {})
    return found


def _row(key: str, child: Schema, definitions: Definitions, required: bool) -> tuple[str, str, str]:  # noqa: FBT001
    needed = " (required)" if required else ""
    shown = child if "description" in child else definitions[_name(child)]
    usual = f" Default: `{_short(shown['default'])}`." if "default" in shown else ""
    return f"`{key}`{needed}", _takes(child, definitions), _text(shown) + usual


def _takes(node: Schema, definitions: Definitions) -> str:
    """Say what stands behind a key: a link to where that is described, or a kind of value."""
    name = _name(node)
    if name and ("$ref" in definitions[name] or definitions[name].get("type") == "boolean"):
        return _takes(definitions[name], definitions)
    if name:
        return f"[{name}](#{name if _has_section(definitions[name]) else 'values'})"
    if "enum" in node:
        return "one of " + ", ".join(f"`{word}`" for word in node["enum"])
    if node.get("type") == "array":
        return f"list of {_takes(node['items'], definitions)}"
    kinds = node.get("type", "any value")
    return " or ".join(KINDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _name(node: Schema) -> str:
    return str(node.get("$ref", "")).rpartition("/")[2]


def _text(node: Schema) -> str:
    return re.sub(r"(?<!`)\$\{\w*(\.\.\.)?\}(?!`)", r"`\g<0>`", str(node["description"]))


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# The command line.


def cli_reference() -> str:
    """Describe every command and option."""
    context = click.Context(cli, info_name="planrunner")
    parts = ["# Command line", NOTE, f"{cli.help}"]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        parts += [f"## planrunner {name}", *_command(command, click.Context(command, context, name))]
    return "\n\n".join(parts) + "\n"


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text\nplanrunner {context.info_name} {usage}\n```"
    yield re.sub(r"[ \t]*\n[ \t]*", "\n", command.help or "").strip()
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    if options:
        yield table(("option", "environment variable", "meaning"), (_option(o, context) for o in options))


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    value = "" if option.is_flag else f" {option.make_metavar(context).split(' RANGE')[0]}"
    usual = f" Default: `{option.default}`." if option.show_default else ""
    variable = f"`{option.envvar}`" if option.envvar else ""
    return f"`{', '.join(option.opts)}{value}`", variable, f"{option.help}{usual}"


# The error codes.


def error_codes() -> str:
    """List what can go wrong with a request."""
    return table(("code", "message", "what usually helps"), _codes())


def _codes() -> Iterator[Sequence[str]]:
    for code in sorted(FAULTS):
        known = fault(code)
        yield str(code), known.message, known.fix


WHOLE: Mapping[str, Callable[[], str]] = {
    "reference/plan.md": plan_reference,
    "reference/cli.md": cli_reference,
}
PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "how-to/errors.md": {"error codes": error_codes},
}

if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, "utf-8")
