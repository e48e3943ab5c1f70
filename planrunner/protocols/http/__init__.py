"""HTTP/1.1 and HTTPS: our own client, because the load is what this project is for."""

from collections.abc import Callable, Iterable

from planrunner.protocols import Heard
from planrunner.protocols.http.faults import fault
from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.overheard import Overheard
from planrunner.protocols.http.request.prepare import Call, prepare
from planrunner.protocols.http.session import Session

TIMINGS = (
    "http_req_blocked",
    "http_req_dns",
    "http_req_connecting",
    "http_req_tls_handshaking",
    "http_req_sending",
    "http_req_waiting",
    "http_req_receiving",
    "http_req_duration",
)
"""The metrics that `Reply.timings` holds, in its order."""

COUNT, FAILED, RETRIES = "http_reqs", "http_req_failed", "http_retries"


def connector(
    now: Callable[[], float], heard: Heard | None = None, worker: int = 0, calls: Iterable[Call] = ()
) -> Callable[[int], Session] | Callable[[int], Overheard]:
    """Make the function that gives each VU, by its number, a session; lookups and TLS settings are shared."""
    dialer = Dialer(now, turn=worker)
    for call in calls:
        if call.constant is not None and call.constant[0].dial.tls:
            dialer.expect(call.constant[0].dial.how)
    if heard is not None:
        return lambda number: Overheard(Session(dialer, now, number), heard)
    return lambda number: Session(dialer, now, number)


__all__ = ["COUNT", "FAILED", "RETRIES", "TIMINGS", "connector", "fault", "prepare"]
