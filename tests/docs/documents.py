"""The pages of the documentation, taken apart: code blocks with what is said about them, and links."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import trustme

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_BLOCK = re.compile(
    r"^(?:<!-- (?P<marks>[^\n]+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")

MARKS = {"file", "wrong", "fragment", "not a plan", "not run"}
"""What a comment above a block may say: `<!-- file: first.yml; wrong: part of the message -->`.

A block of any language may be a `file`, so that the plans of its page can name it: `data/customers.csv`.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A code block of a page."""

    page: Path
    line: int
    language: str
    text: str
    marks: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, language: str = "") -> Iterator[Block]:
    """Yield a page's blocks in a language, or in any."""
    text = page.read_text()
    for found in _BLOCK.finditer(text):
        if language in (found["language"], ""):
            line = text.count("\n", 0, found.start("text")) + 1
            yield Block(page, line, found["language"], found["text"], marks(found["marks"] or ""))


def write_files(page: Path, folder: Path) -> None:
    """Write all that a page calls a file into a folder, as its reader does; certificates are made."""
    if ".pem" in page.read_text():
        write_certificates(folder)
    for block in blocks(page):
        if "file" in block.marks:
            file = folder / block.marks["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)


def write_certificates(folder: Path) -> None:
    """Make the certificates that plans name; on a page they would say nothing, and expire."""
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    client = authority.issue_cert("client.example", key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(folder / "our-ca.pem")
    client.cert_chain_pems[0].write_to_path(folder / "client.pem")
    client.private_key_pem.write_to_path(folder / "client.key")


def marks(comment: str) -> dict[str, str]:
    """Read what a comment says of the block below it."""
    pairs = [part.partition(":") for part in comment.split("; ") if part]
    made = {name.strip(): value.strip() for name, _, value in pairs}
    assert made.keys() <= MARKS, f"unknown mark in {comment!r}"
    return made


def everything(language: str) -> list[Block]:
    """List the blocks of all pages in a language."""
    return [block for page in PAGES for block in blocks(page, language)]


def plans(block: Block) -> list[str]:
    """Make whole plans of a block: of a fragment by adding what is missing."""
    kind, _, extra = block.marks.get("fragment", "").partition(" with ")
    match kind:
        case "":
            return [block.text]
        case "plan":
            return [_whole(block.text, extra)]
        case "plan, each line":
            return [_whole(line, extra) for line in block.text.splitlines()]
        case "request":
            return [_whole("steps:\n  - get: /api/quotes\n" + _indented(block.text), extra)]
    raise AssertionError(f"{block}: unknown fragment {kind!r}")


def _whole(text: str, extra: str) -> str:
    keys = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    parts = ["name: Fragment", "target: demo"]
    if not keys & {"steps", "scenarios"}:
        parts.append("steps: [{get: /api/quotes}]")
    if extra.startswith("endpoint "):
        parts.append(f"endpoints: {{{extra.removeprefix('endpoint ')}: {{get: /api/quotes}}}}")
    elif extra:
        parts.append(f"variables: {{{extra}: 1}}")
    return "\n".join([*parts, text])


def _indented(text: str) -> str:
    return re.sub(r"^(?=.)", "    ", text, flags=re.MULTILINE)


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return _BLOCK.sub("", page.read_text())


def links(page: Path) -> list[str]:
    """List the links and images of a page that lead to files of the repository."""
    return [link for link in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", link)]


@cache
def anchors(page: Path) -> set[str]:
    """Name the headings of a page as links do."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
