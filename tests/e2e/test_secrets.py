"""A secret is never shown: not on the screen, not in a report, however the target sends it back."""

import base64
import json
import socket
from pathlib import Path

import pytest
from strange_targets import target
from whole_runs import Ended, command, run_apart, run_here

pytestmark = pytest.mark.slow

CORE = "CaNaRy7"
CANARIES = {
    "plain": f"{CORE}-0123456789",
    "with signs": f"{CORE}/+\"&<%41> '{CORE}",
    "not ASCII": f"{CORE}é€{CORE}",
}

PLAN = """
name: Secrets
target: "{url}/${{token}}"
variables:
  token: {{env: CANARY, secret: true}}
  ok: {{default: CaNaRy7-in-the-plan, secret: true}}
http: {{timeout: 300ms}}
load: {{vus: 1, iterations: 2}}
vu_setup:
  - post: /login
    body: "user=ann&password=${{token}}"
    save: {{again: {{json: $.body}}, cookie: {{header: Set-Cookie}}}}
steps:
  - get: /items/${{token}}?q=${{ok}}
    query: {{token: "${{token}}"}}
    headers: {{X-Token: "${{base64(token)}}"}}
    checks:
      - status: 404
      - body: {{contains: "${{token}} is not there"}}
      - body: {{matches: 'never'}}
      - json: {{$.path: "${{ok}}"}}
      - json: {{$.body: {{in: ["${{token}}", "${{ok}}"]}}}}
      - json: {{$: {{type: string}}}}
    on_fail: [{{log: "failed: ${{failed}} ${{body}}"}}]
  - log: "body ${{body}} token ${{token}} header ${{headers['X-Echo']}} saved ${{again}} ${{cookie}}"
  - log: "all ${{json}} ${{tojson(token)}} ${{urlencode(token)}} ${{base64(token)}}"
  - {{post: /x, json: {{deep: [{{token: "${{token}}"}}]}}, checks: [{{body: ""}}]}}
  - get: "{url}/${{token}}/only"
    name: wrong number
    headers: {{X-Number: "${{int(again)}}"}}
thresholds:
  http_req_failed: rate == 0%
"""


def reflect(connection: socket.socket, request: bytes) -> bool:
    """Send back all that was sent, in the body, in headers, and in the reason phrase."""
    head, _, body = request.partition(b"\r\n\r\n")
    path, cookie = head.split()[1], b"".join(body.splitlines())
    said = {"path": path.decode(), "head": head.decode(), "body": body.decode()}
    answer = json.dumps(said, ensure_ascii=False).encode()
    lines = [b"HTTP/1.1 200 " + path, b"X-Echo: " + path, b"Set-Cookie: t=" + cookie]
    lines += [b"Content-Length: %d" % len(answer), b"", answer]
    connection.sendall(b"\r\n".join(lines))
    return True


def written(ended: Ended) -> dict[str, str]:
    """All that the run has shown and written, by where."""
    files = ["report.html", "report.md", "junit.xml", "result.json"]
    shown = {name: ended.text(name) for name in files}
    shown |= {"stdout": ended.stdout, "stderr": ended.stderr, "summary export": json.dumps(ended.flat)}
    return shown | {"download": repr(ended.downloadable)}


def hits(texts: dict[str, str], secret: str) -> dict[str, int]:
    """Where the secret, or a half of it, can be read; also in base64."""
    encoded = base64.b64encode(secret.encode()).decode()[:10]
    found = {place: text.count(CORE) + text.count(encoded) for place, text in texts.items()}
    return {place: count for place, count in found.items() if count}


@pytest.mark.parametrize("canary", CANARIES)
def test_a_secret_is_nowhere(tmp_path: Path, canary: str) -> None:
    with target(reflect) as mirror:
        ended = run_here(tmp_path, PLAN.format(url=mirror.url), env={"CANARY": CANARIES[canary]})
    assert any(CORE.encode() in request for request in mirror.received)
    assert "***" in ended.stderr
    assert hits(written(ended), CANARIES[canary]) == {}


@pytest.mark.parametrize("canary", CANARIES)
def test_a_plan_that_a_secret_makes_wrong_does_not_tell_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, canary: str
) -> None:
    monkeypatch.setenv("CANARY", CANARIES[canary])
    ended = run_here(
        tmp_path,
        """
        name: Wrong
        target: "http://127.0.0.1:${token}"
        variables: {token: {env: CANARY, secret: true}, pin: {default: CaNaRy7, secret: true}}
        load: {vus: "${token}", duration: "${token}"}
        steps:
          - get: /${int(token)}
            timeout: ${token}
            checks: [{json: "$.${token}"}, {body: {matches: "(${token}"}}, {status: "${token}"}]
        thresholds: {http_reqs: "${pin}"}
        """,
    )
    assert (ended.code, ended.stdout) == (104, "")
    assert "***" in ended.stderr
    assert hits({"stderr": ended.stderr}, CANARIES[canary]) == {}


LOGIN = """
name: Login
target: "{url}"
variables:
  password: {env: CANARY, secret: true}
http: {timeout: 300ms}
load: {vus: 1, iterations: 1}
steps:
"""
VISIT = """
  - get: /
    auth: {basic: {username: USER, password: "${password}"}}
    checks: [{body: nothing}, {json: {$.head: nothing}}]
    log: ${body}
  - {post: /, json: {inner: "${tojson(password)}"}, log: "${body}", checks: [{body: nothing}]}
"""
USERS = ("ann", "carl", "maria")  # of lengths that move the password to each place within three bytes


def cores(secret: str) -> set[str]:
    """What base64 makes of the middle of a secret, whatever stands before it."""
    return {base64.b64encode(secret[at : at + 9].encode()).decode()[:12] for at in (1, 2, 3)}


@pytest.mark.parametrize("how", ["run", "try"])
def test_a_password_sent_in_base64_is_nowhere(tmp_path: Path, how: str) -> None:
    secret = f'{CORE}"\\{CORE}-end'
    with target(reflect) as mirror:
        plan = LOGIN.replace("{url}", mirror.url) + "".join(VISIT.replace("USER", user) for user in USERS)
        if how == "run":
            texts = written(run_apart(tmp_path, plan, env={"CANARY": secret}))
        else:
            (tmp_path / "plan.yml").write_text(plan)
            ended = command("try", str(tmp_path / "plan.yml"), env={"CANARY": secret})
            texts = {"stdout": ended.stdout, "stderr": ended.stderr}
    for user in USERS:
        sent = base64.b64encode(f"{user}:{secret}".encode())
        assert any(sent in request for request in mirror.received)
    assert hits(texts, secret) == {}
    assert [core for core in cores(secret) for text in texts.values() if core in text] == []


def test_a_default_that_is_not_used_is_nowhere(tmp_path: Path) -> None:
    with target(reflect) as mirror:
        ended = run_apart(tmp_path, PLAN.format(url=mirror.url), "-e", "ok=other", env={"CANARY": "four"})
    assert "CaNaRy7-in-the-plan" in PLAN
    assert hits(written(ended), CORE) == {}


def test_a_default_is_not_told_where_another_value_is_wrong(tmp_path: Path) -> None:
    plan = """
        name: Wrong
        target: http://127.0.0.1:1
        variables: {pin: {default: 7294617, secret: true}}
        steps: [{get: /}]
    """
    ended = run_here(tmp_path, plan, "-e", "pin=word")
    assert (ended.code, "7294617" in ended.stderr) == (104, False)
    assert "{default: ***, secret: true}" in ended.stderr
