"""A trial on the terminal: what is written for each event, and what is not."""

import io

import pytest

from planrunner.engine.trial import Asking, Began, Event, Exchanged, Over, Part, Settled
from planrunner.errors import Place
from planrunner.live.trial import View
from planrunner.plan.model import Group, Request, Send, Setting, Step, Stop, Think
from planrunner.protocols import Reply
from planrunner.protocols.http.encodings import pack
from planrunner.values.mask import Mask

PLACE = Place("plan.yml", 2, 5, 3)
LINES = {"plan.yml": ["name: x", "  - get: /a", "    checks: [{status: 201}]"]}


def view(*, color: bool = False, full: bool = False) -> tuple[View, io.StringIO]:
    stream = io.StringIO()
    return View(stream, LINES, Mask(["s3cret-word"]), color=color, full=full), stream


def shown(*events: Event, full: bool = False) -> list[str]:
    shows, stream = view(full=full)
    for event in events:
        shows.tell(event)
    return stream.getvalue().splitlines()


def reply(body: bytes = b"", kind: bytes = b"text/plain", status: int = 200) -> Reply:
    made = Reply()
    made.status, made.protocol, made.duration, made.body = status, "HTTP/1.1", 0.0125, body
    made.headers = [(b"Content-Type", kind)]
    return made


