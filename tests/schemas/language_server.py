"""yaml-language-server, which editors ask about YAML, spoken to as they do (LSP over stdio)."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PROPERTY = 10  # CompletionItemKind of keys
SETTINGS = {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}


class Server:
    """A session with the server; positions count from 0, as LSP has them."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes], folder: Path) -> None:
        self.reading, self.writing, self.folder = reading, writing, folder
        self.asked = 0
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.ask("initialize", processId=os.getpid(), rootUri=folder.as_uri(), capabilities=CAPABILITIES)
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings={"yaml": SETTINGS})

    def open(self, name: str, text: str) -> str:
        """Open a file of the folder; returns its URI."""
        uri = (self.folder / name).as_uri()
        self.tell(
            "textDocument/didOpen",
            textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text},
        )
        return uri

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        """Ask about a position."""
        position = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri}, position=position)

    def wrong(self, uri: str) -> list[dict[str, Any]]:
        """Wait for what is wrong with a file."""
        while uri not in self.diagnostics:
            self.heard(self.read())
        return self.diagnostics[uri]

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its answer."""
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self.read()
            if "method" not in message and message.get("id") == self.asked:
                assert "error" not in message, message["error"]
                return message["result"]
            self.heard(message)

    def tell(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def heard(self, message: dict[str, Any]) -> None:
        """Keep diagnostics, and answer what the server asks itself."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            wanted = message["params"].get("items", []) if message["params"] else []
            self.send({"id": message["id"], "result": [answer(item) for item in wanted]})

    def send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.writing.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.writing.flush()

    def read(self) -> dict[str, Any]:
        """Read one message."""
        size = 0
        while (line := self.reading.readline()) != b"\r\n":
            assert line, "the server has ended"
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        message: dict[str, Any] = json.loads(self.reading.read(size))
        return message


CAPABILITIES = {
    "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
    },
}


def answer(item: dict[str, Any]) -> Any:
    """Tell a setting that the server asks for."""
    return SETTINGS if item.get("section") == "yaml" else {}


@contextmanager
def running(program: Path, folder: Path) -> Iterator[Server]:
    """Run the server for a folder; it ends with the session."""
    with subprocess.Popen([program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            server = Server(process.stdout, process.stdin, folder)
            yield server
            server.ask("shutdown")
            server.tell("exit")
        finally:
            process.kill()
