"""action/requirements.txt: every package that the Action installs, by its hashes."""

import re
import tomllib
from importlib.metadata import requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from simulated import ROOT

LOCKED = (ROOT / "action" / "requirements.txt").read_text("utf-8")
PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", LOCKED, re.MULTILINE)
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = [
    Requirement(text) for text in (*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"])
]


def test_every_dependency_is_locked_to_a_version_that_it_allows() -> None:
    wrong = [
        str(one)
        for one in WANTED
        if not one.specifier.contains(PINS.get(canonicalize_name(one.name), "0"), prereleases=True)
    ]
    assert wrong == [], "make it anew: the first lines of action/requirements.txt say how"


def test_what_dependencies_need_is_locked_too() -> None:
    needed = {
        canonicalize_name(inner.name)
        for one in PINS
        for inner in map(Requirement, installed(one))
        if inner.marker is None or inner.marker.evaluate({"extra": ""})
    }
    assert needed - PINS.keys() == set()


def installed(name: str) -> list[str]:
    return requires(name) or []


def test_nothing_is_locked_without_its_hashes() -> None:
    for text in re.split(r"^(?=[\w.-]+==)", LOCKED, flags=re.MULTILINE)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", text), text