def answered(made: Reply, *, full: bool = False) -> list[str]:
    lines = shown(Exchanged(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", made), full=full)
    return [line for line in lines if line.startswith("<")]


def test_a_part_has_a_title() -> None:
    assert shown(Part("setup")) == ["", "── setup ──"]


@pytest.mark.parametrize(
    ("step", "title"),
    [
        (Step(PLACE, Send(Request(PLACE, "GET", Setting("/a", PLACE)))), "GET /a"),
        (Step(PLACE, Send(Request(PLACE), "shop"), name="buy"), "request shop (buy)"),
        (Step(PLACE, Group("g", ())), "group g"),
        (Step(PLACE, Think()), "think (left out)"),
        (Step(PLACE, Stop("vu")), "stop"),
        (Step(PLACE, log=Setting("x", PLACE)), "log"),
        (Step(PLACE, sets={"n": Setting(1, PLACE)}), "set"),
    ],
)
def test_a_step_is_told_with_its_place(step: Step, title: str) -> None:
    assert shown(Began(step, 0)) == ["", f"plan.yml:2  {title}"]


def test_steps_within_steps_are_indented() -> None:
    assert shown(Began(Step(PLACE, Stop("vu")), 2))[1] == "    plan.yml:2  stop"


def test_a_request_is_shown_as_it_was_sent_without_its_credentials() -> None:
    request = b"POST /a HTTP/1.1\r\nAuthorization: Basic dTpw\r\nX: s3cret-word\r\n\r\nn=1"
    sent = [line for line in shown(Exchanged(request, reply())) if line.startswith(">")]
    assert sent == ["> POST /a HTTP/1.1", "> Authorization: Basic ***", "> X: ***", ">", "> n=1"]


def test_a_reply_is_shown_with_its_time_and_size() -> None:
    assert answered(reply(b"hello")) == [
        "< HTTP/1.1 200  (12.5ms, 5 B)",
        "< Content-Type: text/plain",
        "<",
        "< hello",
    ]


def test_no_reply_says_why() -> None:
    made = reply(status=0)
    made.error = "connection refused"
    assert answered(made) == ["< no reply: connection refused (12.5ms)"]


def test_a_reply_that_was_cut_short_says_so() -> None:
    made = reply()
    made.error = "closed"
    assert answered(made)[-1] == "< (then: closed)"


def test_a_long_body_is_cut_unless_all_of_it_is_wanted() -> None:
    body = b"x" * 2500
    assert answered(reply(body))[-1] == "< … (500 more characters; --full shows them)"
    assert answered(reply(body), full=True)[-1] == "< " + "x" * 2500


@pytest.mark.parametrize("encodings", [["gzip"], ["br", "zstd"]])
def test_what_is_sent_compressed_is_shown_as_it_was_before(encodings: list[str]) -> None:
    told = ", ".join(encodings).encode()
    head = b"POST / HTTP/1.1\r\nContent-Encoding: %b\r\nContent-Type: application/json\r\n\r\n" % told
    lines = shown(Exchanged(head + pack(b'{"a":1}', encodings), reply()))
    assert lines[-2 - len(reply().headers)] == '> {"a":1}'


def test_what_says_that_it_is_compressed_and_is_not_is_shown_as_it_is() -> None:
    request = b"POST / HTTP/1.1\r\ncontent-encoding:gzip\r\nContent-Type: text/plain\r\n\r\nnot gzip"
    assert "> not gzip" in shown(Exchanged(request, reply()))


@pytest.mark.parametrize("body", [b"\x89PNG\0\xff", b"\xff\xfe\xfd"])
def test_what_is_no_text_is_shown_by_its_size(body: bytes) -> None:
    assert answered(reply(body, b"image/png"))[-1] == f"< ({len(body)} B that are no text)"


def test_text_without_a_type_is_text_even_where_the_cut_parts_a_character() -> None:
    assert answered(reply(b"x" * 1999 + "é".encode(), b"thing"))[3].startswith("< xxx")


def test_hostile_text_is_made_harmless() -> None:
    assert answered(reply(b"\x1b[2Jgone"))[-1] == "< �[2Jgone"


def test_no_line_of_a_log_is_a_command_of_a_ci_service() -> None:
    log = Settled(Step(PLACE), 0, logs=["a\n::error::b"])
    assert shown(log) == ["  log: a", "       \ufffd:error::b"]


def test_a_failed_check_stands_under_its_plan_line() -> None:
    asking = Asking("status is 201", Place("plan.yml", 3, 15, 6), "status is 200, expected 201")
    assert shown(Settled(Step(PLACE), 0, checks=[asking])) == [
        "✗ status is 201",
        "   3 |     checks: [{status: 201}]",
        "     |               ^^^^^^ status is 200, expected 201",
    ]


def test_values_logs_and_errors_are_shown() -> None:
    event = Settled(Step(PLACE), 0, {"n": "s3cret-word"}, (), ["hello"], ["x has no value"])
    assert shown(event) == ["  n = '***'", "  log: hello", "✗ x has no value"]


def test_colors_are_for_terminals() -> None:
    shows, stream = view(color=True)
    shows.tell(Over("stopped"))
    assert stream.getvalue() == "\x1b[31m! stopped\x1b[0m\n"


def test_the_summary_counts() -> None:
    shows, _ = view()
    asked = [Asking("a", PLACE, ""), Asking("b", PLACE, "no")]
    for event in (Exchanged(b"", reply()), Settled(Step(PLACE), 0, {}, asked, (), ["e"])):
        shows.tell(event)
    told = "✗ 1 request, 1 check passed, 1 failed, 1 value could not be computed"
    assert (shows.summary(), shows.counts.well) == (told, False)


def test_all_is_well_when_nothing_failed() -> None:
    shows, _ = view()
    shows.tell(Settled(Step(PLACE), 0, checks=[Asking("a", PLACE, "")]))
    assert shows.summary() == "✓ 0 requests, 1 check passed, 0 failed"


class Gone(io.StringIO):
    """A stream whose reader has left."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_a_reader_who_leaves_changes_nothing() -> None:
    shows = View(Gone(), LINES, str, color=False, full=False)
    shows.tell(Part("a"))
    shows.tell(Settled(Step(PLACE), 0, checks=[Asking("a", PLACE, "")]))
    assert shows.counts.held == 1


def test_a_request_that_failed_is_a_failure_without_any_check() -> None:
    shows, _ = view()
    for event in (Exchanged(b"", reply(status=500)), Settled(Step(PLACE), 0, failed=1)):
        shows.tell(event)
    assert (shows.summary(), shows.counts.well) == (
        "✗ 1 request, 1 of them failed, 0 checks passed, 0 failed",
        False,
    )


def test_a_stop_that_is_meant_is_no_failure() -> None:
    shows, _ = view()
    shows.tell(Over("`stop: test`", meant=True))
    assert shows.counts.well


def test_a_secret_is_masked_before_the_body_is_cut_and_split() -> None:
    shows = View(stream := io.StringIO(), LINES, Mask(["one-line\nother-line"]), color=False, full=False)
    shows.tell(Exchanged(b"", reply(b"x" * 1990 + b"one-line\nother-line")))
    assert "line" not in stream.getvalue()


def test_a_secret_of_several_lines_is_masked_in_heads_and_logs() -> None:
    shows = View(stream := io.StringIO(), LINES, Mask(["one-line\r\nother-line"]), color=False, full=False)
    shows.tell(Exchanged(b"GET / HTTP/1.1\r\nX: one-line\r\nother-line\r\n\r\n", reply()))
    shows.tell(Settled(Step(PLACE), 0, logs=["one-line\r\nother-line"]))
    assert "line" not in stream.getvalue()


def test_a_log_of_several_lines_is_shown_in_lines() -> None:
    assert shown(Settled(Step(PLACE), 1, logs=["a\nb", ""])) == ["    log: a", "         b", "    log:"]


def test_requests_are_indented_as_their_step() -> None:
    sent = Exchanged(b"GET / HTTP/1.1\r\n\r\n", reply(), Step(PLACE), 1)
    assert {line[:3] for line in shown(sent)} == {"  >", "  <"}


def test_a_part_that_ended_early_is_in_the_summary() -> None:
    shows, _ = view()
    shows.tell(Over("setup failed"))
    assert shows.summary() == "✗ 0 requests, 0 checks passed, 0 failed, 1 part ended early"
