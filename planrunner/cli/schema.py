"""`planrunner schema`: the JSON schemas, for editors and for programs that read results."""

from __future__ import annotations

from importlib.resources import files

import click


@click.command("schema", short_help="Print the JSON schema of plans or of results.")
@click.argument("kind", type=click.Choice(["plan", "result"]), default="plan")
def command(kind: str) -> None:
    """Print the JSON schema of plans (the default) or of result files."""
    click.echo(files("planrunner.schemas").joinpath(f"{kind}.schema.json").read_text("utf-8"), nl=False)
