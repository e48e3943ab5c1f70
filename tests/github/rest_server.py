"""A server that answers as GitHub's REST API does, as far as planrunner asks: pages, refusals, bad days."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from happenings import HEAD, NUMBER, REPOSITORY

BELOW = f"/repos/{REPOSITORY}"
BOT = {"login": "github-actions[bot]", "type": "Bot"}
DENIED = {"message": "Resource not accessible by integration"}
Reply = tuple[int, object]
Query = dict[str, list[str]]


def remark(number: int, body: str, user: dict[str, str] | None = BOT) -> dict[str, Any]:
    url = f"https://github.example/{REPOSITORY}/pull/{NUMBER}#issuecomment-{number}"
    return {"id": number, "body": body, "user": user, "html_url": url}


@dataclass
class GitHub:
    """What the server knows, and what it was asked."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    archives: dict[int, bytes] = field(default_factory=dict)
    bad: list[tuple[str, int]] = field(default_factory=list)  # methods whose next answer is this status
    lost: int = 0  # comments that are made although the answer says that they are not
    login: str = ""  # whose token it is; empty: that of a job
    wait: str = ""  # that a refusal asks for
    url: str = ""
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def chatter(self, count: int) -> None:
        """Let people talk."""
        self.comments += [
            remark(number, f"remark {number}", {"login": "ann", "type": "User"})
            for number in range(1, count + 1)
        ]

    def ours(self) -> list[dict[str, Any]]:
        return [one for one in self.comments if one["body"].startswith("<!-- planrunner")]

    def answer(self, method: str, target: str, body: dict[str, Any]) -> Reply:
        path, query = urlsplit(target).path.removeprefix("/api/v3"), parse_qs(urlsplit(target).query)
        self.asked.append(f"{method} {path}")
        for one in self.bad:
            if one[0] == method:
                self.bad.remove(one)
                return one[1], {**DENIED} if one[1] == 403 else {"message": "not now"}
        parts = path.removeprefix(BELOW).strip("/").split("/")
        return (
            self.actions(parts[1:], query) if parts[0] == "actions" else self.talk(method, parts, query, body)
        )

    def talk(self, method: str, parts: list[str], query: Query, body: dict[str, Any]) -> Reply:
        match method, parts:
            case "GET", ["issues", _, "comments"]:
                return 200, paged(self.comments, query)
            case "POST", ["issues", _, "comments"]:
                return self.made(body["body"])
            case "PATCH", ["issues", "comments", number]:
                return self.changed(int(number), body["body"])
            case "GET", ["pulls"]:
                return 200, paged([p for p in self.pulls if query["head"] == [p["head"]["label"]]], query)
            case "GET", ["storage", number]:
                return 200, self.archives[int(number)]
            case "GET", ["user"] if self.login:
                return 200, {"login": self.login}
        return 403, DENIED

    def actions(self, parts: list[str], query: Query) -> Reply:
        match parts:
            case ["artifacts"]:
                found = [one for one in self.artifacts if [one["name"]] == query["name"]]
                return 200, {"artifacts": paged(found, query)}
            case ["runs", _, "artifacts"]:
                return 200, {"artifacts": paged(self.artifacts, query)}
            case ["artifacts", number, "zip"]:
                return 302, f"{self.url}/storage/{number}"
            case ["runs", number]:
                return 200, self.runs[int(number)]
        return 404, {"message": "Not Found"}

    def made(self, body: str) -> Reply:
        self.comments.append(remark(1000 + len(self.comments), body))
        if self.lost:
            self.lost -= 1
            return 502, {"message": "Server Error"}
        return 201, self.comments[-1]

    def changed(self, number: int, body: str) -> Reply:
        for one in self.comments:
            if one["id"] == number:
                one["body"] = body
                return 200, one
        return 404, {"message": "Not Found"}


def paged(items: list[Any], query: Query) -> list[Any]:
    size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
    return items[(page - 1) * size : page * size]


def open_pull(number: int = NUMBER, label: str = "pizza:faster", sha: str = HEAD) -> dict[str, Any]:
    return {"number": number, "head": {"sha": sha, "label": label}}


@contextmanager
def serving(github: GitHub) -> Iterator[GitHub]:
    """Serve until the end; `url` says where."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            github.tokens.append(self.headers.get("Authorization", ""))
            status, said = github.answer(self.command, self.path, json.loads(body or b"{}"))
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", str(said))
            if github.wait and status in (403, 429):
                self.send_header("Retry-After", github.wait)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 (names of the library)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        github.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield github
        finally:
            server.shutdown()
