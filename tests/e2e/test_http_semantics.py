"""What an HTTP request of a plan can be: bodies, auth, cookies, redirects and hosts, against real servers."""

import base64
import json
import re
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from threading import Barrier
from typing import cast

import pytest
from certificates import Authority
from strange_targets import Act, Target, silence, target
from whole_runs import Ended, run_here

pytestmark = pytest.mark.slow

Page = bytes | Callable[[bytes], bytes]
"""An answer, or a function from the request to one."""


def site(pages: Mapping[str, Page]) -> Act:
    """Answer by path; what is not a page is 200 and empty."""

    def act(connection: socket.socket, request: bytes) -> bool:
        path = request.split(b" ", 2)[1].partition(b"?")[0].decode()
        page = pages.get(path, answer(200))
        connection.sendall(page if isinstance(page, bytes) else page(request))
        return True

    return act


def answer(status: int, *lines: str, body: bytes = b"") -> bytes:
    head = "".join(f"{line}\r\n" for line in lines)
    return f"HTTP/1.1 {status} X\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def to(location: str, *lines: str, status: int = 302) -> bytes:
    return answer(status, f"Location: {location}", *lines)


def lines(found: Target) -> list[str]:
    """The first line of each request, without the version."""
    return [request.partition(b" HTTP/1.1\r\n")[0].decode() for request in found.received]


def header(request: bytes, name: str) -> str:
    values = re.findall(rf"\r\n{name}: ([^\r]*)", request.partition(b"\r\n\r\n")[0].decode())
    assert len(values) <= 1, f"{name} was sent {len(values)} times"
    return values[0] if values else ""


def headers(found: Target, name: str) -> list[str]:
    return [header(request, name) for request in found.received]


def body(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def plan(url: str, steps: str, load: str = "{vus: 1, iterations: 1}", more: str = "") -> str:
    return f"name: P\ntarget: {url}\nload: {load}\n{more}\nsteps:\n{steps}\n"


def passed(ended: Ended) -> Ended:
    assert (ended.code, ended.errors, ended.value("http_req_failed", "passes")) == (0, [], 0), ended.stderr
    return ended


# Bodies.


def test_every_kind_of_body_arrives_as_it_is_meant(tmp_path: Path) -> None:
    (tmp_path / "menu.png").write_bytes(bytes(range(256)))
    (tmp_path / "order.xml").write_text("<id>${vu.id}</id>", "utf-8")
    steps = """
  - {post: /json, json: {"a": [1, "two"]}}
  - {post: /body, body: "x=1"}
  - {post: /file, body_file: menu.png}
  - {post: /template, body_file: order.xml, template: true}
  - {post: /form, form: {q: "a b&c", n: [1, 1.10]}}
  - {post: /graphql, graphql: {query: "{ a }", variables: {n: 1}}}
"""
    with target(site({})) as found:
        passed(run_here(tmp_path, plan(found.url, steps)))
    assert [(header(request, "Content-Type"), body(request)) for request in found.received] == [
        ("application/json", b'{"a":[1,"two"]}'),
        ("", b"x=1"),
        ("image/png", bytes(range(256))),
        ("text/xml", b"<id>1</id>"),
        ("application/x-www-form-urlencoded", b"q=a+b%26c&n=1&n=1.10"),
        ("application/json", b'{"query":"{ a }","variables":{"n":1}}'),
    ]


def test_an_upload_arrives_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "menu.png").write_bytes(bytes(range(256)))
    steps = '  - {post: /up, multipart: {title: "Menü ${vu.id}", photo: {file: menu.png}}}'
    with target(site({})) as found:
        passed(run_here(tmp_path, plan(found.url, steps)))
    (request,) = found.received
    title, photo = cast(list[Message], message_from_bytes(request.partition(b"\r\n")[2]).get_payload())
    assert title.get_payload(decode=True) == "Menü 1".encode()
    assert photo.get_payload(decode=True) == bytes(range(256))
    assert (photo.get_filename(), photo.get_content_type()) == ("menu.png", "image/png")


