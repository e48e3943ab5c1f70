"""The text of one `${...}` as Python's syntax tree, or a located reason why it is none."""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Mapping
from typing import Final

from planrunner.values.names import OPERATORS

SOURCE_LIMIT: Final = 4096  # bytes of one expression
DEPTH_LIMIT: Final = 50  # levels of its tree

_STRING: Final = r"""\"(?:\\.|[^"\\])*+\"|'(?:\\.|[^'\\])*+'"""
STRING = re.compile(_STRING, re.DOTALL)
_BLANK = re.compile(rf"{_STRING}|(?P<blank>\s)", re.DOTALL)
_ASSIGNMENT = re.compile(r"(?<![=<>!])=(?!=)")
_WORD = re.compile(rf"{_STRING}|(?P<dot>\. *)?(?P<word>[^\W\d]\w*)", re.DOTALL)

HINTS: Mapping[str, str] = {
    "&&": "write 'and'",
    "||": "write 'or'",
    "|": "there are no filters; call a function: lower(x)",
    "===": "write '=='",
    "!==": "write '!='",
    "{": "an expression has no braces; write objects as YAML",
    "?": "write 'a if condition else b'",
    "#": "an expression has no comments",
    "\\": "a backslash stands only inside quotes",
    "${": "names stand bare inside ${...}",
}


class GrammarError(Exception):
    """The text is no expression: the reason, a hint, and the characters from `start` on that are meant."""

    def __init__(self, message: str, hint: str = "", start: int = 0, width: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.start = start
        self.width = width  # 0: all of the expression


def parse(text: str) -> tuple[ast.expr, str]:
    """Parse an expression; return its tree and the text that the tree's positions count in.

    That text has a character for each one of `text`. Raises GrammarError.
    """
    if not text.strip():
        raise GrammarError("an empty ${}", "name a value, or write $${ for a literal ${")
    if len(text.encode("utf-8", "replace")) > SOURCE_LIMIT:
        raise GrammarError(f"an expression has at most {SOURCE_LIMIT // 1024} KiB")
    bare = STRING.sub(lambda found: " " * len(found[0]), text)
    for sign in ("#", "\\"):  # Python would read on: a comment, a continued line
        if sign in bare:
            raise GrammarError(f"{sign!r} cannot stand here", HINTS[sign], bare.index(sign), 1)
    # Line breaks may stand anywhere between words, so they are blanks.
    flat = _BLANK.sub(lambda found: " " if found["blank"] else found[0], text)
    prepared = _WORD.sub(_renamed, flat)
    indent = len(prepared) - len(prepared.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # an invalid escape like '\d' becomes an error
            tree = ast.parse(prepared.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        raise _explained(error, bare, indent) from None
    if _deep(tree):
        raise GrammarError(f"the expression is nested more than {DEPTH_LIMIT} levels deep")
    return tree, prepared.lstrip()


def _renamed(found: re.Match[str]) -> str:
    """Make names of Python's keywords: `json.class` is a member like any other.

    A keyword's first letter is exchanged for its bold twin among the mathematical letters, which Python
    takes for a letter of a name, but not of a keyword. So all places stay what they were.
    """
    word, dot = found["word"], found["dot"] or ""
    if word is None or not keyword.iskeyword(word) or (word in OPERATORS and not dot):
        return found[0]
    first = ord(word[0])
    bold = 0x1D41A + first - ord("a") if word[0].islower() else 0x1D400 + first - ord("A")
    return dot + chr(bold) + word[1:]


def _explained(error: Exception, bare: str, indent: int) -> GrammarError:
    """Say in our words what Python could not read, as far as that can be guessed."""
    sign = max((sign for sign in HINTS if sign in bare), key=len, default="")
    if sign:
        return GrammarError(f"{sign!r} is not part of the language", HINTS[sign], bare.index(sign), len(sign))
    if single := _ASSIGNMENT.search(bare):
        return GrammarError("'=' is not part of the language", "compare with '=='", single.start(), 1)
    if isinstance(error, SyntaxError) and error.offset:
        # Python's wording changes with its version, its places hardly.
        start = min(max(error.offset - 1, 0) + indent, len(bare) - 1)
        hint = error.msg.partition(" (")[0].removeprefix("invalid syntax").removeprefix(". ")
        return GrammarError("cannot read the expression", hint, start, 1)
    return GrammarError("cannot read the expression")


def _deep(tree: ast.AST) -> bool:
    level, depth = [tree], 0
    while level and depth <= DEPTH_LIMIT:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return bool(level)
