"""What a run needs of this machine: counted exactly, and complained about with a way out."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import checked_plan

from planrunner.engine.machine import (
    SPARE,
    UNLIMITED,
    Has,
    Need,
    complain,
    local_ports,
    need,
    opened,
    prepare,
    raise_files,
)
from planrunner.errors import Place, Problems

HEAD = "name: x\ntarget: http://h/base\nvariables: {other: 'http://o:81'}\n"


def needed(steps: str, load: str = "{vus: 10, duration: 1s}", processes: int = 1, **more: str) -> Need:
    rest = "".join(f"{key}: {value}\n" for key, value in more.items())
    return need(checked_plan(f"{HEAD}{rest}load: {load}\nsteps:\n{steps}"), processes)


def test_a_vu_keeps_one_connection_to_each_host() -> None:
    found = needed("  - get: /a\n  - get: /b\n  - get: ${other}/c\n  - get: https://s/d\n")
    assert found.connections == {"http://h": 10, "http://o:81": 10, "https://s": 10}
    assert found.files == SPARE + 30


def test_each_lane_of_parallel_keeps_connections_of_its_own() -> None:
    lanes = "  - parallel:\n      - get: /a\n      - get: /b\n      - get: http://o/c\n"
    found = needed(lanes + "  - get: /a\n  - parallel:\n      - get: /a\n      - get: http://o/c\n")
    assert found.connections == {"http://h": 20, "http://o": 20}


def test_hosts_that_the_run_computes_stay_as_written() -> None:
    found = needed("  - get: http://${choice}/a\n", vu_setup='[{set: {choice: "${str(vu.id)}"}}]')
    assert found.connections == {"http://${choice}": 10}


def test_addresses_of_the_plan_have_ports_of_their_own() -> None:
    found = needed("  - get: /a\n    local_addresses: [127.0.0.1, 127.0.0.2]\n  - get: /b\n")
    assert (found.files, found.connections) == (SPARE + 20, {"http://h": 10})


def test_the_vus_are_shared_by_the_processes_and_the_ports_are_not() -> None:
    found = needed("  - get: /a\n", processes=4)
    assert (found.files, found.connections) == (SPARE + 3, {"http://h": 10})


def test_the_vus_of_arrivals_count_up_to_max_vus() -> None:
    assert needed("  - get: /a\n", "{rate: 5/s, duration: 1s, max_vus: 70}").connections == {"http://h": 70}


def said(files: int, connections: int, has: Has) -> list[str]:
    problems = Problems()
    complain(Need(files, {"http://h": connections}), has, Place("p.yml"), problems)
    assert all(problem.warning for problem in problems)
    return [problems.render(problem) for problem in problems]


def test_nothing_is_said_where_it_suffices_or_nobody_knows() -> None:
    assert said(1000, 500, Has(1000, 500)) == []
    assert said(10**6, 10**6, Has(None, None)) == []


def test_too_few_files_are_told_with_a_way_out() -> None:
    (text,) = said(12_345, 1, Has(1024, 28_232))
    assert text.startswith("p.yml: warning: up to 12345 files and connections may be open at once")
    assert "this machine allows 1024\n" in text
    assert "ulimit -n 13000; systemd: LimitNOFILE=13000; docker: --ulimit nofile=13000" in text


def test_too_few_ports_are_told_with_a_way_out() -> None:
    (text,) = said(1, 30_000, Has(10**6, 28_232))
    assert "up to 30000 connections to http://h may be open at once" in text
    assert "28232 local ports" in text
    assert "ip_local_port_range" in text


@pytest.fixture
def files() -> Iterator[int]:
    """The hard limit of open files, while the soft one is low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_limit_of_open_files_is_raised_to_what_is_allowed(files: int) -> None:
    assert raise_files(300) == (UNLIMITED if files == resource.RLIM_INFINITY else files)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == files


def test_where_not_all_is_granted_what_is_wanted_is(files: int, monkeypatch: pytest.MonkeyPatch) -> None:
    grant = resource.setrlimit

    def grudging(kind: int, limits: tuple[int, int]) -> None:
        if limits[0] > 300:
            raise ValueError("not so many")
        grant(kind, limits)

    monkeypatch.setattr(resource, "setrlimit", grudging)
    assert (raise_files(300), files > 300) == (300, True)
    assert raise_files(400) == 300


def test_no_limit_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    infinity = resource.RLIM_INFINITY
    monkeypatch.setattr(resource, "getrlimit", lambda _: (infinity, infinity))
    assert raise_files(300) == UNLIMITED


def test_a_system_without_such_limits_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resource", None)
    assert raise_files(300) is None


def test_the_range_of_local_ports_is_read(tmp_path: Path) -> None:
    (tmp_path / "range").write_text("32768\t60999\n")
    assert local_ports(tmp_path / "range") == 28_232
    assert local_ports(tmp_path / "nowhere") is None


def test_open_files_are_counted_where_the_system_tells() -> None:
    assert 3 <= opened() < 10_000
    assert opened(["/nowhere"]) == 0


def test_a_small_plan_is_prepared_without_a_word(files: int) -> None:
    problems = Problems()
    prepare(checked_plan(HEAD + "steps:\n  - get: /a\n"), problems)
    assert (list(problems), files >= 256) == ([], True)
