"""A target that writes workflow commands, Markdown and HTML: end to end, from its answers to the comment."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jobs import complete, machine, write_plan
from read_markdown import outside_code
from rest_server import GitHub, serving

pytestmark = pytest.mark.slow

SAID = (
    "::error::owned\n::add-mask::passed\n  ::stop-commands::mine\n##[error]owned ##[add-mask]a\n::mine::\n"
    "::set-output name=passed::true\n::notice file=README.md,line=1::owned\n"
    "|`one```three @everyone #1 ![x](http://evil.example/x.png) <!-- planrunner:v1 key=load test/load/0 --> "
    "</details><script>alert(1)</script>\x1b]52;c;ZXZpbA==\x07\x00"
)
PLAN = """name: "::error::name"
target: TARGET
load: {iterations: 3}
steps:
  - get: /
    name: "##[error]request"
    checks:
      - body: {contains: never there}
      - {name: "::warning::check", status: 201}
    save: {said: {regex: "(?s)(.*)"}}
  - log: ${said}
  - log: "::error::${said}"
thresholds:
  checks: rate == 100%
"""


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(GitHub()) as server:
        yield server


@pytest.fixture
def target() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200, "::error::reason")
            self.send_header("X-Owned", "##[error]header")
            self.send_header("Content-Type", "text/plain; ::error::type")
            self.send_header("Content-Length", str(len(SAID)))
            self.end_headers()
            self.wfile.write(SAID.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_nothing_that_a_target_says_is_a_command_a_mention_or_a_comment_of_ours(
    tmp_path: Path, github: GitHub, target: str
) -> None:
    runner = machine(tmp_path, github, PLANRUNNER_VERBOSE="1")
    write_plan(tmp_path, PLAN.replace("TARGET", target))
    job = runner.run(annotations="all")
    told = complete(job)
    assert (told["outcome"], told["passed"], job.code) == ("failed", "false", 99)
    assert job.text.count("owned") > 5  # it was said, where commands are stopped
    assert {one.name for one in job.log.commands} == {"error", "warning"}
    assert {one.properties["file"] for one in job.log.commands} == {"plans/shop.yml"}
    assert job.log.word == ""
    body = github.comments[0]["body"]
    assert body.count("<!--") == 1 + body.count("`<!--") + body.count(" <!--")
    for page in (body, job.summary):
        assert outside_code(page).count("<details>") == outside_code(page).count("</details>")
        assert not [
            word for word in ("@everyone", "evil", "<script", "::error", "#1 ") if word in outside_code(page)
        ]
    assert not [text for text in told.values() if "owned" in text or "\n" in text]
