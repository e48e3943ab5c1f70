"""Requests to GitHub's REST API: by pages, and again where that cannot do harm.

The standard library is all it takes; it knows the proxies of the environment. Where the API is, the runner
says, so servers of one's own (GHES) need nothing more.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from http.client import HTTPException
from typing import Any, NamedTuple

from msgspec import Struct

from planrunner import __version__
from planrunner.reports.wording import clip

PER_PAGE = 100  # the most there is
MOST_PAGES = 100
SECONDS = 20.0  # until a request is given up
WAITS = (0.5, 2.0, 5.0)  # seconds before the same is tried again
LONGEST_WAIT = 60.0  # that a server may ask for
MOST = 10_000_000  # bytes of an answer
PASSING = frozenset({0, 429, 500, 502, 503, 504})  # statuses that may be better the next time; 0: no answer
AGAIN = frozenset({"GET", "PATCH", "DELETE"})  # methods that do no more when they are sent twice


class ApiError(Exception):
    """GitHub did not do what it was asked for."""

    def __init__(self, status: int, message: str, wait: float | None = None) -> None:
        super().__init__(f"{message} ({status})" if status else message)
        self.status = status
        self.wait = wait  # seconds, where the server said so

    @property
    def passing(self) -> bool:
        """Whether it may be better the next time."""
        return self.status in PASSING or self.wait is not None


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class Api(Struct, frozen=True):
    """Where the API is, and who asks."""

    base: str
    token: str
    sleep: Callable[[float], object] = time.sleep

    def get(self, path: str, **query: object) -> Any:
        """Return what there is."""
        return self._decoded("GET", path + (f"?{urllib.parse.urlencode(query)}" if query else ""))

    def pages(self, path: str, key: str = "", **query: object) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, however long it is; `key` is what it is called where it is not alone."""
        for page in range(1, MOST_PAGES + 1):
            found = self.get(path, per_page=PER_PAGE, page=page, **query)
            items = found.get(key, []) if key else found
            yield from items
            if len(items) < PER_PAGE:
                return

    def send(self, method: str, path: str, body: Mapping[str, object]) -> Any:
        """Create or change something."""
        return self._decoded(method, path, json.dumps(body).encode())

    def download(self, path: str, most: int = MOST) -> bytes:
        """Return a file, which GitHub keeps elsewhere: the token is not sent on to there."""
        return self._tried("GET", path, None, most).body

    def _decoded(self, method: str, path: str, body: bytes | None = None) -> Any:
        text = self._tried(method, path, body, MOST).body
        try:
            return json.loads(text or b"null")
        except ValueError:
            raise ApiError(0, f"the answer to {method} {clip(path)} is no JSON") from None

    def _tried(self, method: str, path: str, body: bytes | None, most: int) -> Answer:
        for wait in WAITS if method in AGAIN else ():
            try:
                return self._once(method, path, body, most)
            except ApiError as error:
                if not error.passing:
                    raise
                self.sleep(patience(error, wait))
        return self._once(method, path, body, most)

    def _once(self, method: str, path: str, body: bytes | None, most: int) -> Answer:
        request = urllib.request.Request(self.base.rstrip("/") + path, body, HEADERS, method=method)  # noqa: S310 (the runner says where)
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.build_opener().open(request, timeout=SECONDS) as reply:
                content, missing = reply.read(most + 1), reply.length
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(error.code, _reason(error), _asked_wait(error.headers)) from None
        except (OSError, HTTPException) as error:
            raise ApiError(0, f"no answer from {self.base}: {clip(str(error))}") from None
        if len(content) > most:
            raise ApiError(0, f"the answer to {method} {clip(path)} is larger than {most:,} bytes")
        if missing:
            raise ApiError(0, f"no answer from {self.base}: {missing} bytes of it are missing")
        return Answer(reply.status, content)


def patience(error: ApiError, usual: float) -> float:
    """Return how many seconds to wait before the same is tried again."""
    return usual if error.wait is None else min(error.wait, LONGEST_WAIT)


HEADERS = {
    "Accept": "application/vnd.github+json",
    "Content-Type": "application/json",
    "User-Agent": f"planrunner/{__version__}",
    "X-GitHub-Api-Version": "2022-11-28",
}


def _reason(error: urllib.error.HTTPError) -> str:
    """Return GitHub's own words, made harmless."""
    try:
        said = json.loads(error.read(MOST))["message"]
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        said = error.reason
    return clip(str(said))


def _asked_wait(headers: Message) -> float | None:
    """Return how long a server asks to wait: a limit that is met often (403 or 429) is told so."""
    told = headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else None
