"""`planrunner schema`: the JSON schemas, for editors and for programs that read results."""

from __future__ import annotations

import json
from importlib.resources import files

import click


@click.command("schema", short_help="Print the JSON schema of plans or of results.")
@click.argument("kind", type=click.Choice(["plan", "result"]), default="plan")
@click.option("--fragment", is_flag=True, help="The schema of files that plans name under `use`.")
def command(kind: str, *, fragment: bool) -> None:
    """Print the JSON schema of plans (the default) or of result files."""
    if fragment and kind != "plan":
        raise click.UsageError("--fragment is about plans; leave one of the two out")
    click.echo(in_one_piece() if fragment else text_of(kind), nl=False)


def text_of(kind: str) -> str:
    """Return a schema as it is published."""
    return files("planrunner.schemas").joinpath(f"{kind}.schema.json").read_text("utf-8")


def in_one_piece() -> str:
    """Return the schema of fragments together with what it takes from that of plans."""
    schema = json.loads(text_of("fragment").replace("plan.schema.json#/", "#/"))
    schema["definitions"] = json.loads(text_of("plan"))["definitions"]
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