def test_a_file_that_is_not_there_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    with target(site({})) as found:
        ended = run_here(tmp_path, plan(found.url, "  - {post: /up, body_file: none.bin}"))
    assert (ended.code, found.received) == (104, [])
    assert "there is no such file" in ended.stderr


# Auth.


def test_basic_and_bearer_go_along(tmp_path: Path) -> None:
    steps = """
  - {get: /a}
  - {get: /b, auth: {bearer: "t${vu.id}"}}
  - {get: /c, auth: null}
"""
    with target(site({})) as found:
        more = "http: {auth: {basic: {username: ann, password: secret}}}"
        passed(run_here(tmp_path, plan(found.url, steps, more=more)))
    basic = "Basic " + base64.b64encode(b"ann:secret").decode()
    assert headers(found, "Authorization") == [basic, "Bearer t1", ""]


def test_a_digest_is_answered_and_its_first_refusal_is_no_failure(tmp_path: Path) -> None:
    def guarded(request: bytes) -> bytes:
        if header(request, "Authorization"):
            return answer(200)
        return answer(401, 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256')

    steps = "  - {get: /a, auth: {digest: {username: ann, password: secret}}, checks: [{status: 200}]}"
    with target(site({"/a": guarded})) as found:
        ended = passed(run_here(tmp_path, plan(found.url, steps, "{vus: 1, iterations: 3}")))
    counts = re.findall(r"nc=(\d+)", " ".join(headers(found, "Authorization")))
    assert counts == ["00000001", "00000002", "00000003"]  # asked once, answered ahead from then on
    assert (ended.value("http_reqs", "count"), ended.value("checks", "passes")) == (4, 3)


# Redirects.


def test_a_redirect_is_followed_and_each_hop_is_a_request(tmp_path: Path) -> None:
    steps = "  - {post: /a, json: {a: 1}, checks: [{status: 200}, {body: {equals: here}}]}"
    pages = {"/a": to("/b?x=1#part"), "/b": to("c", status=307), "/c": answer(200, body=b"here")}
    with target(site(pages)) as found:
        ended = passed(run_here(tmp_path, plan(found.url, steps, "{vus: 1, iterations: 2}")))
    assert lines(found) == ["POST /a", "GET /b?x=1", "GET /c"] * 2
    assert (ended.value("http_reqs", "count"), ended.value("checks", "passes")) == (6, 4)
    assert found.connections == 1


def test_each_hop_has_its_own_method_and_status(tmp_path: Path) -> None:
    more = """thresholds:
  http_reqs{method:POST}: count == 2
  http_reqs{method:GET}: count == 2
  http_reqs{status:307}: count == 1
  http_reqs{status:303}: count == 1
  http_reqs{status:302}: count == 1
  http_reqs{status:200}: count == 1
  http_reqs{expected_response:true}: count == 4
"""
    pages = {"/a": to("/b", status=307), "/b": to("/c", status=303), "/c": to("/d")}
    with target(site(pages)) as found:
        passed(run_here(tmp_path, plan(found.url, "  - {post: /a, json: 1}", more=more)))
    assert lines(found) == ["POST /a", "POST /b", "GET /c", "GET /d"]


@pytest.mark.parametrize(("most", "sent"), [(0, 1), (2, 3), (12, 13)])
def test_at_the_bound_the_redirect_is_the_answer(tmp_path: Path, most: int, sent: int) -> None:
    step = f"  - {{get: /a, checks: [{{status: 302}}], max_redirects: {most}}}"
    with target(site({"/a": to("/a")})) as found:
        ended = passed(run_here(tmp_path, plan(found.url, step)))
    assert (len(found.received), ended.value("checks", "passes")) == (sent, 1)


def test_redirects_without_a_bound_that_go_round_are_a_failure(tmp_path: Path) -> None:
    with target(site({"/a": to("/b"), "/b": to("/a")})) as found:
        ended = run_here(tmp_path, plan(found.url, "  - get: /a"))
    assert (len(found.received), ended.errors) == (11, [(1740, 1)])


def test_what_is_private_does_not_go_to_another_origin(tmp_path: Path) -> None:
    steps = "  - {get: /a, auth: {bearer: t}, cookies: {own: 1}, headers: {X: 1}}"
    with target(site({})) as other, target(site({"/a": to(f"{other.url}/b")})) as found:
        passed(run_here(tmp_path, plan(found.url, steps)))
    (first,), (second,) = found.received, other.received
    assert (header(first, "Authorization"), header(first, "Cookie")) == ("Bearer t", "own=1")
    assert [header(second, name) for name in ("Authorization", "Cookie", "X")] == ["", "", "1"]
    assert header(second, "Host") == other.url.removeprefix("http://")


def test_a_redirect_to_nowhere_is_a_failure_with_a_name(tmp_path: Path) -> None:
    with target(site({"/a": to("ftp://files/")})) as found:
        ended = run_here(tmp_path, plan(found.url, "  - {get: /a}"))
    assert ended.errors == [(1742, 1)]
    assert "the redirect leads to no http:// or https:// URL" in ended.stdout


def test_a_redirect_to_a_host_that_cannot_be_is_a_failure_like_any_other(tmp_path: Path) -> None:
    with target(site({"/a": to(f"https://{'a' * 64}.a.test/")})) as found:
        more = f'http: {{hosts: {{"*.a.test": "{found.url.removeprefix("http://")}"}}}}'
        ended = run_here(tmp_path, plan(found.url, "  - {get: /a}\n  - {get: /b}", more=more))
    assert (ended.errors, lines(found)) == ([(1741, 1)], ["GET /a", "GET /b"])


def test_the_timeout_holds_for_all_hops_together(tmp_path: Path) -> None:
    with target(silence) as mute, target(site({"/a": to(f"{mute.url}/b")})) as found:
        ended = run_here(tmp_path, plan(found.url, "  - {get: /a, timeout: 300ms}"))
    assert (ended.errors, ended.value("http_reqs", "count")) == ([(1050, 1)], 2)


# Cookies.

SET = "Set-Cookie: s=1; Path=/; HttpOnly"


def test_cookies_live_for_an_iteration(tmp_path: Path) -> None:
    steps = "  - {get: /a}\n  - {get: /b, cookies: {own: 2}}"
    with target(site({"/a": to("/c", SET)})) as found:
        passed(run_here(tmp_path, plan(found.url, steps, "{vus: 1, iterations: 2}")))
    assert headers(found, "Cookie") == ["", "s=1", "own=2; s=1"] * 2


def test_what_a_redirect_sets_wins_over_the_steps_own_cookies(tmp_path: Path) -> None:
    with target(site({"/a": to("/b", "Set-Cookie: sid=new")})) as found:
        passed(run_here(tmp_path, plan(found.url, "  - {get: /a, cookies: {sid: old, own: 1}}")))
    assert headers(found, "Cookie") == ["sid=old; own=1", "own=1; sid=new"]


@pytest.mark.parametrize(
    ("mode", "sent"),
    [("iteration", ["", "s=1", "", "s=1"]), ("vu", ["", "s=1", "s=1", "s=1"]), ("off", [""] * 4)],
)
def test_the_jar_lives_as_long_as_the_plan_says(tmp_path: Path, mode: str, sent: list[str]) -> None:
    steps = "  - {get: /a}\n  - {get: /b}"
    with target(site({"/a": answer(200, SET)})) as found:
        more = f"http: {{cookie_jar: {mode}}}"
        passed(run_here(tmp_path, plan(found.url, steps, "{vus: 1, iterations: 2}", more)))
    assert headers(found, "Cookie") == sent


def test_the_cookies_of_vu_setup_stay(tmp_path: Path) -> None:
    more = "vu_setup: [{get: /login}]"
    pages = {"/login": answer(200, "Set-Cookie: login=1"), "/a": answer(200, "Set-Cookie: a=2")}
    with target(site(pages)) as found:
        steps = "  - {get: /a}\n  - {get: /b}"
        passed(run_here(tmp_path, plan(found.url, steps, "{vus: 1, iterations: 2}", more)))
    assert headers(found, "Cookie") == ["", *["login=1", "login=1; a=2"] * 2]


def test_vus_do_not_see_each_others_cookies(tmp_path: Path) -> None:
    numbers = iter(range(10))
    pages = {"/a": lambda _: answer(200, f"Set-Cookie: n={next(numbers)}")}
    with target(site(pages)) as found:
        load = "{vus: 3, iterations_per_vu: 1}"
        passed(run_here(tmp_path, plan(found.url, "  - {get: /a}\n  - {get: /b}", load)))
    assert Counter(headers(found, "Cookie")) == {"": 3, "n=0": 1, "n=1": 1, "n=2": 1}


# Hosts.


def test_another_host_is_dialled_under_the_name_of_the_url(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with target(site({}), authority.context("shop.example")) as found:
        address = found.url.removeprefix("https://")
        more = f'http: {{hosts: {{"*.example": "{address}"}}}}'
        env = {"SSL_CERT_FILE": str(authority.file)}
        passed(run_here(tmp_path, plan("https://shop.example", "  - {get: /a}", more=more), env=env))
    assert headers(found, "Host") == ["shop.example"]


def test_the_host_header_may_follow(tmp_path: Path) -> None:
    with target(site({})) as found:
        address = found.url.removeprefix("http://")
        more = f'http: {{hosts: {{"shop.example": "{address}"}}, rewrite_host: true}}'
        passed(run_here(tmp_path, plan("http://shop.example", "  - {get: /a}", more=more)))
    assert headers(found, "Host") == [address]


def test_a_host_that_is_not_allowed_gets_nothing(tmp_path: Path) -> None:
    with target(site({})) as other, target(site({"/a": to(f"{other.url}/b")})) as found:
        allowed = found.url.removeprefix("http://")
        more = f'http: {{allow_hosts: ["{allowed}"]}}'
        ended = run_here(tmp_path, plan(found.url, "  - {get: /a}", more=more))
        wrong = run_here(tmp_path, plan(other.url, "  - {get: /a}", more=more))
    assert (lines(found), other.received) == (["GET /a"], [])
    assert (ended.errors, wrong.code) == ([(1111, 1)], 104)
    assert "is not among allow_hosts" in wrong.stderr


# Requests beside each other.


def test_parallel_requests_share_their_cookies_and_wait_for_each_other(tmp_path: Path) -> None:
    both = Barrier(2, timeout=10)  # none of the two is answered before the other one is there

    def together(_: bytes) -> bytes:
        both.wait()
        return answer(200)

    steps = "  - {get: /a}\n  - parallel: [{get: /p1}, {get: /p2}]"
    with target(site({"/a": answer(200, SET), "/p1": together, "/p2": together})) as found:
        passed(run_here(tmp_path, plan(found.url, steps)))
    assert headers(found, "Cookie") == ["", "s=1", "s=1"]
    assert found.connections == 2


def test_a_json_answer_behind_a_redirect_can_be_saved_from(tmp_path: Path) -> None:
    pages = {"/login": to("/me", SET), "/me": answer(200, body=json.dumps({"id": 7}).encode())}
    steps = "  - {post: /login, save: {id: {json: $.id}}}\n  - {get: '/users/${id}'}"
    with target(site(pages)) as found:
        passed(run_here(tmp_path, plan(found.url, steps)))
    assert lines(found) == ["POST /login", "GET /me", "GET /users/7"]
