"""Targets that fail, one way each: the run ends, counts what happened under its code, and names it."""

import re
import zlib
from pathlib import Path

import pytest
from certificates import Authority
from nginx import Nginx
from strange_targets import OK, answer, endless, reset, silence, target, unused_port
from whole_runs import Ended, run_apart, run_here

from planrunner.protocols.http import fault
from planrunner.protocols.http.encodings import pack

pytestmark = pytest.mark.slow

TIMES = 3

LIMITLESS = OK + b"X-Padding: " + b"x" * 300_000 + b"\r\n"
HELLO = OK + b"Content-Length: 5\r\n\r\nhello"

GZIP = pack(b"hello", ["gzip"])
BOMB = pack(bytes(65 * 1024 * 1024), ["gzip"])


def encoded(body: bytes, encoding: str = "gzip") -> bytes:
    return OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


FAILING = {
    "resets the connection": (1220, reset),
    "closes without an answer": (1221, answer()),
    "closes in the middle of the headers": (1222, answer(OK + b"Content-Le")),
    "closes in the middle of the body": (1720, answer(OK + b"Content-Length: 100\r\n\r\nhel")),
    "closes in the middle of a chunk": (1721, answer(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel")),
    "closes before the last chunk": (1721, answer(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")),
    "answers garbage": (1710, answer(b"\x00\x01 nonsense\r\n\r\n")),
    "answers with a status that is none": (1711, answer(b"HTTP/1.1 2x0 OK\r\n\r\n")),
    "announces two lengths": (
        1715,
        answer(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
    ),
    "answers 500": (1500, answer(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", stays=True)),
    "answers 404": (1404, answer(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", stays=True)),
    "sends headers without end": (1714, answer(LIMITLESS)),
    "sends early hints without end": (1717, endless(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 99)),
    "sends a body without end": (
        1724,
        endless(b"10000\r\n" + b"x" * 65536 + b"\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n"),
    ),
    "says gzip and sends none": (1701, answer(encoded(b"hello"), stays=True)),
    "writes on behind its gzip": (1701, answer(encoded(GZIP + b"\n"), stays=True)),
    "sends half of its gzip": (1702, answer(encoded(GZIP[:-4]), stays=True)),
    "sends a bomb": (1703, answer(encoded(BOMB), stays=True)),
    "sends a bomb in a bomb": (1703, answer(encoded(pack(BOMB, ["br"]), "gzip, br"), stays=True)),
    "never answers": (1050, silence),
    "answers, but never to the end": (1050, answer(OK + b"Content-Length: 9\r\n\r\nhel", stays=True)),
}

ANSWERING = {
    "with a length": answer(HELLO, stays=True),
    "and says that it closes": answer(OK + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello"),
    "in chunks": answer(
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n", b"3\r\nllo\r\n0\r\n\r\n", stays=True
    ),
    "compressed": answer(encoded(GZIP), stays=True),
    "compressed several times": answer(encoded(pack(GZIP, ["zstd", "br"]), "x-gzip, zstd, br"), stays=True),
    "with deflate that is bare": answer(encoded(zlib.compress(b"hello", wbits=-15), "deflate"), stays=True),
    "compressed until it closes": answer(OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP[:9], GZIP[9:]),
    "in an encoding that nobody knows": answer(encoded(b"hello", "pied-piper"), stays=True),
    "until it closes": answer(b"HTTP/1.0 200 OK\r\n\r\nhel", b"lo"),
    "after early hints": answer(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3, HELLO, stays=True),
    "after 100 Continue": answer(b"HTTP/1.1 100 Continue\r\n\r\n" + HELLO, stays=True),
    "with a second answer behind it": answer(HELLO + HELLO, stays=True),
    "with rubbish behind it": answer(HELLO + b"EXTRA", stays=True),
    "byte by byte": answer(*(bytes([byte]) for byte in HELLO), stays=True),
}


def plan(url: str, step: str = "get: /x", body: str = "hello", timeout: str = "60s") -> str:
    return f"""
        name: Fault
        target: {url}
        load: {{vus: 1, iterations: {TIMES}, max_duration: 20s}}
        http: {{timeout: {timeout}}}
        steps: [{{{step}, checks: [{{body: {body}}}]}}]
        """


def assert_failed(ended: Ended, code: int) -> None:
    """The error has its code and count, the summary says it, and nothing else is on the screen."""
    assert ended.errors == [(code, TIMES)]
    assert ended.value("http_req_failed", "passes") == ended.value("http_reqs", "count") == TIMES
    assert f"✗ {TIMES} × {fault(code).message}" in ended.stdout  # noqa: RUF001 - as printed
    assert_quiet(ended)


def assert_answered(ended: Ended) -> None:
    assert ended.errors == []
    assert ended.value("http_req_failed", "fails") == ended.value("http_req_duration", "count") == TIMES
    assert ended.value("checks", "passes") == TIMES
    assert_quiet(ended)


def assert_quiet(ended: Ended) -> None:
    """Without thresholds nothing decides, and stderr holds the header alone."""
    assert ended.code == 0
    assert re.fullmatch(
        r"       plan: .*\n     target: .*\n  scenarios: .*\n +\* default: .*\n\n", ended.stderr
    )


@pytest.mark.parametrize("how", FAILING)
def test_a_target_that_fails_is_counted_under_the_code_of_its_fault(tmp_path: Path, how: str) -> None:
    code, act = FAILING[how]
    with target(act) as failing:
        ended = run_here(tmp_path, plan(failing.url, timeout="300ms" if code == 1050 else "60s"))
    assert failing.requests() == TIMES
    assert_failed(ended, code)


@pytest.mark.parametrize("how", ANSWERING)
def test_a_target_may_answer_in_any_way_that_http_allows(tmp_path: Path, how: str) -> None:
    with target(ANSWERING[how]) as strange:
        ended = run_here(tmp_path, plan(strange.url))
    assert strange.requests() == TIMES
    assert_answered(ended)


@pytest.mark.parametrize(
    ("step", "head", "connections"),
    [
        ("head: /x", OK + b"Content-Length: 100\r\n\r\n", 1),
        ("get: /x", b"HTTP/1.1 204 No Content\r\n\r\n", 1),
        ("get: /x", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 1),
        ("get: /x", OK + b"Content-Length: 0\r\n\r\n", 1),
        ("head: /x", OK + b"Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n", 1),
        ("get: /x", OK + b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 1),
    ],
    ids=["HEAD", "204", "304", "empty", "HEAD of gzip", "empty gzip"],
)
def test_an_answer_without_a_body_is_complete_with_its_head(
    tmp_path: Path, step: str, head: bytes, connections: int
) -> None:
    with target(answer(head, stays=True)) as brief:
        ended = run_here(tmp_path, plan(brief.url, step, body='""'))
    assert_answered(ended)
    assert brief.connections == connections


def test_a_target_that_closes_politely_gets_a_new_connection_each_time(tmp_path: Path) -> None:
    with target(ANSWERING["and says that it closes"]) as polite:
        run_here(tmp_path, plan(polite.url))
    assert polite.connections == TIMES


def test_a_connection_that_was_closed_while_idle_is_no_failure(tmp_path: Path) -> None:
    with target(answer(HELLO)) as closing:
        ended = run_here(tmp_path, plan(closing.url).replace(f"iterations: {TIMES}", "iterations: 200"))
    assert ended.errors == []
    assert closing.requests() == ended.value("http_reqs", "count") == 200


def test_what_may_not_be_sent_twice_is_not_sent_twice(tmp_path: Path) -> None:
    text = plan("{}", "post: /x").replace(f"iterations: {TIMES}", "iterations: 200")
    with target(answer(HELLO)) as closing:
        ended = run_here(tmp_path, text.replace("{}", closing.url))
    failed = sum(count for _, count in ended.errors)
    assert closing.requests() + failed == ended.value("http_reqs", "count") == 200


def test_nobody_listens(tmp_path: Path) -> None:
    ended = run_here(tmp_path, plan(f"http://127.0.0.1:{unused_port()}"))
    assert_failed(ended, 1212)
    assert ended.value("http_req_duration", "count") == 0


def test_a_timeout_has_a_duration(tmp_path: Path) -> None:
    with target(silence) as mute:
        ended = run_here(tmp_path, plan(mute.url, timeout="300ms"))
    assert ended.value("http_req_duration", "count") == TIMES
    assert ended.value("http_req_duration", "min") > 0


def test_a_host_that_does_not_exist(tmp_path: Path) -> None:
    ended = run_apart(tmp_path, plan("http://no-such-host.invalid", timeout="10s"))
    assert ended.errors[0][0] in {1100, 1101}  # 1100 where the resolver cannot reach any server
    assert_failed(ended, ended.errors[0][0])


def test_ipv6(tmp_path: Path) -> None:
    with target(answer(HELLO, stays=True), host="::1") as six:
        ended = run_here(tmp_path, plan(f'"{six.url}"'))
    assert_answered(ended)
    assert f"\r\nHost: {six.url.removeprefix('http://')}\r\n".encode() in six.received[0]


def test_tls_with_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with target(answer(HELLO, stays=True), authority.context()) as secure:
        ended = run_here(tmp_path, plan(secure.url), env={"SSL_CERT_FILE": str(authority.file)})
    assert_answered(ended)
    assert ended.value("http_req_tls_handshaking", "max") > 0


@pytest.mark.parametrize("code", [1310, 1311, 1312], ids=["nobody trusts", "of another host", "expired"])
def test_a_certificate_that_is_not_to_be_trusted(tmp_path: Path, code: int) -> None:
    authority = Authority(tmp_path)
    context = authority.context("other.example" if code == 1311 else "127.0.0.1", expired=code == 1312)
    env = {} if code == 1310 else {"SSL_CERT_FILE": str(authority.file)}
    with target(answer(HELLO), context) as secure:
        ended = run_here(tmp_path, plan(secure.url), env=env)
    assert secure.requests() == 0
    assert_failed(ended, code)


@pytest.mark.server("nginx")
def test_tls_to_a_port_that_does_not_speak_it(tmp_path: Path, nginx: Nginx) -> None:
    ended = run_here(tmp_path, plan(nginx.url.replace("http:", "https:")))
    assert_failed(ended, 1301)


@pytest.mark.server("nginx")
def test_no_tls_to_an_nginx_that_wants_it(tmp_path: Path, nginx_tls: Nginx) -> None:
    ended = run_here(tmp_path, plan(nginx_tls.url.replace("https:", "http:")))
    assert_failed(ended, 1400)


def test_no_tls_to_a_port_that_speaks_nothing_else(tmp_path: Path) -> None:
    with target(answer(HELLO), Authority(tmp_path).context()) as secure:
        ended = run_here(tmp_path, plan(secure.url.replace("https:", "http:")))
    (code, count), *more = ended.errors
    assert (count, more) == (TIMES, [])
    assert code in {1220, 1221, 1302}  # the target closes, resets or sends an alert: libraries differ
    assert_failed(ended, code)
