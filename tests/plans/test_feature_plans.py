"""What the other plans do, by value."""

import pytest

from planrunner.result import Result
from plans.running_plans import ONCE, Bench

pytestmark = pytest.mark.slow  # the first one starts the shop


def counts(result: Result) -> dict[str, int]:
    """Return how often each request was sent."""
    return {row.name: row.count for row in result.requests}


def test_the_dashboard_s_load_time_is_that_of_the_request(bench: Bench) -> None:
    _, result = bench.run("dashboard/05-custom-metrics.yml")
    assert result.value("dashboard_load_time", "avg") == pytest.approx(
        result.value("http_req_duration", "avg")
    )


def test_each_iteration_asks_for_everything_that_uses_the_database(bench: Bench) -> None:
    _, result = bench.run("dashboard/03-connection-pool.yml", "--profile", "smoke")
    assert result.value("http_reqs", "count") == 3 * 3


def test_setup_creates_a_user_and_each_iteration_writes_a_post(bench: Bench) -> None:
    _, result = bench.run("blog/login-and-post.yml", "--profile", "smoke")
    assert counts(result) == {"POST /user": 1, "authenticate": 3, "create_blog": 3}


@pytest.mark.parametrize("profile", ["smoke", "load", "stress", "spike"])
def test_every_kind_of_test_takes_the_same_steps(profile: str, bench: Bench) -> None:
    code, result = bench.run("suite/suite.yml", "--profile", profile, *ONCE)
    assert code == 0
    assert counts(result) == {
        "login": 1,
        "me": 1,
        "teams": 1,
        "health": 1,
        "list of the API": 5,
        "create_task": 1,
        "page": 5,
    }


def test_every_guest_signs_up_once_and_then_the_run_ends(bench: Bench) -> None:
    code, result = bench.run("features/unique-rows.yml")
    assert code == 0
    assert counts(result) == {"POST /api/users": 12, "POST /api/users/token/login": 12, "POST /api/pizza": 12}
    assert "ann-secret" not in (bench.folder / "result.json").read_text()


def test_loops_go_round_as_often_as_they_say(bench: Bench) -> None:
    _, result = bench.run("features/loops.yml", *ONCE)
    assert counts(result) == {
        "GET /api/quotes": 3,
        "POST /api/pizza": 2,
        "page of the menu": 3,
        "POST /api/jobs": 1,
        "job": 3,
    }


def test_ways_are_drawn_by_weight_and_the_seed(bench: Bench) -> None:
    _, result = bench.run("features/flows-and-weights.yml", "--seed", "1")
    found = counts(result)
    assert found["GET /"] == found["GET /api/quotes"] == 30
    assert 0 < found["POST /api/ratings"] < found["POST /api/pizza"] < 30


def test_each_scenario_takes_its_own_load(bench: Bench) -> None:
    code, result = bench.run("features/scenarios.yml")
    found = counts(result)
    assert code == 0
    assert found["POST /api/ratings"] == 2 * 3
    assert found["POST /api/users/token/login"] == 2
    arrived = found["POST /api/pizza"] + found["GET /ready"]
    assert arrived + (result.value("dropped_iterations", "count") or 0) == 33 + 10


def test_redirects_are_requests_of_their_own(bench: Bench) -> None:
    _, result = bench.run("features/redirects.yml", *ONCE)
    assert result.value("http_reqs", "count") == 4 + 1 + 6 + 2 + 2


def test_a_vu_has_its_own_rating(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    _, result = bench.run("features/lifecycle.yml")
    assert result.value("checks", "rate") == 1
    logged = [line for line in capsys.readouterr().err.splitlines() if "stars for pizza" in line]
    assert len(logged) == 6
    assert {line.rpartition(" ")[2] for line in logged} <= {"1", "2"}
