"""A load in a sentence, and how much it adds up to."""

import pytest
from explaining import scale, section

SENTENCES = [
    ("{}", "1 VU takes the steps once (per-vu-iterations)"),
    (
        "{vus: 2, iterations_per_vu: 3}",
        "2 VUs take the steps 3 times each; none begins after 10m (per-vu-iterations)",
    ),
    (
        "{vus: 2, iterations_per_vu: 1}",
        "2 VUs take the steps once each; none begins after 10m (per-vu-iterations)",
    ),
    (
        "{vus: 1, iterations_per_vu: 5}",
        "1 VU takes the steps 5 times each; none begins after 10m (per-vu-iterations)",
    ),
    (
        "{vus: 10, iterations: 1000, max_duration: 1m}",
        """10 VUs share 1,000 iterations: whoever is free takes the next one; none begins after 1m
        (shared-iterations)""",
    ),
    ("{iterations: 1}", "1 VU takes 1 iteration; none begins after 10m (shared-iterations)"),
    ("{vus: 5, duration: 90s}", "5 VUs repeat the steps for 1m30s (constant-vus)"),
    ("{duration: 1s}", "1 VU repeats the steps for 1s (constant-vus)"),
    (
        """{start_vus: 0, stages: [{duration: 1m, target: 20}, {duration: 2m, target: 20},
        {duration: 0s, target: 40}, {duration: 30s, target: 0}]}""",
        """VUs repeat the steps for 3m30s; their number rises from 0 to 20 in 1m, stays at 20 for 2m, jumps to
        40 and falls to 0 in 30s (ramping-vus)""",
    ),
    (
        "{rate: 50/s, duration: 4s}",
        """50 iterations a second begin for 4s, however fast the target answers; at most 50 VUs take them, and
        what finds none free is dropped (constant-arrival-rate)""",
    ),
    (
        "{stages: [{duration: 10s, target: 20/s}], max_vus: 1}",
        """iterations begin for 10s, however fast the target answers; their rate rises from 0/s to 20/s in
        10s; 1 VU takes them, and what finds it busy is dropped (ramping-arrival-rate)""",
    ),
    (
        "{find: rate, from: 30/m, to: 90/s, hold: 10s, max_vus: 70, arrival: poisson}",
        """looks for the highest rate that the thresholds allow, from 30 iterations a minute to 90 iterations
        a second by chance (poisson): levels of 10s, each twice the one before until one breaks a threshold,
        then between the two until they are 10 % apart; at most 11 levels; after one that breaks nothing
        begins until its iterations are over, at most 30s; at most 70 VUs take them, and what finds none free
        is dropped (find-rate)""",
    ),
    (
        "{find: vus, from: 1, to: 64, within: 50%, graceful_stop: 5s}",
        """looks for the highest number of looping VUs that the thresholds allow, from 1 to 64: levels of 30s,
        each twice the one before until one breaks a threshold, then between the two until they are 50 %
        apart; at most 8 levels; after one that breaks nothing begins until its iterations are over, at most
        5s (find-vus)""",
    ),
    (
        "{vus: 1, duration: 1s, min_iteration_duration: 2s}",
        "1 VU repeats the steps for 1s (constant-vus); an iteration takes at least 2s",
    ),
]


@pytest.mark.parametrize(("load", "wanted"), SENTENCES)
def test_a_load_is_said_in_a_sentence(load: str, wanted: str) -> None:
    lines = section(f"load: {load}\nthresholds: {{iterations: count > 0}}", "SCENARIO default")
    text = " ".join(line.strip() for line in lines).partition(" VUs: ")[0]
    assert text == f"load: {' '.join(wanted.split())}"


@pytest.mark.parametrize(
    ("rate", "wanted"),
    [("1/s", "1 iteration a second"), ("30/m", "30 iterations a minute"), ("10/h", "10 iterations an hour")],
)
def test_a_slow_rate_has_the_unit_that_people_know(rate: str, wanted: str) -> None:
    line = section(f"load: {{rate: {rate}, duration: 2h}}", "SCENARIO default")[0]
    assert line.startswith(f"load: {wanted} begin")


