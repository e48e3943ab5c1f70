"""The journal of a run: whoever reads it comes to the result that the run would have come to."""

import dataclasses
from pathlib import Path

import pytest
from running import Lab

from planrunner.engine.journal import Opening, replay
from planrunner.engine.run import How
from planrunner.engine.verdict.frame import Frame
from planrunner.errors import Exit
from planrunner.outputs.journal import TITLE, Journal, records
from planrunner.result import Environment, Result, Skipped

PLAN = """name: lab
target: http://h
variables: {token: {default: a-secret-token, secret: true}}
tags: {key: "${token}"}
warm_up: 1s
load: {rate: 4/s, duration: 6s, max_vus: 10}
setup: [{get: /in}]
teardown: [{get: /out}]
steps:
  - get: /a
    checks: [{status: 200}, {header: {X-Key: "${token}"}}]
thresholds:
  http_req_duration: [p(95) < 500ms, avg < 2s over 2s, max < avg of iteration_duration * 9]
  http_req_failed{name:GET /a, status:[200, 500]}: {threshold: rate < 50%, min_samples: 3}
fail_on: [thresholds, checks]
summary: {stats: [sum, p(99.9)], mode: full}
"""
SEARCH = """name: lab
target: http://h
load: {find: rate, from: 10/s, to: 40/s, hold: 2s}
steps: [{get: /a}]
thresholds: {http_req_duration: p(95) < 200ms}
"""


def answer(number: int) -> tuple[int, float]:
    return (500, 0.25) if number % 3 == 1 else (200, 0.125)


def kept(folder: Path, lab: Lab) -> tuple[Result, Path]:
    """Run with a journal."""
    journal = Journal(folder / "run.journal")
    lab.how = How(journal=journal, environment=lambda _: Environment(seed="7"), skipped=(SKIPPED,))
    result = lab.run()
    journal.close()
    return result, journal.path


def test_what_is_known_before_a_run_is_written_down_all_of_it() -> None:
    known, written = set(Frame.__struct_fields__), set(Opening.__struct_fields__)
    assert (known - written, written - known) == ({"baselines"}, {"baseline"})


SKIPPED = Skipped("a", "b", "left out", "plan.yml", 3)
ENDING = ("stopped", "reason", "exit_code", "verdict", "failures")
"""What a run that was killed cannot know of its end."""


def rest(result: Result) -> dict[str, object]:
    fields = (field.name for field in dataclasses.fields(result))
    return {name: getattr(result, name) for name in fields if name not in ENDING}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_journal_leads_to_the_result_of_its_run(tmp_path: Path, processes: int) -> None:
    result, path = kept(tmp_path, Lab(PLAN, answer, processes=processes))
    again = replay(path)
    assert rest(again) == rest(result)
    assert (again.stopped, again.verdict, again.exit_code) == ("killed", "failed", Exit.INTERRUPTED)
    assert again.reason == "its journal ends after 6s"


def test_a_search_is_known_as_far_as_it_had_come(tmp_path: Path) -> None:
    result, path = kept(tmp_path, Lab(SEARCH, lambda _: (200, 0.125)))
    again = replay(path)
    assert result.capacity is not None
    assert again.capacity == result.capacity
    assert again.thresholds == result.thresholds


def test_secrets_are_not_written_down(tmp_path: Path) -> None:
    _, path = kept(tmp_path, Lab(PLAN, answer))
    written = b"".join(data for _, data in records(path))
    assert b"http_req_duration" in written
    assert b"a-secret-token" not in written


@pytest.mark.slow
def test_a_journal_that_was_cut_ends_with_the_last_whole_second(tmp_path: Path) -> None:
    _, path = kept(tmp_path, Lab(PLAN, answer))
    whole = path.read_bytes()
    ends = set()
    for end in range(len(whole) // 2, len(whole), 97):
        path.write_bytes(whole[:end])
        ends.add(replay(path).duration)
    assert ends <= {float(second) for second in range(7)}
    assert len(ends) > 2


def test_a_run_that_was_killed_at_once_left_nothing(tmp_path: Path) -> None:
    (tmp_path / "run.journal").write_bytes(TITLE)
    with pytest.raises(ValueError, match="nothing of the run was written down"):
        replay(tmp_path / "run.journal")


def test_a_journal_that_cannot_be_written_is_given_up_and_the_run_goes_on(tmp_path: Path) -> None:
    lab = Lab(PLAN, answer)
    lab.how = How(journal=Journal(tmp_path / "gone" / "run.journal"))
    result = lab.run()
    assert result.value("http_reqs", "count") == 22
    assert lab.logs == [
        "the journal cannot be written: No such file or directory; the run goes on without it"
    ]
