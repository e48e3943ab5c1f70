"""Requests to GitHub: pages, patience, and whose comment is ours."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from happenings import REPOSITORY
from rest_server import BOT, GitHub, remark, serving

from planrunner.github.rest import comments, pulls
from planrunner.github.rest.api import Api, ApiError

ISSUE = f"/repos/{REPOSITORY}/issues/7"
ANN = {"login": "ann", "type": "User"}
MARK = "<!-- planrunner:v1 key=k -->"


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as server:
        yield server


def api(github: GitHub, slept: list[float] | None = None) -> Api:
    waits = [] if slept is None else slept
    return Api(github.url, "a-token", waits.append)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_a_list_is_read_to_its_end(count: int, github: GitHub) -> None:
    github.chatter(count)
    assert len([*api(github).pages(f"{ISSUE}/comments")]) == count


@pytest.mark.slow
def test_a_list_without_an_end_is_left_at_some_time(github: GitHub) -> None:
    github.chatter(10_050)
    assert len([*api(github).pages(f"{ISSUE}/comments")]) == 10_000


@pytest.mark.parametrize("missing", range(3))
def test_nobody_is_asked_for_a_pull_request_from_nowhere(missing: int, github: GitHub) -> None:
    where = [part if number != missing else "" for number, part in enumerate(("pizza", "main", "a" * 40))]
    assert (pulls.by_head(api(github), REPOSITORY, *where), github.asked) == (0, [])


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_bad_moment_is_waited_for(status: int, github: GitHub) -> None:
    github.bad, slept = [("GET", status)] * 2, list[float]()
    assert api(github, slept).get(f"{ISSUE}/comments") == []
    assert slept == [0.5, 2.0]


def test_patience_has_an_end(github: GitHub) -> None:
    github.bad, slept = [("GET", 502)] * 9, list[float]()
    with pytest.raises(ApiError, match=r"not now \(502\)"):
        api(github, slept).get(f"{ISSUE}/comments")
    assert (slept, len(github.asked)) == ([0.5, 2.0, 5.0], 4)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_will_not_be_better_is_not_tried_again(status: int, github: GitHub) -> None:
    github.bad = [("GET", status)]
    with pytest.raises(ApiError, match=rf"\({status}\)"):
        api(github).get(f"{ISSUE}/comments")
    assert len(github.asked) == 1


def test_github_says_how_long_to_wait_where_it_was_asked_too_often(github: GitHub) -> None:
    github.bad, github.wait, slept = [("GET", 403), ("GET", 429)], "7", list[float]()
    assert api(github, slept).get(f"{ISSUE}/comments") == []
    assert slept == [7.0, 7.0]


def test_a_post_is_not_sent_again_as_it_is(github: GitHub) -> None:
    github.bad = [("POST", 502)]
    with pytest.raises(ApiError, match="not now"):
        api(github).send("POST", f"{ISSUE}/comments", {"body": "x"})
    assert len(github.asked) == 1


def test_a_server_that_is_not_there_is_told(github: GitHub) -> None:
    with pytest.raises(ApiError, match=r"no answer from http://127.0.0.1:1: .*refused"):
        Api("http://127.0.0.1:1", "t", lambda _: None).get("/x")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html", "the answer to GET /x is no JSON"),
        (b"HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\n<html", r"No \(500\)"),
        (b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n[]", r"No \(500\)"),
        (b"nonsense\r\n\r\n", "no answer from"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}", "no answer from"),
    ],
)
def test_answers_that_are_none_are_told(reply: bytes, said: str) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        with pytest.raises(ApiError, match=said):
            Api(f"http://127.0.0.1:{server.server_port}", "t", lambda _: None).get("/x")
        server.shutdown()


def test_a_file_has_a_greatest_size_and_its_store_does_not_get_the_token(github: GitHub) -> None:
    github.archives[1] = b"x" * 1000
    path = f"/repos/{REPOSITORY}/actions/artifacts/1/zip"
    assert api(github).download(path, 1000) == b"x" * 1000
    assert github.tokens == ["Bearer a-token", ""]
    with pytest.raises(ApiError, match="is larger than 999 bytes"):
        api(github).download(path, 999)


def test_a_proxy_of_the_environment_is_used(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", github.url)
    monkeypatch.setenv("no_proxy", "")
    assert Api("http://api.github.example/api/v3", "t", lambda _: None).get(f"{ISSUE}/comments") == []
    assert github.asked == [f"GET {ISSUE}/comments"]


def test_a_mark_in_the_comment_of_somebody_else_is_none_of_ours(github: GitHub) -> None:
    github.comments = [
        remark(1, f"{MARK}\nmine", ANN),
        remark(2, f"{MARK}\nghost", None),
        remark(3, f"see {MARK}"),
    ]
    url = comments.publish(api(github), ISSUE, "k", "hello")
    assert url.endswith("-1003")
    assert [one["body"].splitlines()[-1] for one in github.comments] == [
        "mine",
        "ghost",
        f"see {MARK}",
        "hello",
    ]


def test_a_token_of_a_person_finds_the_comment_of_that_person(github: GitHub) -> None:
    github.comments, github.login = [remark(1, f"{MARK}\nold", ANN)], "ann"
    comments.publish(api(github), ISSUE, "k", "new")
    assert [one["body"] for one in github.comments] == [f"{MARK}\nnew"]


def test_of_several_the_newest_that_can_be_changed_is(github: GitHub) -> None:
    github.comments = [remark(number, f"{MARK}\n{number}") for number in (1, 2, 3)]
    github.bad = [("PATCH", 403)]
    comments.publish(api(github), ISSUE, "k", "new")
    assert [one["body"].splitlines()[1] for one in github.comments] == ["1", "new", "3"]


def test_a_key_that_begins_like_another_is_another_one(github: GitHub) -> None:
    for key in ("load/1", "load/10", "load"):
        comments.publish(api(github), ISSUE, key, key)
    assert [one["body"].splitlines()[1] for one in github.comments] == ["load/1", "load/10", "load"]


def test_a_comment_is_never_longer_than_github_takes(github: GitHub) -> None:
    comments.publish(api(github), ISSUE, "k", "x" * 70_000)
    assert len(github.comments[0]["body"]) == 65_536
    assert github.comments[0]["user"] == BOT


def test_a_refusal_to_change_that_is_no_matter_of_rights_is_told(github: GitHub) -> None:
    github.comments, github.bad = [remark(1, MARK)], [("PATCH", 422)]
    with pytest.raises(ApiError, match="422"):
        comments.publish(api(github), ISSUE, "k", "new")


def test_github_may_be_down_for_good(github: GitHub) -> None:
    github.bad = [("POST", 502)] * 9
    with pytest.raises(ApiError, match="502"):
        comments.publish(api(github), ISSUE, "k", "new")
    assert len(github.asked) == 8
