"""A target that says what does harm wherever it can, and a plan that shows all of it."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from strange_targets import Target, target

HARM = (
    "##[error]i ##vso[task.complete]j ::warning::k </script><img src=x onerror=\"document.title='owned'\">"
    "<script>document.title='owned'</script>\"'</style></textarea>]]>"
)
REST = (  # what a header cannot hold
    "\x1b]52;c;ZXZpbA==\x07\x1b[31m\x9b31m|`one```three @everyone #123 ![x](http://evil.example/x.png)"
    "\u202egnp.exe\ufffe\r\n::error::line two\n \t##[group]three\n=cmd|' /C calc'!A0"
)

SHOWN = ("body", "raw", "header", "cookie", "type", "path", "sent", "plan", "check", "step", "group", "env")
"""Where what is shown comes from; each text begins with the name of its source."""

HIDDEN = ("reason", "redirect", "other host", "broken head")
"""What the target says, too, and no report tells."""

PLAN = """
name: {plan}
description: {plan}
target: {url}
variables: {{given: {{env: GIVEN, default: x}}}}
tags: {{site: {plan}}}
http: {{timeout: 1s, tls: {{verify: true}}}}
scenarios:
  shop:
    load: {{{load}}}
    steps:
      - get: /body
        save: {{who: {{json: $.evil}}}}
        tags: {{who: "${{given}}"}}
        checks:
          - json: {{$.evil: nobody}}
          - json: {{$.evil: {{matches: nobody}}}}
          - {{name: {check}, status: 404}}
      - {{get: /header, save: {{head: {{header: X-Evil}}}}, checks: [{{header: {{X-Evil: nothing}}}}]}}
      - {{get: /cookie, save: {{jar: {{cookie: c}}}}, checks: [{{cookie: {{c: nothing}}}}]}}
      - {{get: /type, checks: [{{header: {{Content-Type: nothing}}}}]}}
      - {{get: /raw, save: {{raw: "${{body}}"}}, checks: [{{body: {{contains: nobody}}}}, {{json: $.a}}]}}
      - post: /items/path-${{raw}}
        name: {step}
        query: {{q: "${{raw}}"}}
        headers: {{X-Sent: "sent-${{head}}"}}
        body: sent-${{raw}}
        checks: [{{status: 404}}]
      - {{group: {group}, steps: [{{get: /raw, name: grouped, checks: [{{status: 404}}]}}]}}
      - {{get: /reason, checks: [{{status: 200}}]}}
      - {{get: /redirect, checks: [{{status: 200}}]}}
      - {{get: /other-host, checks: [{{status: 200}}]}}
      - {{get: /broken-head, checks: [{{status: 200}}]}}
      - log: "${{raw}}"
      - log: "${{who}} ${{head}} ${{jar}} ${{given}}"
      - set: {{n: "${{int(raw)}}"}}
thresholds:
  http_req_failed: rate == 0%
  checks: rate > 99%
"""
SPOKEN = ("plan", "check", "step", "group")


def evil(source: str, rest: str = "") -> str:
    return f"{source}-{HARM}{rest}"


def plan(url: str, load: str) -> str:
    """Write the plan, with harm in each of its names."""
    texts = {name: json.dumps(evil(name)) for name in SPOKEN}
    texts["step"] = json.dumps(f"::error::{evil('step')}")  # the beginning of a line in the summary
    return PLAN.format(url=url, load=load, **texts)


@contextmanager
def hostile() -> Iterator[Target]:
    """Serve it."""
    with target(_act) as made:
        yield made


def _act(connection: socket.socket, request: bytes) -> bool:
    path = request.split()[1].split(b"?")[0].strip(b"/").decode()
    source = path.replace("-", " ")
    told = evil(source).encode()
    body = json.dumps({"evil": evil("body", REST)}, ensure_ascii=False).encode()
    status, fields = b"200 OK", list[bytes]()
    match source:
        case "header":
            fields = [b"X-Evil: " + told + b" \x9b31m"]
        case "cookie":
            fields = [b"Set-Cookie: c=" + told.replace(b";", b"")]
        case "type":
            fields = [b"Content-Type: " + told]
        case "reason":
            status = b"503 " + told
        case "redirect":
            status, fields = b"302 Found", [b"Location: javascript:" + told]
        case "other host":
            status, fields = b"302 Found", [b"Location: http://" + told + b".invalid/"]
        case "broken head":
            connection.sendall(b"HTTP/9.9 200 " + told + b"\r\n\r\n")
            return False
        case _ if source != "body":
            body = evil("raw", REST).encode()
    head = b"".join(b"%s\r\n" % field for field in fields)
    connection.sendall(b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, head, len(body), body))
    return True
