"""What a contest says: on windows, in words, and sound only where they carry it."""

from typing import Any

import pytest
from contests import HEAD, RATE, Duel
from fakes import Answer
from vitals import growing

from planrunner.engine.run import How
from planrunner.result import Comparison, Environment, Pipeline

LOOP = HEAD + "load: {vus: 2, duration: 1m}\nsteps: [{get: /a}]\n"


def around(seconds: float) -> Answer:
    """Answer in about so many seconds, a little less evenly than a metronome."""
    return lambda number: (200, seconds * (1 + number % 7 / 100))


def compared(duel: Duel) -> Comparison:
    comparison = duel.fight().comparison
    assert comparison is not None
    return comparison


@pytest.mark.slow
def test_two_sides_that_are_alike_have_no_clear_change() -> None:
    comparison = compared(Duel(RATE, around(0.125), around(0.125), rounds=6, seconds=10.0))
    assert (comparison.verdict, comparison.sound, comparison.reasons) == ("no clear change", True, ())
    assert (comparison.how, comparison.regressed) == ("side by side", False)


@pytest.mark.slow
@pytest.mark.parametrize(("head", "verdict"), [(0.15, "slower"), (0.1, "faster")])
def test_a_head_that_takes_a_fifth_longer_or_less_is_found(head: float, verdict: str) -> None:
    comparison = compared(Duel(RATE, around(0.125), around(head), rounds=6, seconds=10.0))
    assert (comparison.verdict, comparison.sound) == (verdict, True)
    change = comparison.overall[0]
    assert change.change == pytest.approx(head / 0.125 - 1, abs=0.01)
    assert (len(change.bases), len(change.heads)) == (6, 6)


@pytest.mark.slow
def test_a_regression_fails_the_run_where_the_plan_says_so() -> None:
    plan = RATE + "fail_on: [regression]\n"
    result = Duel(plan, around(0.125), around(0.15), rounds=6, seconds=10.0).fight()
    assert (result.verdict, result.exit_code) == ("failed", 120)
    assert result.failures == ("slower than base (fail_on: regression)",)


def test_secrets_are_masked_on_both_sides() -> None:
    secret = "variables: {name: {default: base, secret: true}}\n"
    comparison = compared(Duel(secret + LOOP))
    assert (comparison.base.target, comparison.head.target) == ("http://***", "http://head")


def test_sides_are_told_with_their_targets_and_windows() -> None:
    where = Environment(ci=Pipeline("GitHub Actions", "0a1b", "topic"))
    comparison = compared(Duel(LOOP, rounds=2, seconds=2.0, how=How(environment=lambda _: where)))
    base, head = comparison.base, comparison.head
    assert [(side.name, side.target, side.runs, side.commit) for side in (base, head)] == [
        ("base", "http://base", 2, ""),
        ("head", "http://head", 2, "0a1b"),
    ]


@pytest.mark.parametrize(("rounds", "there"), [(1, "there is 1"), (3, "there are 3")])
def test_few_pairs_of_windows_are_not_sound(rounds: int, there: str) -> None:
    comparison = compared(Duel(LOOP, rounds=rounds, seconds=2.0))
    reason = "so few windows differ by chance: 6 pairs of them carry a verdict, and "
    assert (comparison.sound, comparison.reasons) == (False, (f"{reason}{there} (--versus-rounds)",))


@pytest.mark.slow
def test_failures_of_the_head_are_found() -> None:
    duel = Duel(LOOP, head=lambda number: (500 if number % 4 == 3 else 200, 0.125), rounds=6)
    assert (compared(duel).verdict, duel.sent["base"] != []) == ("more failures", True)


def test_what_was_measured_before_an_interruption_is_compared_and_not_sound() -> None:
    result = Duel(LOOP, rounds=8, seconds=2.0, stop_at=31.0).fight()
    assert (result.stopped, result.exit_code) == ("interrupted", 105)
    assert result.comparison is not None
    assert (result.comparison.sound, result.comparison.head.runs) == (False, 6)
    assert result.comparison.reasons == ("the run was stopped before all of its windows were measured",)


@pytest.mark.parametrize("stop_at", [1.0, 5.0])
def test_without_a_whole_pair_nothing_is_compared(stop_at: float) -> None:
    assert Duel(LOOP, rounds=8, seconds=2.0, stop_at=stop_at).fight().comparison is None


@pytest.mark.slow
def test_a_generator_that_was_too_busy_makes_it_unsound() -> None:
    ill: dict[str, Any] = {"cpu": lambda at: 0.99 * at, "stolen": lambda at: (0, int(200 * at))}
    comparison = compared(Duel(LOOP, rounds=6, sources=growing(**ill)))
    assert comparison.reasons == tuple(
        f"the numbers of the {side} cannot be trusted" for side in ("base", "head")
    )


@pytest.mark.slow
def test_what_slows_both_sides_more_and_more_is_no_change() -> None:
    sent = [0]

    def drifting(_: int) -> tuple[int, float]:
        sent[0] += 1
        return 200, 0.05 + sent[0] / 100_000

    comparison = compared(Duel(LOOP, base=drifting, head=drifting, rounds=6))
    change = comparison.overall[0]
    assert change.heads[-1] > 1.2 * change.heads[0]
    assert (comparison.verdict, comparison.sound) == ("no clear change", True)
