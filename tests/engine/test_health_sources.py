"""What Linux says is read right, from texts that were recorded; what nobody says is absent."""

import builtins
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planrunner.engine.health import sources, texts
from planrunner.engine.health.sources import Pauses, machine

STAT = """\
cpu  52737 0 3163 126846 228 0 130 105 40 0
cpu0 26311 0 1599 63402 114 0 120 52 20 0
intr 1 2 3
"""
SOCKSTAT = """\
sockets: used 412
TCP: inuse 207 orphan 2 tw 93 alloc 209 mem 17
UDP: inuse 3 mem 1
"""
V2 = """\
usage_usec 1823402
user_usec 1500000
nr_periods 120
nr_throttled 31
throttled_usec 2417003
"""
V1 = "nr_periods 120\nnr_throttled 31\nthrottled_time 2417003000\n"
DOCKER_V2, SYSTEMD_V2 = "0::/\n", "0::/user.slice/run-7.scope\n"
HYBRID = "4:cpu,cpuacct:/docker/ab12\n1:name=systemd:/docker/ab12\n"


def test_what_a_hypervisor_took_is_read_beside_all_of_the_time() -> None:
    assert texts.stolen(STAT) == (105, 52737 + 3163 + 126846 + 228 + 130 + 105)


def test_sockets_that_wait_to_be_closed_count() -> None:
    assert texts.sockets(SOCKSTAT) == 300


def test_the_wait_for_a_core_is_read_where_the_kernel_counts_it() -> None:
    assert texts.waited("555126088 97290000 17\n") == 0.09729
    assert texts.waited("0 0 1\n") is None


@pytest.mark.parametrize("text", [V1, V2])
def test_both_versions_of_control_groups_tell_how_long_a_limit_held_back(text: str) -> None:
    assert texts.held_back(text) == 2.417003


def test_a_group_without_a_limit_tells_nothing() -> None:
    assert texts.held_back("usage_usec 1823402\n") is None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (DOCKER_V2, ["/sys/fs/cgroup/cpu.stat"]),
        (
            SYSTEMD_V2,
            [f"/sys/fs/cgroup{at}/cpu.stat" for at in ("/user.slice/run-7.scope", "/user.slice", "")],
        ),
        (HYBRID, [f"/sys/fs/cgroup/cpu,cpuacct{at}/cpu.stat" for at in ("/docker/ab12", "/docker", "")]),
    ],
)
def test_the_group_is_looked_for_from_the_nearest_to_the_top(text: str, files: list[str]) -> None:
    assert texts.groups(text) == files


@pytest.mark.parametrize("text", ["", "gibberish", "cpu 1 2", "TCP: inuse"])
def test_another_text_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text)
    for parse in (texts.stolen, texts.sockets, texts.waited):
        assert sources.told(str(tmp_path / "file"), parse)() is None


def test_a_file_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert sources.told(str(tmp_path / "none"), texts.waited)() is None
    (tmp_path / "there").write_text("")
    there = str(tmp_path / "there")
    assert sources.first([str(tmp_path / "none"), there]) == there
    assert sources.first([]) == ""


def test_pauses_of_the_collector_add_up_and_the_longest_is_kept() -> None:
    pauses = Pauses(iter([0.0, 0.25, 1.0, 1.125]).__next__)
    for phase in ("start", "stop") * 2:
        pauses(phase, {})
    assert (pauses.total, pauses.longest) == (0.375, 0.25)


@pytest.mark.slow
def test_this_machine_tells_what_it_knows() -> None:
    with machine() as read:
        gc.collect()
        first, then = read(), read()
    assert first.longest > 0
    assert (then.longest, then.collected) == (0.0, first.collected)
    assert 0 < (first.cpu or 0) <= (then.cpu or 0)
    assert all(not isinstance(each, Pauses) for each in gc.callbacks)


@pytest.mark.skipif(os.name == "nt", reason="no such limits there")
def test_open_files_are_counted(tmp_path: Path) -> None:
    before = sources.files(10_000)
    with (tmp_path / "a").open("w"), (tmp_path / "b").open("w"):
        assert sources.files(10_000) - before in {0, 2}  # 0: a number below was free, where that is all
    assert sources.most_files() or sys.platform == "darwin"


def test_where_no_folder_lists_them_the_lowest_free_number_says_how_many_are_open(tmp_path: Path) -> None:
    number = sources.files(10_000, str(tmp_path / "none"))
    with (tmp_path / "a").open("w") as file:
        assert file.fileno() == number
        assert sources.files(10_000, str(tmp_path / "none")) > number


def test_when_no_file_can_be_opened_all_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "open", refuse)
    assert sources.lowest(1024) == 1024


def test_no_limit_of_files_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert sources.most_files() is None


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system without the module `resource`."""
    imported = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "resource":
            raise ImportError(name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("windows")
def test_windows_tells_less_and_breaks_nothing() -> None:
    with machine() as read:
        reading = read()
    assert (reading.switches, reading.files, reading.most_files) == (None, None, None)
    assert reading.cpu is not None


def test_of_three_looks_at_two_clocks_the_least_disturbed_counts() -> None:
    ours = iter([0.0, 0.5, 1.0, 1.0, 2.0, 2.25]).__next__
    wall = iter([100.5, 101.0, 102.0]).__next__
    assert sources.ahead(wall, ours) == 100.0
