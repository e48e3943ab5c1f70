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
import yaml

from planrunner import result
from planrunner.cli.main import cli
from planrunner.protocols.http.faults import FAULTS, fault

Schema: TypeAlias = Mapping[str, Any]
Definitions: TypeAlias = Mapping[str, Schema]
Way: TypeAlias = tuple[str, ...]
Places: TypeAlias = Mapping[str, Way]

HERE = Path(__file__).parent
NOTE = "<!-- made by docs/generate.py: do not edit -->"
KINDS = {"string": "text", "integer": "whole number", "object": "mapping", "null": "`null`", "array": "list"}

ALONE = "not a plan: a file that plans name under `use`"

FRAGMENTS = {
    "": "",
    "use": "not a plan: a part of one",  # there are no such files
    "load": "fragment: plan, each line",
    "thresholds": "fragment: plan with endpoint login",
    "multipart": "not a plan: below steps -",
    "auth": "fragment: request with password",
}
"""How the tests of the pages make a plan of a section's first example, where its keys do not say it."""

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
    where = places(schema)
    parts = ["# Plan reference", NOTE, PLAN_INTRO, *_section("", schema, definitions, where)]
    for name, node in definitions.items():
        if _has_section(node):
            parts += [f"## {name}", *_section(name, node, definitions, where)]
    values = (
        (f"`{name}`", _text(node), ", ".join(f"`{_inline(example)}`" for example in node.get("examples", ())))
        for name, node in definitions.items()
        if not _has_section(node) and not _alias(node)
    )
    parts += ["## Values", table(("value", "meaning", "examples"), values)]
    return "\n\n".join(parts) + "\n"


def places(schema: Schema) -> dict[str, Way]:
    """Say for each definition where in a plan it may stand; the nearest to the top, in steps if it can.

    A place is the way there: keys, `-` for an item of a list, `<name>` for a key of the user's own.
    """
    found: dict[str, Way] = {}
    first = sorted(schema["properties"].items(), key=lambda pair: pair[0] != "steps")
    waiting: list[tuple[Schema, Way]] = [(child, (key,)) for key, child in first]
    for node, way in waiting:  # which grows while it is walked: the nearest come first
        name = _name(node)
        if name and name not in found:
            found[name] = way
            waiting.append((schema["definitions"][name], way))
        waiting += [(node[part], way) for part in ("then", "else") if part in node]
        waiting += [(child, (*way, key)) for key, child in node.get("properties", {}).items()]
        if isinstance(node.get("additionalProperties"), dict):
            waiting.append((node["additionalProperties"], (*way, f"<{_sample(node)}>")))
        if isinstance(node.get("items"), dict):
            waiting.append((node["items"], (*way, "-")))
    return found


def _sample(node: Schema) -> str:
    """Return a key of the user's own, as an example of the mapping has it."""
    keys = (next(iter(example)) for example in node.get("examples", ()) if isinstance(example, dict))
    return next(keys, "name")


def _has_section(node: Schema) -> bool:
    return bool({"properties", "additionalProperties", "then", "items", "enum"} & node.keys()) or _told(node)


def _told(node: Schema) -> bool:
    """Say whether a definition shows how it is used."""
    return "```" in node.get("markdownDescription", "")


def _alias(node: Schema) -> bool:
    """Say whether a definition only gives another one a name, which the tables of keys explain."""
    return ("$ref" in node or node.get("type") == "boolean") and not _told(node)


def _section(name: str, node: Schema, definitions: Definitions, where: Places) -> Iterator[str]:
    text, fence, example = node.get("markdownDescription", _text(node)).partition("```yaml")
    yield text.strip()
    if fence:
        yield _marker(name, example, where) + fence + example
    for value in node.get("examples", ()):
        yield _block(value, where.get(name, ()))
    keys = _keys(node)
    if keys:
        required = _parent(node).get("required", ())
        rows = (_row(key, child, definitions, key in required) for key, child in keys.items())
        yield table(("key", "takes", "meaning"), rows)
    if "enum" in node:
        words = zip(node["enum"], node["markdownEnumDescriptions"], strict=True)
        yield table(("word", "meaning"), ((f"`{word}`", meaning) for word, meaning in words))
    children, items = node.get("additionalProperties"), node.get("items")
    if isinstance(children, dict) and not keys:
        yield f"Its keys are names. Each holds: {_takes(children, definitions)}."
    if isinstance(items, dict) and not keys:
        yield f"A list. Each item is: {_takes(items, definitions)}."


