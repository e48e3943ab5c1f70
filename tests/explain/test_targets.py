"""Where requests go, and whether that is this machine."""

import pytest
from explaining import checked

from planrunner.explain.targets import is_local, targets
from planrunner.values.names import Names


def found(text: str, **given: str) -> dict[str, bool]:
    ready = checked(text, **given)
    return targets(ready.plan, Names(ready.given.variables, runtime=False))


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("shop.localhost", True),
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("0.0.0.0", True),
        ("192.168.1.5", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("shop.example.com", False),
    ],
)
def test_a_machine_is_known_by_its_name(host: str, local: bool) -> None:
    assert is_local(host) == local


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("target: demo", {"demo": True}),
        ("target: http://localhost:3333/api", {"http://localhost:3333": True}),
        ("target: https://shop.example.com/v1", {"https://shop.example.com": False}),
        ("target: http://a.example\nsteps: [{get: 'http://b.example/x?y'}]", {"http://b.example": False}),
        (
            "target: demo\nsteps: [{get: /}, {get: /, target: 'http://localhost:1'}]",
            {"demo": True, "http://localhost:1": True},
        ),
        ("steps:\n  - get: http://${vu.id}.example/x", {"http://${vu.id}.example": False}),
        ("http: {hosts: {localhost: backend}}", {"http://localhost:3333": False}),
        (
            "target: http://shop.example\nhttp: {hosts: {shop.example: 127.0.0.1}}",
            {"http://shop.example": True},
        ),
        (
            "scenarios:\n  a: {target: 'http://[::1]:80', steps: [{get: /}]}\n  b: {steps: [{get: /}]}",
            {"http://[::1]:80": True, "http://localhost:3333": True},
        ),
        (
            "target: http://a.example\nsetup: [{request: e}]\nendpoints: {e: {get: /, target: 'http://b.example'}}",
            {"http://b.example": False, "http://a.example": False},
        ),
        (
            "preflight: [{get: 'http://c.example/'}]",
            {"http://c.example": False, "http://localhost:3333": True},
        ),
        (
            "teardown: [{get: 'http://d.example/'}]",
            {"http://d.example": False, "http://localhost:3333": True},
        ),
    ],
)
def test_targets_are_found_wherever_they_are_said(text: str, wanted: dict[str, bool]) -> None:
    assert found(text) == wanted


def test_a_target_may_be_a_variable() -> None:
    text = "variables: {base: {default: demo}}\ntarget: ${base}"
    assert (found(text), found(text, base="https://x.example")) == (
        {"demo": True},
        {"https://x.example": False},
    )