@pytest.mark.parametrize(
    ("load", "steps", "count"),
    [
        ("{vus: 10, iterations: 1000}", "[{get: /}]", 1000),
        ("{vus: 10, iterations_per_vu: 100}", "[{get: /}]", 1000),
        ("{rate: 50/s, duration: 4s}", "[{get: /}]", 200),
        (
            "{start_rate: 5/s, stages: [{duration: 1s, target: 20/s}, {duration: 1s, target: 20/s}]}",
            "[{get: /}]",
            33,
        ),
        ("{vus: 10, duration: 30s}", "[{get: /}]", 300),
        ("{vus: 10, duration: 30s}", "[{get: /}, {think: 1s-3s}]", 100),
        ("{vus: 1, duration: 2500ms}", "[{get: /}]", 3),
        ("{vus: 1, duration: 10s, min_iteration_duration: 5s}", "[{get: /}]", 2),
        ("{stages: [{duration: 10s, target: 10}, {duration: 10s, target: 10}]}", "[{get: /}]", 154),
    ],
)
def test_iterations_are_counted_or_reckoned_with_a_second_for_the_answers(
    load: str, steps: str, count: int
) -> None:
    assert scale(f"load: {load}\nsteps: {steps}").iterations == count


def test_what_the_target_decides_is_not_called_exact() -> None:
    exact = [
        scale(f"load: {load}").exact for load in ("{vus: 1, duration: 1s}", "{rate: 1/s, duration: 1s}", "{}")
    ]
    assert exact == [False, True, True]


def test_arrivals_are_drawn_as_a_rate_and_loops_as_vus() -> None:
    loop, open_load = scale("load: {vus: 3, duration: 5s}"), scale("load: {rate: 3/s, duration: 5s}")
    assert (loop.begun, open_load.vus) == ((), ())
    assert loop.vus == open_load.begun == ((0, 0), (0, 3), (5, 3), (5, 0))


def test_the_rate_of_requests_is_that_of_iterations_times_their_requests() -> None:
    found = scale("load: {rate: 3/s, duration: 5s}\nsteps: [{get: /a}, {get: /b}]")
    assert found.sent == ((0, 0), (0, 6), (5, 6), (5, 0))


def test_the_vus_of_a_quota_are_there_at_once() -> None:
    assert scale("load: {vus: 4, iterations: 8, max_duration: 1m}").vus[1] == (0, 4)


SEARCH = "load: {find: %s, from: %s, to: %s, hold: 9s}\nthresholds: {iterations: count > 0}"


def test_a_search_says_how_much_there_is_at_most() -> None:
    text = SEARCH % ("rate", "10/s", "20/s")
    lines = section(text, "SCENARIO default")
    assert "iterations: at most about 792" in lines  # 10, 20, 14.1, 16.8 and 18.3, for 10 s each
    assert (
        "requests: 1 request in each iteration, at most about 792 for all of them, redirects not counted"
        in lines
    )
    assert section(text, "TIME")[0].startswith("at most ")
    assert section(text, "DANGER")[0].startswith("moderate")
    assert not any("no threshold stops the run" in line for line in section(text, "DANGER"))


def test_the_vus_of_a_search_depend_on_the_target_too() -> None:
    lines = section(SEARCH % ("vus", "1", "2"), "SCENARIO default")
    assert (
        "iterations: depends on how fast the target answers; "
        "at 1s for its answers in each at most about 30" in lines
    )


def test_a_search_is_drawn_as_if_every_level_held() -> None:
    assert [point.value for point in scale(SEARCH % ("rate", "10/s", "30/s")).begun] == [
        0,
        *(10, 10, 20, 20, 30, 30),
        0,
    ]
    assert [point.value for point in scale(SEARCH % ("vus", "2", "3")).vus] == [0, 2, 2, 3, 3, 0]
