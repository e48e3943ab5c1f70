"""How the options of outputs are written: text of a variable, or a value of the plan, to what is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from planrunner import units
from planrunner.plan.summary import statistic

SECRET_HEADERS: Final = re.compile("auth|cookie|key|password|secret|token", re.IGNORECASE)
"""Names of headers whose values nobody may see."""

FIELD_TYPES = frozenset({"string", "int", "float", "bool"})
FIELDS: Mapping[str, str] = {"vu": "string", "iter": "string", "url": "string"}
"""The tags that are fields, where nothing is said: k6's."""

TIME_FORMATS = ("unix", "unix_milli", "unix_micro", "unix_nano", "rfc3339", "rfc3339_nano")


def text(value: object) -> str:
    """Read any text; a number is written as it stands."""
    return str(value)


def url(value: object) -> str:
    """Read the address of a backend."""
    try:
        parts = urlsplit(str(value))
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port, or no IPv6 address
        whole = False
    if not whole:
        raise ValueError("write a URL like 'http://localhost:9090'")
    return str(value)


def duration(value: object) -> float:
    """Read how long, more than nothing."""
    seconds = units.duration(value)
    if seconds <= 0:
        raise ValueError("write a duration above 0, like '5s'")
    return seconds


def k6_duration(value: object) -> float:
    """Read a duration as k6 does: a bare number is in milliseconds (lib/types)."""
    bare = re.fullmatch(r"\d+(\.\d+)?", str(value))
    return duration(f"{value}ms" if bare else value)


def k6_flag(value: object) -> bool:
    """Read a switch as k6 does, which takes what Go takes (strconv.ParseBool)."""
    known = {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}
    try:
        return known[str(value).lower()]
    except KeyError:
        raise ValueError("write true or false") from None


def statistics(value: object) -> tuple[str, ...]:
    """Read statistics of trends: a list, or a text with commas between them."""
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not listed:
        raise ValueError("write statistics like 'p(95),p(99),avg'")
    return tuple(dict.fromkeys(statistic(one.strip() if isinstance(one, str) else one) for one in listed))


def headers(value: object) -> dict[str, str]:
    """Read headers: a mapping, or a text like `X-Scope-OrgID:team,X-More:1`, as k6 has it."""
    pairs = value.items() if isinstance(value, Mapping) else [_pair(part) for part in str(value).split(",")]
    found = {str(name).strip(): str(content).strip() for name, content in pairs}
    for name, content in found.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not content.isprintable():
            raise ValueError("write headers like 'X-Scope-OrgID:team', commas between them")
    return found


def _pair(part: str) -> tuple[str, str]:
    name, sign, content = part.partition(":")
    if not sign:
        raise ValueError("write headers like 'X-Scope-OrgID:team', commas between them")
    return name, content


def tls_version(value: object) -> str:
    """Read the lowest version of TLS; a plan may say it as a number."""
    if str(value) not in {"1.2", "1.3"}:
        raise ValueError("write 1.2 or 1.3")
    return str(value)


def k6_pairs(value: object) -> dict[str, str]:
    """Read headers as OpenTelemetry writes them: `api-key=a%20b,X-More=1`."""
    pairs = [part.partition("=") for part in str(value).split(",")]
    if not all(sign for _, sign, _ in pairs):
        raise ValueError("write headers like 'api-key=abc,X-More=1'")
    return headers({unquote(name): unquote(content) for name, _, content in pairs})


def endpoint(value: object) -> str:
    """Read the address of a collector, whose scheme says what is spoken there."""
    scheme, _, rest = str(value).partition("://")
    if scheme in {"http", "https"}:
        return url(value)
    try:
        parts = urlsplit(f"//{rest}")
        whole = scheme in {"grpc", "grpcs"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.path or parts.username:
        raise ValueError("write an endpoint like 'grpc://localhost:4317' or 'http://localhost:4318'")
    return str(value)


def histogram(value: object) -> str:
    """Read which buckets histograms have."""
    if value not in {"explicit", "exponential"}:
        raise ValueError("write explicit or exponential")
    return str(value)


def file(value: object) -> str:
    """Read the name of a file to write."""
    if str(value) in {"", "-"}:
        raise ValueError("write the name of a file; standard output has the summary")
    return str(value)


def time_format(value: object) -> str:
    """Read how times are written in CSV, by k6's names."""
    if value not in TIME_FORMATS:
        raise ValueError(f"write one of {', '.join(TIME_FORMATS)}")
    return str(value)


def database_url(value: object) -> str:
    """Read the address of InfluxDB, whose path is a database or bucket."""
    found = url(value)
    if urlsplit(found).query:
        raise ValueError("write a URL like 'http://localhost:8086/k6'; what stands behind ? has settings")
    return found


def writers(value: object) -> int:
    """Read how many requests are under way at the same time."""
    if not re.fullmatch(r"[1-9][0-9]?", str(value)):
        raise ValueError("write a whole number from 1 to 99")
    return int(str(value))


def fields(value: object) -> Mapping[str, str]:
    """Read which tags are fields: a list or a text with commas, `name` or `name:type`, as k6 has it."""
    listed = value.split(",") if isinstance(value, str) else value
    pairs = [str(one).strip().partition(":") for one in listed] if isinstance(listed, list | tuple) else []
    found = {name: kind or "string" for name, _, kind in pairs}
    if not found or "" in found or not FIELD_TYPES.issuperset(found.values()):
        raise ValueError("write names of tags like 'vu:int,iter:int,url'; types are string, int, float, bool")
    return found
