"""One comment in a pull request that is kept up to date, found by a mark that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planrunner.github.rest.api import WAITS, Api, ApiError, patience

MOST = 65_536  # characters that GitHub takes
NOT_OURS = (403, 404)  # somebody else's, or gone since


def mark(key: str) -> str:
    """Return the first line of a comment, which tells it from others."""
    return f"<!-- planrunner:v1 key={key} -->"


def publish(api: Api, issue: str, key: str, body: str, *, create: bool = True) -> str:
    """Change the comment, or make one where there is none and `create` says so; returns its URL or "".

    A comment may be there although GitHub said that it could not be made, so before that is tried again it is
    looked for again: there are never two.
    """
    text, waits = f"{mark(key)}\n{body}"[:MOST], iter(WAITS)
    while True:
        url = _changed(api, issue, key, text)
        if url or not create:
            return url
        try:
            return str(api.send("POST", f"{issue}/comments", {"body": text})["html_url"])
        except ApiError as error:
            wait = next(waits, None)
            if wait is None or not error.passing:
                raise
            api.sleep(patience(error, wait))


def _changed(api: Api, issue: str, key: str, text: str) -> str:
    """Change the comment and return its URL; "" where there is none that can be changed."""
    repository, _, _ = issue.partition("/issues/")
    for found in _ours(api, issue, key):
        try:
            changed = api.send("PATCH", f"{repository}/issues/comments/{found['id']}", {"body": text})
        except ApiError as error:
            if error.status not in NOT_OURS:
                raise
        else:
            return str(changed["html_url"])
    return ""


def _ours(api: Api, issue: str, key: str) -> Iterator[dict[str, Any]]:
    """Yield our comments with this key, the newest first.

    Whoever may comment can write our mark, and what they wrote stays theirs to change: that is none of ours.
    """
    begin = mark(key)
    found = [one for one in api.pages(f"{issue}/comments") if str(one["body"] or "").startswith(begin)]
    own = _login(api) if any(not _bot(one) for one in found) else ""
    yield from (one for one in reversed(found) if _bot(one) or (own and _author(one).get("login") == own))


def _bot(comment: dict[str, Any]) -> bool:
    return _author(comment).get("type") == "Bot"


def _author(comment: dict[str, Any]) -> dict[str, Any]:
    """Return who wrote a comment; nothing is known of who is gone."""
    return comment["user"] or {}


def _login(api: Api) -> str:
    """Return whose token it is; that of a job is nobody's, and GitHub does not tell."""
    try:
        return str(api.get("/user")["login"])
    except ApiError:
        return ""
