"""Words that k6 and other tools have for things: ours for them, or that there is nothing like it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_OURS: Mapping[str, Iterable[str]] = {
    "all": ["match_all"],
    "allow_hosts": ["allowed_hosts", "allowhosts", "whitelist"],
    "as": ["item", "loop_var", "var"],
    "at_end": ["on_end", "on_eof", "at_eof"],
    "body_file": ["bodyfile", "payload_file"],
    "checks": ["assert", "asserts", "assertions", "expect", "tests", "validate"],
    "choose": ["random", "random_controller", "switch", "weighted"],
    "compression": ["compress", "content_encoding"],
    "cookie_jar": ["cookiejar", "jar"],
    "data": [
        "csv",
        "data_sets",
        "datasets",
        "feeder",
        "feeders",
        "shared_array",
        "sharedarray",
        "users_file",
    ],
    "discard_bodies": ["discard_response_bodies", "discardresponsebodies"],
    "duration": ["latency", "response_time", "responsetime"],
    "else": ["otherwise"],
    "every": ["interval", "poll_interval"],
    "expected_status": ["expected_statuses", "expectedstatus", "expectedstatuses", "valid_status"],
    "flow": ["call", "include_flow"],
    "flows": ["fragments", "functions", "procedures"],
    "for_each": ["each", "for", "foreach", "with_items"],
    "form": ["form_data", "formdata", "form_body", "urlencoded", "x_www_form_urlencoded"],
    "graceful_ramp_down": ["gracefulrampdown"],
    "graceful_stop": ["gracefulstop"],
    "group": ["transaction", "transaction_controller"],
    "html": ["css", "css_selector", "selector"],
    "if": ["condition", "when"],
    "json": ["json_path", "jsonpath"],
    "json_schema": ["jsonschema", "schema"],
    "keep_alive": ["connection_reuse", "keepalive"],
    "local_addresses": ["local_ips", "localips", "source_address"],
    "log": ["console", "echo", "print"],
    "max": ["max_iterations", "max_loops", "max_passes", "max_tries"],
    "max_body": ["max_body_size", "max_response_size"],
    "max_duration": ["maxduration"],
    "max_redirects": ["maxredirects", "redirects"],
    "max_vus": ["maxvus"],
    "min_iteration_duration": ["miniterationduration"],
    "multipart": ["attachments", "files", "upload", "uploads"],
    "parallel": ["batch", "concurrent"],
    "pick": ["order", "strategy"],
    "pre_allocated_vus": ["preallocatedvus"],
    "preflight": ["healthcheck", "health_check", "wait_for"],
    "query": ["params", "parameters", "qs", "query_string", "querystring"],
    "rate": ["arrival_rate", "arrivalrate", "rps", "throughput"],
    "record": ["metric"],
    "repeat": ["count", "loop", "loop_count", "times"],
    "save": ["capture", "export", "extract", "extractors"],
    "set": ["assign", "set_variable"],
    "setup": ["before", "before_all", "beforeall", "set_up"],
    "setup_timeout": ["setuptimeout"],
    "start_after": ["start_delay", "starttime"],
    "start_rate": ["startrate"],
    "start_vus": ["startvus"],
    "status": ["code", "status_code", "statuscode"],
    "steps": ["do", "requests", "tasks", "then"],
    "stop": ["abort", "break", "exit"],
    "target": ["base_url", "baseurl"],
    "teardown": ["after", "after_all", "afterall", "tear_down"],
    "teardown_timeout": ["teardowntimeout"],
    "think": ["delay", "pause", "sleep", "think_time", "wait"],
    "use": ["import", "imports", "include", "includes"],
    "variables": ["environment", "vars"],
    "vu_setup": ["on_start", "onstart"],
    "vus": ["concurrency", "threads", "users", "virtual_users"],
}

ELSEWHERE_CALLED: Mapping[str, str] = {word: ours for ours, words in _OURS.items() for word in words}
"""Words of other tools in small letters, and ours for them."""

_NOT_YET = "not in this version; docs/how-to/from-k6.md lists what is missing"
_METHOD = "the method is the key: write `get: /path` or `post: /path`"

HINTS: Mapping[str, str] = {
    "basic": "write `auth: {basic: {username: ..., password: ...}}`",
    "basic_auth": "write `auth: {basic: {username: ..., password: ...}}`",
    "bearer": 'write `auth: {bearer: "${token}"}`',
    "digest": "write `auth: {digest: {username: ..., password: ...}}`",
    "elif": "write an `if` with its `steps` below `else`",
    "elseif": "write an `if` with its `steps` below `else`",
    "exec": "the steps stand in the scenario: write `steps:`",
    "executor": "leave it out: the keys of `load` say which executor it is; see docs/how-to/load.md",
    "follow_redirects": "write `max_redirects: 0` to follow none",
    "followredirects": "write `max_redirects: 0` to follow none",
    "host": "write `target: http://...` in the plan or scenario",
    "insecureskiptlsverify": "write `tls: {verify: false}`",
    "method": _METHOD,
    "nocookiesreset": "write `http: {cookie_jar: vu}`",
    "ramp_up": "write `stages: [{duration: 1m, target: 10}]` below `load`",
    "rampup": "write `stages: [{duration: 1m, target: 10}]` below `load`",
    "responsecallback": "write `expected_status: [200-399]`",
    "summarytrendstats": "write `summary: {stats: [avg, p(95)]}`",
    "timeunit": "write the rate with its unit: 20/s or 600/m",
    "uri": _METHOD,
    "url": _METHOD,
    "noconnectionreuse": "write `keep_alive: off`",
    "novuconnectionreuse": "write `keep_alive: iteration`",
    "tlsauth": "write `tls: {cert: client.pem, key: client.key}`",
    "tlsciphersuites": "write `tls: {ciphers: [...]}`",
    "tlsversion": "write `tls: {min_version: 1.2, max_version: 1.3}`",
    "verify": "write `tls: {verify: false}`",
    "xpath": "there is no XPath; write `html:` and a CSS selector",
    **dict.fromkeys(
        (
            "browser",
            "grpc",
            "rate_limit",
            "redis",
            "tracing",
            "warm_up",
            "websocket",
        ),
        _NOT_YET,
    ),
}
"""Words in small letters for which no key of ours is the answer, and what to say."""

_SENT = "what is sent stands below `json`, `form`, `multipart` or `body`"
_MATCHER = "write it below what it is about: `body: {%s: ...}`"

MISPLACED: Mapping[tuple[str, str], str] = {
    **{
        (what, key): "write it below `steps:`, behind a dash"
        for what in ("branch", "plan", "scenario")
        for key in ("get", "post", "put", "patch", "delete", "head", "request", "think", "flow", "group")
    },
    ("HTTP defaults", "checks"): "write them at the endpoint or step",
    ("HTTP defaults", "query"): "write it at the endpoint or step",
    ("HTTP defaults", "target"): "write it in the plan, a scenario, an endpoint or a step",
    ("fragment", "name"): "only the plan itself has a name",
    ("fragment", "use"): "only the plan itself can use files",
    ("fragment", "variables"): "variables are declared in the plan",
    ("plan", "options"): "what it holds in k6 stands at the top of the plan: `scenarios:`, `thresholds:`",
    ("profile", "name"): "a profile is called by its key",
    ("scenario", "weight"): "each scenario has its own `load`; branches with weights are `choose`",
    ("stage", "rate"): "write `target: 100/s`",
    ("stage", "vus"): "write `target: 100`",
    ("step", "use"): "write `flow: NAME` to take the steps of a flow",
    ("threshold", "over"): "write it into the expression: `rate > 99% over 30s`",
    ("threshold", "delay"): "did you mean 'delay_abort_eval'?",
    ("think time", "max"): "write a range: `think: 1s-5s`",
    ("think time", "min"): "write a range: `think: 1s-5s`",
    **{(what, key): _SENT for what in ("step", "endpoint") for key in ("data", "payload")},
    **{
        ("check", key): _MATCHER % key
        for key in ("contains", "equals", "in", "length", "matches", "not_contains")
    },
    ("check", "regex"): _MATCHER % "matches",
    ("check", "below"): "write it below what it is about: `duration: {below: 1s}`",
    ("check", "above"): "write it below what it is about: `size: {above: 1KiB}`",
}
"""What to say of a key, in small letters, in the place with this title."""

AGGREGATIONS = frozenset({"avg", "count", "max", "med", "min", "rate", "value"})
"""What a threshold compares, which is a word of its expression and no key; beside `p(95)`."""
