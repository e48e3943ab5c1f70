"""What is harmless where: for each kind of text that planrunner writes, what must not be in it."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import TypeAlias
from xml.etree import ElementTree as ET

from strict_junit import strict

SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
WILD = ("<img", "<script", "onerror", "@everyone", "#123", "![", "evil.example", "`")
INNER = re.compile(r"#|data:application/json;base64,|plan(-2)?/report\.html$")  # where our links lead

Faults: TypeAlias = Iterator[str]


def log(text: str) -> Faults:
    """Terminals obey control characters; CI services obey commands in a line."""
    for line in text.splitlines():
        if not line.isprintable():
            yield f"control characters: {line!r}"
        if line.lstrip().startswith("::") or re.search(r"##\w*\[", line):
            yield f"a command: {line!r}"


def page(text: str) -> Faults:
    """Browsers run scripts and handlers, load images, and show text backwards."""
    if not text.replace("\n", "").isprintable():
        yield "control characters"
    parser = Elements()
    parser.feed(text)
    yield from parser.faults


class Elements(HTMLParser):
    """Goes through the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"img", "iframe", "object", "embed", "form", "base", "link"}:
            self.faults.append(f"an element {tag}")
        if tag == "script" and not {key for key, _ in attrs} <= {"type", "id"}:
            self.faults.append("a script from elsewhere")
        self.faults += [f"a handler {key} of {tag}" for key, _ in attrs if key.startswith("on")]
        leads = (value or "" for key, value in attrs if key in {"href", "src"})
        self.faults += [f"leads to {to}" for to in leads if not INNER.match(to)]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem and "owned" in data:
            self.faults.append(f"text within {self.cdata_elem}")


def markdown(text: str) -> Faults:
    """GitHub reads what does not stand in code spans."""
    outside = "\n".join(SPAN.sub("", line) for line in text.splitlines())
    yield from (f"{word} outside of code" for word in WILD if word in outside)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    yield from (row for row in rows if len(re.findall(r"(?<!\\)\|", row)) > 5)  # four columns
    if not text.replace("\n", "").replace("\ufe0f", "").isprintable():
        yield "control characters"


def xml(text: str) -> Faults:
    """Parsers refuse control characters, and Jenkins what its schema does not know."""
    strict().validate(text)
    known = {"testsuites", "testsuite", "properties", "property", "testcase", "failure", "error", "skipped"}
    found = {element.tag for element in ET.fromstring(text).iter()} - known - {"system-out", "system-err"}
    yield from (f"an element {tag}" for tag in found)
    if not text.replace("\n", "").isprintable():
        yield "control characters"


def data(text: str) -> Faults:
    """JSON has no control character but line breaks, and no line that foreign text begins."""
    json.loads(text)
    yield from (f"control characters: {sign!r}" for sign in set(text) - {"\n"} if sign < " ")
    yield from (
        line for line in text.splitlines() if not re.match(r'\s*["\[\]{}\d]|\s*(true|false|null)', line)
    )


def table(text: str) -> Faults:
    """Spreadsheets compute what begins like a formula."""
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    yield from (cell for cell in cells if cell.lstrip()[:1] in set("=+-@"))
    yield from log(text)


KINDS: Mapping[str, Callable[[str], Faults]] = {
    "log": log,
    "page": page,
    "markdown": markdown,
    "xml": xml,
    "data": data,
    "table": table,
}
