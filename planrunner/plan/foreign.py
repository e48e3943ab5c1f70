"""Words that k6 and other tools have for things: ours for them, or that there is nothing like it."""

from __future__ import annotations

from collections.abc import Mapping

ELSEWHERE_CALLED: Mapping[str, str] = {
    "assert": "checks",
    "capture": "save",
    "concurrency": "vus",
    "expect": "checks",
    "extract": "save",
    "gracefulrampdown": "graceful_ramp_down",
    "gracefulstop": "graceful_stop",
    "maxduration": "max_duration",
    "maxvus": "max_vus",
    "miniterationduration": "min_iteration_duration",
    "params": "query",
    "pause": "think",
    "preallocatedvus": "pre_allocated_vus",
    "sleep": "think",
    "startrate": "start_rate",
    "starttime": "start_after",
    "startvus": "start_vus",
    "users": "vus",
    "wait": "think",
}
"""Words of other tools in small letters, and ours for them."""

_NOT_YET = "not in this version; docs/how-to/from-k6.md lists what is missing"

HINTS: Mapping[str, str] = {
    "auth": "write a header: `headers: {Authorization: ...}`",
    "exec": "the steps stand in the scenario: write `steps:`",
    "executor": "leave it out: the keys of `load` say which executor it is; see docs/how-to/load.md",
    "host": "write `target: http://...` in the plan or scenario",
    "setup": "not in this version; `vu_setup` runs once for each VU",
    "timeunit": "write the rate with its unit: 20/s or 600/m",
    **dict.fromkeys(
        (
            "body_file",
            "cookies",
            "data",
            "form",
            "group",
            "if",
            "max_redirects",
            "multipart",
            "profiles",
            "tags",
            "teardown",
            "use",
        ),
        _NOT_YET,
    ),
}
"""Words in small letters for which no key of ours is the answer, and what to say."""

CHECKS = frozenset({"cookie", "expr", "header", "html", "size"})
"""Kinds of a check that other tools have."""

AGGREGATIONS = frozenset({"avg", "count", "max", "med", "min", "rate", "value"})
"""What a threshold compares, which is a word of its expression and no key; beside `p(95)`."""