def _marker(name: str, example: str, where: Places) -> str:
    """Say to the tests of the pages how an example becomes a plan."""
    if name and name not in where:
        return f"<!-- {ALONE} -->\n"
    top = {way[0] for way in where.values()}
    usual = "fragment: plan" if example.strip().partition(":")[0] in top else "fragment: request"
    kind = FRAGMENTS.get(name, usual)
    return f"<!-- {kind} -->\n" if kind else ""


def _block(value: Any, way: Way) -> str:
    """Show an example below the key it stands under."""
    if not way:
        return f"<!-- {ALONE} -->\n```yaml\n{_yaml(value)}```"
    depth = max(number for number, part in enumerate(way) if part != "-" and not part.startswith("<"))
    for part in reversed(way[depth:]):
        value = [value] if part == "-" else {part.strip("<>"): value}
    above = " ".join(["below", *way[:depth]]) if depth else "a part of one"
    return f"<!-- not a plan: {above} -->\n```yaml\n{_yaml(value)}```"


class _Indented(yaml.SafeDumper):
    """Writes lists as the documentation does: below their key, and indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def _yaml(value: Any) -> str:
    return yaml.dump(value, Dumper=_Indented, sort_keys=False, width=110)


def _inline(value: Any) -> str:
    """Write a value on one line."""
    text = yaml.dump(value, Dumper=_Indented, sort_keys=False, default_flow_style=True, width=1000)
    return text.removesuffix("...\n").strip()


def _parent(node: Schema) -> Schema:
    """Find the part of a definition that has the keys: itself, what applies at times, or each child."""
    parts = (node, node.get("then"), node.get("additionalProperties"))
    return next((part for part in parts if isinstance(part, dict) and "properties" in part), {})


def _keys(node: Schema) -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = _parent(node).get("properties", {})
    return found


def _row(key: str, child: Schema, definitions: Definitions, required: bool) -> tuple[str, str, str]:  # noqa: FBT001
    needed = " (required)" if required else ""
    child, taken = child.get("else", child), _takes(child, definitions)
    named = definitions.get(_name(child), {})
    shown = child if "description" in child else named
    usual = f" Default: `{_inline(shown['default'])}`." if "default" in shown else ""
    own = shown.get("examples", ()) if shown is child or _alias(named) else ()
    examples = f" For example {', '.join(f'`{_inline(one)}`' for one in own)}." if own else ""
    return f"`{key}`{needed}", taken, _text(shown) + usual + examples


def _takes(node: Schema, definitions: Definitions) -> str:
    """Say what stands behind a key: a link to where that is described, or a kind of value."""
    if "else" in node:  # of a profile
        return f"{_takes(node['else'], definitions)} or `null`"
    name = _name(node)
    if name and _alias(definitions[name]):
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
    return re.sub(r"(?<!`)\$\{[\w.]*\}(?!`)", r"`\g<0>`", str(node["description"]))


# The command line.


def cli_reference() -> str:
    """Describe every command and option."""
    context = click.Context(cli, info_name="planrunner")
    parts = ["# Command line", NOTE, f"{cli.help}"]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        inside = click.Context(command, context, name)
        parts += [f"## planrunner {name}", *_command(command, inside)]
        for part, below in command.commands.items() if isinstance(command, click.Group) else ():
            parts += [
                f"### planrunner {name} {part}",
                *_command(below, click.Context(below, inside, f"{name} {part}")),
            ]
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


# The result.


def result_fields() -> str:
    """Describe every field of a result file, in the order of its schema."""
    definitions: Definitions = result.schema()["$defs"]
    parts = []
    for name, node in definitions.items():
        rows = ((f"`{key}`", _kind(one), " ".join(_said(one))) for key, one in node["properties"].items())
        parts += [f"### {name}", node["description"], table(("field", "is", "meaning"), rows)]
    return "\n\n".join(parts)


def _kind(node: Schema) -> str:
    """Say what a field of a result holds."""
    if name := _name(node):
        return f"[{name}](#{name.lower()})"
    if "anyOf" in node:
        return " or ".join(_kind(one) for one in node["anyOf"])
    if "enum" in node:
        return ", ".join(f"`{json.dumps(word)}`" for word in node["enum"])
    if node["type"] == "array":
        return f"list of {_kind(node['items'])}"
    if node["type"] == "object":
        return f"mapping of names to {_kind(node['additionalProperties'])}"
    return KINDS.get(node["type"]) or str(node["type"])


def _said(node: Schema) -> Iterator[str]:
    """Yield what is said of a field or, where nothing is, of what it holds."""
    if "description" in node:
        yield node["description"]
    else:
        for one in node.get("anyOf", ()):
            yield from _said(one)


# The error codes.


def error_codes() -> str:
    """List what can go wrong with a request."""
    return table(("code", "message", "what usually helps"), _codes())


def _codes() -> Iterator[Sequence[str]]:
    for code in sorted(FAULTS):
        known = fault(code)
        yield str(code), known.message, known.fix


# The GitHub Action, and files that are shown as they are.


def action(path: str, part: str) -> Callable[[], str]:
    """Return what lists the inputs or outputs of an action."""

    def made() -> str:
        parts = yaml.safe_load((HERE.parent / path).read_text("utf-8"))[part]
        rows = ((f"`{name}`", *_usual(part, one), one["description"]) for name, one in parts.items())
        return table((part.removesuffix("s"), *(["default"] if part == "inputs" else []), "is"), rows)

    return made


def _usual(part: str, one: Schema) -> list[str]:
    """Return what an input is where nothing is said."""
    value = str(one.get("default", "")).replace("${{ github.token }}", "that of the job")
    shown = value if " " in value else f"`{value}`"
    return [shown if value else ""] if part == "inputs" else []


def shown(name: str, language: str, mark: str = "") -> Callable[[], str]:
    """Return what shows a file of docs/ci as it is."""

    def made() -> str:
        comment = f"<!-- {mark} -->\n" if mark else ""
        return f"{comment}```{language}\n{(HERE / 'ci' / name).read_text('utf-8')}```"

    return made


def workflow(name: str) -> Callable[[], str]:
    """Return what shows a workflow."""
    return shown(name, "yaml", "not a plan: a GitHub workflow")


WHOLE: Mapping[str, Callable[[], str]] = {
    "reference/plan.md": plan_reference,
    "reference/cli.md": cli_reference,
}
PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "how-to/errors.md": {"error codes": error_codes},
    "how-to/other-ci.md": {
        "gitlab": shown("gitlab-ci.yml", "yaml", "not a plan: a GitLab pipeline"),
        "jenkins": shown("Jenkinsfile", "groovy"),
        "azure": shown("azure-pipelines.yml", "yaml", "not a plan: an Azure pipeline"),
        "container": shown("Containerfile", "dockerfile"),
        "pre-commit": shown("pre-commit-config.yaml", "yaml", "not a plan: of pre-commit"),
    },
    "how-to/pull-requests.md": {
        "load test": workflow("load-test.yml"),
        "comment": workflow("load-test-comment.yml"),
        "reusable": workflow("reusable.yml"),
        "side by side": workflow("side-by-side.yml"),
        "nightly": workflow("nightly.yml"),
    },
    "reference/action.md": {
        "inputs": action("action.yml", "inputs"),
        "outputs": action("action.yml", "outputs"),
        "comment inputs": action("comment/action.yml", "inputs"),
    },
    "reference/result.md": {"fields": result_fields},
}

if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, "utf-8")
