"""`planrunner demo`: the embedded target, started by hand."""

from __future__ import annotations

import sys

import click

from planrunner import units
from planrunner.cli.options import duration, option
from planrunner.demo.serve import serve
from planrunner.demo.shop import Shop


@click.command("demo", short_help="Start the pizza shop that plans can be tried on.")
@option("--port", type=click.IntRange(0, 65535), default=3333, show_default=True, help="0: any free port.")
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@duration("--latency", default="0ms", show_default=True, help="Mean time of an answer.")
@option("--error-rate", default="0%", show_default=True, metavar="SHARE", help="Share of answers that fail.")
@click.option("--tied", is_flag=True, hidden=True, help="End when standard input ends.")
def command(port: int, host: str, latency: str, error_rate: str, tied: bool) -> int:  # noqa: FBT001 (click gives it)
    """Start the pizza shop that plans can be tried on, until Ctrl-C.

    `target: demo` in a plan starts one by itself.
    """
    try:
        share = units.share(error_rate)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--error-rate") from None
    shop = Shop(latency=units.duration(latency), error_rate=share)
    serve(host, port, shop, _announce, tied=tied)
    return 0


def _announce(url: str) -> None:
    click.echo(f"pizza shop on {url} (Ctrl-C to stop)")
    sys.stdout.flush()
