"""Steps in words."""

import pytest
from explaining import outline, section

REQUESTS = [
    ("get: /api/x", "send GET /api/x"),
    ("post: /x\n    json: {a: 1}", "send POST /x with JSON"),
    ("post: /x\n    form: {a: 1}", "send POST /x with a form"),
    ("post: /x\n    multipart: {a: 1}", "send POST /x with an upload"),
    ("put: /x\n    body: hello", "send PUT /x with text"),
    ("post: /x\n    graphql: {query: '{a}'}", "send POST /x with a GraphQL query"),
    ("get: /x\n    auth: {basic: {username: u, password: p}}", "send GET /x, with basic authentication"),
    ("get: /x\n    auth: {bearer: t}", "send GET /x, with a bearer token"),
    ("get: /x\n    auth: null", "send GET /x"),
    ("get: /x\n    name: start page", "'start page': send GET /x"),
    ("get: /x\n    if: ${vu.id == 1}", "if vu.id == 1: send GET /x"),
    (
        """get: /x
    checks: [{status: 200}]
    save: {t: {json: $.t}}
    record: {m: 1}
    set: {s: 1}
    log: hi""",
        "send GET /x, save t, set s, check status is 200, record m, log 'hi'",
    ),
    ("request: login", "send POST /login with JSON (endpoint login), save token, check status is 200"),
    ("request: login\n    checks: []", "send POST /login with JSON (endpoint login), save token"),
]

PLAN = """
metrics: {m: {type: counter}}
endpoints:
  login:
    post: /login
    json: {}
    checks: [{status: 200}]
    save: {token: {json: $.token}}
variables: {n: 3, items: [a, b], pause: 2s}
flows:
  look: [{get: /look}]
steps:
  - """


def first(step: str) -> list[str]:
    return outline(PLAN + step + "\n")


@pytest.mark.parametrize(("step", "wanted"), REQUESTS)
def test_a_request_is_one_line(step: str, wanted: str) -> None:
    assert first(step) == [f"- {wanted}"]


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("think: 1s", "think 1s"),
        ("think: 1s-5s", "think 1s to 5s"),
        ("think: ${pause}", "think 2s"),
        ("think: {mean: 2s, spread: 500ms}", "think about 2s, spread 500ms"),
        ("stop: iteration", "stop the iteration"),
        ("stop: vu", "stop this VU"),
        ("stop: test", "stop the whole test"),
        ("set: {a: 1, b: 2}", "set a and b"),
        ("log: |-\n      a\n      b", "log 'a b'"),
        ("record: {m: 1}", "record m"),
    ],
)
def test_a_step_that_sends_nothing_is_one_line(step: str, wanted: str) -> None:
    assert first(step) == [f"- {wanted}"]


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("group: quotes", "group quotes:"),
        ("repeat: 3", "repeat 3 times:"),
        ("repeat: ${n}", "repeat 3 times:"),
        ("repeat: 1", "repeat 1 time:"),
        ("repeat: ${vu.id}", "repeat ${vu.id} times:"),
        ("for_each: [1, 2]\n    as: x", "for each x of 2 items:"),
        ("for_each: ${items}\n    as: x", 'for each x of ["a","b"]:'),
        ("for_each: ${json.list}\n    as: x", "for each x of json.list:"),
        ("while: ${status == 0}\n    max: 5", "while status == 0, at most 5 times:"),
        (
            "until: ${status == 0}\n    max: ${n}\n    every: 1s",
            "until status == 0, at most 3 times, every 1s:",
        ),
        ("if: ${vu.id == 1}", "if vu.id == 1:"),
    ],
)
def test_a_step_that_holds_steps_has_them_below_it(step: str, wanted: str) -> None:
    assert first(f"{step}\n    steps: [{{get: /x}}]") == [f"- {wanted}", "  - send GET /x"]


def test_parallel_requests_stand_below_what_joins_them() -> None:
    assert first("parallel: [{get: /a}, {get: /b}]") == [
        "- send at the same time:",
        "  - send GET /a",
        "  - send GET /b",
    ]


def test_checks_may_stand_beside_what_sends_nothing() -> None:
    assert first("log: x\n    checks: [{status: 200}]") == ["- check status is 200, log 'x'"]


def test_the_other_way_stands_beside_the_condition() -> None:
    assert first("if: ${vu.id == 1}\n    steps: [{get: /a}]\n    else: [{get: /b}]") == [
        "- if vu.id == 1:",
        "  - send GET /a",
        "- otherwise:",
        "  - send GET /b",
    ]


def test_choices_have_percentages() -> None:
    assert first("choose: [{weight: 2, steps: [{get: /a}]}, {steps: [{get: /b}]}]") == [
        "- take one of 2 ways, drawn anew each time:",
        "  - 66.7 %:",
        "    - send GET /a",
        "  - 33.3 %:",
        "    - send GET /b",
    ]


def test_a_flow_is_written_out_once() -> None:
    assert first("flow: look\n  - flow: look") == [
        "- flow look:",
        "  - send GET /look",
        "- flow look (as above)",
    ]


def test_what_follows_a_failed_check_stands_below_the_step() -> None:
    assert first("get: /x\n    on_fail: [{log: oops}]") == [
        "- send GET /x",
        "  - when a check fails:",
        "    - log 'oops'",
    ]


def test_bodies_from_files_are_named() -> None:
    lines = outline("steps: [{post: /x, body_file: pyproject.toml}]\n")
    assert lines == ["- send POST /x with the file pyproject.toml"]


def test_a_template_is_called_one() -> None:
    text = "steps:\n  - post: /x\n    body_file: LICENSE\n    template: true\n"
    assert outline(text) == ["- send POST /x with the template LICENSE"]


def test_setup_and_teardown_are_outlined_with_their_limits() -> None:
    text = """
        setup: [{get: /in}]
        setup_timeout: 90s
        teardown: [{get: /out}]
        preflight: [{get: /ready, within: 5s}]
        """
    assert section(text, "BEFORE THE LOAD") == [
        "wait until GET /ready succeeds, at most 5s",
        "setup, once, at most 1m30s:",
        "  - send GET /in",
    ]
    assert section(text, "AFTER THE LOAD") == [
        "teardown, once, also after an abort, at most 1m:",
        "  - send GET /out",
    ]
