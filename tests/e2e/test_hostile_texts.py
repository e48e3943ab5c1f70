"""What a hostile target and a hostile plan say is shown in every channel, and does harm in none."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hostile_channels import KINDS
from hostile_target import HIDDEN, SHOWN, evil, hostile, plan
from whole_runs import Ended, command, command_here, start, wait_until

from planrunner.engine.journal import NAME, SECOND
from planrunner.outputs.journal import records

pytestmark = pytest.mark.slow

OWN = "{% for one in errors %}\n{{ one.request }}\n{{ one.message }}\n{{ one.sample }}\n{% endfor %}\n"
OWN += (
    "{% for one in checks %}\n{{ one.name }}\n{% for s in one.samples %}\n{{ s.complaint }}\n{{ s.reply }}\n"
)
OWN += "{% endfor %}{% endfor %}"
SHEET = "{% for one in checks %}{{ one.name | csv }},{{ ('=' ~ one.name) | csv }},{{ one.fails | csv }}\n"
SHEET += "{% endfor %}"

TOLD = {"body", "raw", "header", "cookie", "type", "path", "check", "step"}  # wherever checks have samples
CHANNELS: Mapping[str, tuple[str, set[str]]] = {
    "summary": ("log", TOLD | {"sent"}),
    "full summary": ("log", TOLD | {"sent", "group"}),
    "logs": ("log", {"body", "raw", "header", "cookie", "env", "plan"}),
    "verbose": ("log", TOLD - {"check", "step"} | {"sent", "env"}),
    "try": ("log", TOLD - {"step"} | {"sent", "group"}),
    "explain": ("log", {"plan", "check", "step", "group"}),
    "compare": ("log", set()),
    "compared.html": ("page", {"step", "plan"}),
    "compared.json": ("data", {"step"}),
    "compared.md": ("markdown", set()),
    "history": ("log", {"plan"}),
    "own text": ("log", TOLD - {"path", "step"}),
    "own sheet": ("table", {"check"}),
    "result.json": ("data", TOLD | {"sent", "group", "plan", "env"}),
    "flat.json": ("data", {"check"}),
    "report.html": ("page", TOLD | {"sent", "group", "plan"}),
    "history.html": ("page", {"plan"}),
    "index.html": ("page", {"plan"}),
    "index.md": ("markdown", {"plan"}),
    "report.md": ("markdown", TOLD | {"plan"}),
    "junit.xml": ("xml", TOLD | {"sent", "plan"}),
    "junit.xml of two": ("xml", TOLD | {"sent", "plan"}),
    "report of a killed run": ("page", TOLD | {"sent", "group", "plan"}),
    "summary of a killed run": ("log", TOLD),
}
"""What each channel is, and which sources it shows."""


def run(folder: Path, *words: str, how: Callable[..., Ended] = command_here) -> Ended:
    ended = how(*words, env={"GIVEN": evil("env"), "GITHUB_ACTIONS": "true"}, cwd=folder)
    assert "internal error" not in ended.stderr
    return ended


def said(folder: Path) -> Iterator[tuple[str, str]]:
    """Say all that there is to say of a hostile target."""
    asked = ("--report-dir", "out", "--history", "--summary-export", "out/flat.json")
    own = ("--text", "own.j2=out/own text", "--text", "sheet.j2=out/own sheet")
    ended = run(folder, "run", "plan.yml", *asked, *own, how=command)
    yield from (("summary", ended.stdout), ("logs", ended.stderr))
    yield from ((file.name, read(file)) for file in (folder / "out").iterdir())
    ended = run(
        folder,
        "run",
        "plan.yml",
        "plan.yml",
        "--verbose",
        "--summary-mode",
        "full",
        "--report-dir",
        "two",
        "--baseline",
        "out/result.json",
    )
    yield from (("full summary", ended.stdout), ("verbose", ended.stderr))
    yield from ((name, read(folder / "two" / name)) for name in ("index.html", "index.md"))
    yield "junit.xml of two", read(folder / "two" / "junit.xml")
    results = "out/result.json", "two/plan/result.json"
    yield "compare", run(folder, "compare", *results).stdout
    run(folder, "compare", *results, "--markdown", "compared.md", "--json", "compared.json")
    yield from ((name, read(folder / name)) for name in ("compared.md", "compared.json"))
    yield "compared.html", read(folder / "two" / "plan" / "report.html")
    for name in ("try", "explain"):
        yield name, run(folder, name, "plan.yml").stdout
    yield "history", run(folder, "history").stdout
    run(folder, "history", "--html", "history.html")
    yield "history.html", read(folder / "history.html")
    kill(folder)
    yield "summary of a killed run", run(folder, "report", "killed/run.journal").stdout
    run(folder, "report", "killed/run.journal", "--html", "killed.html")
    yield "report of a killed run", read(folder / "killed.html")


def kill(folder: Path) -> None:
    """Begin a run without an end, and kill it as soon as its journal has a second."""
    journal = folder / "killed" / NAME
    with start("run", "long.yml", "--report-dir", "killed", "--quiet", cwd=folder) as process:
        wait_until(lambda: journal.exists() and SECOND in {kind for kind, _ in records(journal)}, process)
        process.kill()
        process.communicate()


def read(file: Path) -> str:
    return file.read_text("utf-8")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "own.j2").write_text(OWN)
    (folder / "sheet.j2").write_text(SHEET)
    with hostile() as target:
        (folder / "plan.yml").write_text(plan(target.url, "vus: 1, iterations: 2"))
        (folder / "long.yml").write_text(plan(target.url, "vus: 1, duration: 1h"))
        return dict(said(folder))


def test_nothing_does_harm(texts: dict[str, str]) -> None:
    faults = {name: [*KINDS[kind](texts[name])] for name, (kind, _) in CHANNELS.items()}
    assert faults == {name: [] for name in CHANNELS}


def test_what_is_said_is_shown(texts: dict[str, str]) -> None:
    silent = [
        (source, name)
        for name, (_, sources) in CHANNELS.items()
        for source in sources
        if f"{source}-" not in texts[name]
    ]
    assert silent == []
    assert {source for _, sources in CHANNELS.values() for source in sources} == set(SHOWN)


def test_reports_do_not_tell_what_nobody_needs_to_know(texts: dict[str, str]) -> None:
    shown = {name for name, text in texts.items() if any(f"{source}-" in text for source in HIDDEN)}
    assert shown <= {"try", "verbose"}  # which show all that comes
