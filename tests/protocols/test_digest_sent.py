"""Digest on its way: the challenge, the answer, and how long a nonce is used."""

import pytest
from requesting import PLACE, Scripted, answer, at, compiled, headers_of, send, to

from planrunner.plan.model import Auth
from planrunner.protocols import Reply

DIGEST = Auth("digest", PLACE, at("ann"), at("secret"))


def guarded(*replies: Reply) -> Scripted:
    """Give these replies, and 200 to whoever comes then."""
    left = iter(replies)
    return Scripted(lambda *_: next(left, answer()))


def answers(session: Scripted) -> list[str]:
    """The nonce and count that each request came with."""
    found = [headers_of(text).get("Authorization", "") for _, text in session.asked]
    return [
        " ".join(part.split("=")[1].strip('"') for part in one.split(", ") if part[:3] in {"non", "nc="})
        for one in found
    ]


def challenge(nonce: str) -> Reply:
    return answer(401, ("WWW-Authenticate", f'Digest realm="r", nonce="{nonce}", qop="auth", stale=true'))


def test_a_digest_is_answered_once_asked() -> None:
    session = guarded(challenge("n1"))
    reply = send(session, compiled("/a", auth=DIGEST))
    assert (reply.status, [(hop.status, hop.awaited) for hop in reply.hops]) == (200, [(401, True)])
    assert answers(session) == ["", "n1 00000001"]
    assert 'username="ann", realm="r", nonce="n1", uri="/a"' in session.asked[1][1]


def test_a_nonce_is_used_again_by_later_requests() -> None:
    session = guarded(challenge("n1"))
    for path in ("/a", "/b"):
        send(session, compiled(path, auth=DIGEST))
    assert (answers(session), session.lines[2]) == (["", "n1 00000001", "n1 00000002"], "GET /b")


def test_a_stale_nonce_is_replaced() -> None:
    session = guarded(challenge("n1"), answer(), challenge("n2"))
    for path in ("/a", "/b"):
        reply = send(session, compiled(path, auth=DIGEST))
    assert (reply.status, len(reply.hops)) == (200, 1)
    assert answers(session) == ["", "n1 00000001", "n1 00000002", "n2 00000001"]


@pytest.mark.parametrize(
    ("replies", "times"),
    [
        ([challenge("n1"), challenge("n2")], 2),
        ([answer(401)], 1),
        ([answer(401, ("WWW-Authenticate", "Basic"))], 1),
    ],
)
def test_a_refusal_is_the_reply(replies: list[Reply], times: int) -> None:
    session = guarded(*replies)
    reply = send(session, compiled("/a", auth=DIGEST))
    assert (reply.status, reply.awaited, len(session.asked)) == (401, False, times)


def test_a_challenge_is_not_answered_without_a_login() -> None:
    session = guarded(challenge("n1"), to("/a"))
    assert send(session, compiled("/a")).status == 401


def test_a_login_goes_along_within_its_origin_and_not_beyond() -> None:
    session = guarded(challenge("n1"), to("/b"), to("http://g/c"), challenge("n2"))
    reply = send(session, compiled("/a", auth=DIGEST))
    assert (reply.status, answers(session)) == (401, ["", "n1 00000001", "n1 00000002", ""])
