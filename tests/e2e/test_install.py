"""What is installed works from anywhere: nothing that the package needs was left in the checkout."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from planrunner import __version__
from planrunner.result import from_json

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHIPPED = ("planrunner", "schemas", "pyproject.toml", "README.md", "LICENSE")
OLDEST = 77  # of setuptools: [build-system] in pyproject.toml

PLAN = """
name: Installed
target: demo
load: {vus: 2, iterations: 10}
steps: [{get: /api/quotes, checks: [{status: 200}]}]
thresholds: {http_req_failed: rate == 0%}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install a copy of the checkout into a fresh environment, without the network; returns its programs."""
    refuse_old_setuptools()
    folder = tmp_path_factory.mktemp("installed")
    copied(folder / "checkout")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    programs = folder / "venv" / "bin"
    lend_packages(programs / "python")
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--ignore-installed"]
    run(sys.executable, "-m", "pip", "--python", str(programs / "python"), *install, str(folder / "checkout"))
    return programs


def refuse_old_setuptools() -> None:
    try:
        found = version("setuptools")
    except PackageNotFoundError:
        pytest.skip("setuptools is not installed")
    if int(found.partition(".")[0]) < OLDEST:
        pytest.skip(f"setuptools {found} is too old to build planrunner: {OLDEST} is needed")


def copied(target: Path) -> None:
    target.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)


def lend_packages(python: Path) -> None:
    """Let an environment see our packages. The checkout is not among them: nobody reads a .pth in there."""
    where = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    ours = [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
    Path(where, "lent.pth").write_text("\n".join(ours), "utf-8")


def run(*words: str, cwd: Path | None = None) -> str:
    """Run a program that has to succeed, and return what it printed."""
    free = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=60, env=free, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_runs_is_what_was_installed(installed: Path, tmp_path: Path) -> None:
    file = run(str(installed / "python"), "-c", "import planrunner; print(planrunner.__file__)", cwd=tmp_path)
    assert installed.parent in Path(file).parents


def test_the_version_is_told(installed: Path, tmp_path: Path) -> None:
    told = run(str(installed / "planrunner"), "--version", cwd=tmp_path)
    assert told == f"planrunner {__version__}\n"


def test_the_schema_of_plans_is_shipped(installed: Path, tmp_path: Path) -> None:
    told = run(str(installed / "planrunner"), "schema", cwd=tmp_path)
    assert told == (ROOT / "schemas" / "plan.schema.json").read_text("utf-8")


def test_the_schema_of_results_is_shipped(installed: Path, tmp_path: Path) -> None:
    told = run(str(installed / "python"), "-m", "planrunner", "schema", "result", cwd=tmp_path)
    assert json.loads(told)["title"] == "planrunner result"


def test_types_are_shipped(installed: Path, tmp_path: Path) -> None:
    marker = (
        "from importlib.resources import files; print(files('planrunner').joinpath('py.typed').is_file())"
    )
    assert run(str(installed / "python"), "-c", marker, cwd=tmp_path) == "True\n"


def test_a_plan_runs_against_the_demo_and_is_reported(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.yml").write_text(PLAN, "utf-8")
    told = run(str(installed / "planrunner"), "run", "plan.yml", "--report-dir", "out", cwd=tmp_path)
    result = from_json((tmp_path / "out" / "result.json").read_bytes())
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "✓ passed: 1 of 1 thresholds hold" in told
    assert result.value("http_reqs", "count") == 10
    assert "<title>Passed: Installed</title>" in page
    assert ".verdict" in page  # the styles, a template of their own
