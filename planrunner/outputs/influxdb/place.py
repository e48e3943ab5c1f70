"""Where samples go: which InfluxDB, which database or bucket, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from msgspec import Struct

from planrunner.outputs.post import basic


class Place(Struct, frozen=True):
    """Where to write."""

    version: int  # of InfluxDB
    name: str  # of the database or bucket
    url: str
    headers: Mapping[str, str]  # that tell who we are


def place(settings: Mapping[str, Any]) -> Place:
    """Read where to write; what only InfluxDB 2 knows (organization, bucket, token) means that version.

    A path of the URL is the database or bucket, as in k6.
    """
    parts = urlsplit(settings["url"])
    second = any(settings[name] for name in ("organization", "bucket", "token"))
    name = unquote(parts.path.strip("/")) or (settings["bucket"] if second else "") or settings["database"]
    if second:
        path, query = "/api/v2/write", {"org": settings["organization"], "bucket": name}
    else:
        path, query = "/write", {"db": name, "rp": settings["retention"]}
        query["consistency"] = settings["consistency"]
    said = {key: text for key, text in {**query, "precision": "ns"}.items() if text}
    url = parts._replace(path=path, query=urlencode(said, quote_via=quote)).geturl()
    return Place(2 if second else 1, name, url, dict(_headers(settings, second=second)))


def _headers(settings: Mapping[str, Any], *, second: bool) -> Mapping[str, str]:
    if second:
        return {"Authorization": f"Token {settings['token']}"} if settings["token"] else {}
    user = settings["username"]
    return {} if user is None else {"Authorization": basic(user, settings["password"])}
