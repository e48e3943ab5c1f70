import pytest
from asking import Ask, opened, sleepless

from planrunner.demo.probes import MOST_ROWS


@pytest.fixture
def ask() -> Ask:
    return opened()


def test_slow_waits_as_long_as_it_is_told(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    slept = sleepless(monkeypatch)
    assert ask("GET", "/api/slow?seconds=0.25").json() == {"seconds": 0.25}
    assert slept == [0.25]


def test_fail_always_fails_with_500_unless_told_otherwise(ask: Ask) -> None:
    assert [ask("GET", "/api/fail").status_code for _ in range(3)] == [500, 500, 500]


def test_fail_fails_every_second_request_at_one_half(ask: Ask) -> None:
    found = [ask("GET", "/api/fail?rate=.5&status=429").status_code for _ in range(4)]
    assert found == [200, 429, 200, 429]


def test_each_rate_of_failures_has_its_own_row(ask: Ask) -> None:
    found = [ask("GET", f"/api/fail?rate={rate}").status_code for rate in ("0.5", "0.25") * 4]
    assert found == [200, 200, 500, 200, 200, 200, 500, 500]


@pytest.mark.slow
def test_the_rows_of_failures_are_bounded(ask: Ask) -> None:
    ask("GET", "/api/fail?rate=0.5")
    for n in range(MOST_ROWS):
        ask("GET", f"/api/fail?rate=0.{n:03}1")
    assert ask("GET", "/api/fail?rate=0.5").status_code == 200


@pytest.mark.parametrize("code", [200, 418, 503])
def test_status_answers_with_the_status(ask: Ask, code: int) -> None:
    reply = ask("POST", f"/api/status/{code}")
    assert (reply.status_code, reply.json()) == (code, {"status": code})


@pytest.mark.parametrize("code", [204, 304])
def test_a_status_without_a_body_has_none(ask: Ask, code: int) -> None:
    reply = ask("GET", f"/api/status/{code}")
    assert (reply.status_code, reply.content) == (code, b"")


def test_echo_sends_back_what_came(ask: Ask) -> None:
    headers = [("X-One", "1"), ("X-Two", "a"), ("X-Two", "b")]
    told = ask("PUT", "/api/echo?a=1&b=2&b=3", content=b"\xc3\xa4\xff", headers=headers).json()
    assert (told["method"], told["query"], told["body"]) == ("PUT", {"a": "1", "b": ["2", "3"]}, "ä\ufffd")
    assert (told["headers"]["x-one"], told["headers"]["x-two"]) == ("1", "a, b")


@pytest.mark.parametrize("size", [0, 1, 256, 1000])
def test_bytes_sends_so_many(ask: Ask, size: int) -> None:
    assert ask("GET", f"/api/bytes/{size}").content == bytes(n % 256 for n in range(size))


def test_redirects_lead_step_by_step_to_an_answer(ask: Ask) -> None:
    reply = ask("GET", "/api/redirect/3", follow_redirects=True)
    assert [(r.status_code, r.url.path) for r in (*reply.history, reply)] == [
        (302, "/api/redirect/3"),
        (302, "/api/redirect/2"),
        (302, "/api/redirect/1"),
        (200, "/api/redirect/0"),
    ]


def test_cookies_are_shown_and_one_is_set(ask: Ask) -> None:
    reply = ask("GET", "/api/cookies", headers={"Cookie": "a=1; b=2"})
    assert reply.json() == {"cookies": {"a": "1", "b": "2"}}
    assert reply.headers["set-cookie"] == "table=7; HttpOnly; Path=/; SameSite=lax"


@pytest.mark.parametrize(
    "path",
    [
        "/api/slow?seconds=61",
        "/api/slow?seconds=nan",
        "/api/slow?seconds=-1",
        "/api/slow?seconds=.",
        "/api/slow?seconds=",
        "/api/fail?rate=1.5",
        "/api/fail?status=200",
        "/api/status/100",
        "/api/status/600",
        "/api/status/\u0662\u0660\u0660",
        f"/api/bytes/{'9' * 5000}",
        "/api/bytes/-1",
        "/api/redirect/51",
    ],
)
def test_numbers_out_of_range_are_refused(ask: Ask, path: str) -> None:
    reply = ask("GET", path)
    assert (reply.status_code, list(reply.json())) == (400, ["error"])
