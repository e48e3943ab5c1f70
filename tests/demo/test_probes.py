import pytest
from asking import Ask, opened, sleepless

from planrunner.demo.probes import MOST_ROWS
from planrunner.protocols.http.encodings import pack


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


def test_warming_is_ready_after_so_many_requests(ask: Ask) -> None:
    found = [ask("GET", f"/api/warming?times={times}") for times in (2, 1, 2, 1, 2)]
    assert [reply.status_code for reply in found] == [503, 503, 503, 200, 200]
    assert [reply.json()["ready"] for reply in found] == [False, False, False, True, True]


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


@pytest.mark.parametrize(("code", "method"), [(301, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_a_redirect_s_status_decides_the_method_that_follows(ask: Ask, code: int, method: str) -> None:
    reply = ask("POST", f"/api/redirect/2?status={code}", follow_redirects=True)
    assert [one.status_code for one in reply.history] == [code, code]
    assert reply.json() == {"redirects": 0, "method": method}


def test_only_redirects_redirect(ask: Ask) -> None:
    reply = ask("GET", "/api/redirect/1?status=304")
    reason = "status must be one of 301, 302, 303, 307, 308"
    assert (reply.status_code, reply.json()) == (400, {"error": reason})


def test_the_loop_leads_to_itself(ask: Ask) -> None:
    reply = ask("GET", "/api/loop")
    assert (reply.status_code, reply.headers["location"]) == (302, "/api/loop")


def test_an_upload_is_told_with_its_names_and_sizes(ask: Ask) -> None:
    files = {"menu": ("menu.csv", b"a,b\n", "text/csv"), "photo": ("p.png", bytes(1000), "image/png")}
    told = ask("POST", "/api/upload", data={"title": "Menu", "tag": ["new", "hot"]}, files=files).json()
    assert told["fields"] == {"title": "Menu", "tag": ["new", "hot"]}
    assert told["files"] == [
        {"field": "menu", "name": "menu.csv", "type": "text/csv", "size": 4},
        {"field": "photo", "name": "p.png", "type": "image/png", "size": 1000},
    ]


def test_an_urlencoded_form_has_no_files(ask: Ask) -> None:
    told = ask("POST", "/api/upload", data={"title": "Pizza & more"}).json()
    assert told == {"fields": {"title": "Pizza & more"}, "files": []}


def test_a_form_that_cannot_be_read_is_refused(ask: Ask) -> None:
    reply = ask("POST", "/api/upload", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert (reply.status_code, reply.json()) == (400, {"error": "Missing boundary in multipart."})


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


@pytest.mark.parametrize("encodings", [["gzip"], ["zstd", "br"]])
def test_a_compressed_body_is_understood(ask: Ask, encodings: list[str]) -> None:
    headers = {"Content-Encoding": ", ".join(encodings)}
    told = ask("POST", "/api/echo", content=pack(b"no pineapple", encodings), headers=headers).json()
    assert (told["body"], told["headers"]["content-encoding"]) == ("no pineapple", ", ".join(encodings))


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"not gzip", 400), (pack(b"x", ["gzip"])[:-1], 400), (pack(bytes(2**21), ["gzip"]), 413)],
)
def test_a_body_that_cannot_be_decompressed_is_refused(ask: Ask, body: bytes, status: int) -> None:
    assert ask("POST", "/api/echo", content=body, headers={"Content-Encoding": "gzip"}).status_code == status


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("lzma, deflate;q=0.5, gzip", "gzip"), ("identity", None), ("*", None)],
)
def test_an_answer_is_compressed_as_it_is_accepted(ask: Ask, accepted: str, encoding: str | None) -> None:
    reply = ask("GET", "/api/bytes/1000", headers={"Accept-Encoding": accepted})
    assert (len(reply.content), reply.headers.get("content-encoding")) == (1000, encoding)
    assert (int(reply.headers["content-length"]) < 1000) is bool(encoding)


def test_no_bytes_are_not_compressed(ask: Ask) -> None:
    assert "content-encoding" not in ask("GET", "/api/bytes/0", headers={"Accept-Encoding": "gzip"}).headers
