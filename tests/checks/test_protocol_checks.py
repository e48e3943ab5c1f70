import pytest
from replying import check, complaint, reply, wrong


@pytest.mark.parametrize(
    ("wanted", "protocol", "says"),
    [
        ("HTTP/1.1", "HTTP/1.1", ""),
        ("HTTP/2.0", "HTTP/1.1", "protocol is 'HTTP/1.1', expected 'HTTP/2.0'"),
        ("HTTP/${vu.id + 1}.0", "HTTP/2.0", ""),
        ("${token}", "HTTP/2.0", "protocol: write one of HTTP/1.0, HTTP/1.1, HTTP/2.0"),
    ],
)
def test_protocol(wanted: str, protocol: str, says: str) -> None:
    answer = reply()
    answer.protocol = protocol
    assert complaint(check("protocol", ("equals", wanted)), answer) == says


def test_a_reply_that_never_came_had_no_protocol() -> None:
    answer = reply(status=0, error="timeout")
    assert complaint(check("protocol", ("equals", "HTTP/2.0")), answer) == "no reply: timeout"


@pytest.mark.parametrize("wanted", ["HTTP/2", "http/1.1"])
def test_a_wrong_protocol_is_a_problem_of_the_plan(wanted: str) -> None:
    assert wrong(check("protocol", ("equals", wanted))) == [
        f"2: wrong value '{wanted}' (write one of HTTP/1.0, HTTP/1.1, HTTP/2.0)"
    ]
