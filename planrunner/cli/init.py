"""`planrunner init`: five questions, a first plan, and a workflow that runs it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import cast

import click
from msgspec import Struct

from planrunner.cli.options import option
from planrunner.errors import Exit, UsageError
from planrunner.init import answers
from planrunner.init.answers import Answers, Kind
from planrunner.init.files import create

WORKFLOW = Path(".github/workflows/load-test.yml")


class Question(Struct, frozen=True):
    """One of the five: its option, what is asked, the answer when nothing is typed, and how it is read."""

    option: str
    text: str
    usual: str
    read: Callable[[str], str]


def kind(text: str) -> str:
    """Read the kind of load test."""
    if text not in answers.KINDS:
        raise ValueError(f"{text!r} is none of: {', '.join(answers.KINDS)}")
    return text


QUESTIONS = (
    Question("name", "What is the plan called?", "First load test", answers.name),
    Question(
        "target", "Where is what you want to test? A URL, or demo (the shop in here)", "demo", answers.target
    ),
    Question("path", "Which path is requested first?", "/", answers.path),
    Question("kind", f"Which kind of test? ({', '.join(answers.KINDS)})", "smoke", kind),
    Question("goal", "How fast must replies be?", "p(95) < 500ms", answers.goal),
)


@click.command("init", short_help="Make a first plan and a workflow.")
@option("--name", help="What the plan is called.")
@option("--target", help="Where the load goes: a URL, or demo.")
@option("--path", help="The path of the first request.")
@option("--kind", metavar="|".join(answers.KINDS), help="How much load, and why.")
@option("--goal", help="'p(95) < 500ms', or the longest time a reply may take.")
@option("--output", type=click.Path(dir_okay=False), help="Where the plan goes: plans/NAME.yml without this.")
@option("--workflow/--no-workflow", default=True, help=f"Write {WORKFLOW.as_posix()} too, or do not.")
@option("--yes", is_flag=True, help="Ask nothing: take the usual answer where none is given.")
def command(output: str | None, *, workflow: bool, yes: bool, **given: str | None) -> int:
    """Ask five questions and write a commented plan, and a GitHub workflow that runs it.

    Every question has an option, which answers it. No file is ever overwritten: where one is there, nothing
    is written and the exit code is 2.
    """
    from planrunner.init import render

    found = ask(given, prompt=not yes)
    file = place(output or f"plans/{render.slug(found.name)}.yml", below=workflow)
    files = [(file, render.plan(found, file))]
    if workflow:
        files.append((WORKFLOW, render.workflow(found, file)))
    create(files)
    for path, _ in files:
        click.echo(f"wrote {path}")
    named = shlex.quote(str(file))
    trial = "" if found.kind == "smoke" else " --profile smoke"
    click.echo(f"\nnext:\n  planrunner explain {named}\n  planrunner run {named}{trial}")
    return Exit.PASSED


def ask(given: dict[str, str | None], *, prompt: bool) -> Answers:
    """Gather the answers: those given as options, then what is typed, or the usual ones.

    UsageError for a wrong option, and for an end of input where an answer is due.
    """
    for question in QUESTIONS:
        text = given[question.option]
        if text is not None:
            try:
                question.read(text)
            except ValueError as error:
                raise UsageError(f"--{question.option}: {error}") from None
    read = {one.option: _answer(one, given[one.option], prompt=prompt) for one in QUESTIONS}
    return Answers(read["name"], read["target"], read["path"], cast("Kind", read["kind"]), read["goal"])


def place(output: str, *, below: bool) -> Path:
    """Return where the plan goes; `below`: it must be below this folder, from where workflows start."""
    if not output.isprintable():
        raise UsageError(f"--output: {output!r} has characters that cannot be seen")
    here, file = Path.cwd(), Path(output)
    whole = file.parent.resolve() / file.name  # a link in the place of the file stays one
    inside = whole.is_relative_to(here)
    if below and not inside:
        raise UsageError(
            f"--output: {output} is not below this folder, as the workflow needs; or --no-workflow"
        )
    return whole.relative_to(here) if inside else file


def _answer(question: Question, text: str | None, *, prompt: bool) -> str:
    if text is not None or not prompt:
        return question.read(question.usual if text is None else text)

    def typed(value: str) -> str:
        try:
            return question.read(value)
        except ValueError as error:  # which makes click ask again
            raise click.UsageError(str(error)) from None

    try:
        return str(click.prompt(question.text, question.usual, value_proc=typed))
    except click.Abort as error:
        if isinstance(error.__context__, EOFError):  # nobody is there to answer; not so with Ctrl-C
            message = f"no answer to {question.text!r}: give --{question.option}, or --yes for the usual one"
            raise UsageError(message) from None
        raise
