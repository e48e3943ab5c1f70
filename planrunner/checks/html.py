"""Checks of the body as HTML: a CSS selector, and what is wanted of the first element it finds.

The text of an element is that of all it holds, every run of white space one space, as a browser shows it.
`min_items` and `max_items` count the elements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from planrunner.checks.conditions import FAILURES, Check, fine, other_body, question
from planrunner.checks.matchers import MATCHERS, Prepare
from planrunner.checks.text import AS_WRITTEN, TEXT
from planrunner.errors import Problems, visible
from planrunner.plan.model import Condition
from planrunner.protocols import Reply
from planrunner.values.data import NOTHING
from planrunner.values.expressions import Names
from planrunner.values.scope import Scope
from planrunner.values.settings import resolve

COUNTING = ("min_items", "max_items")
HTML: Mapping[str, Prepare] = {**TEXT, **{name: MATCHERS[name] for name in COUNTING}}


class Selector(Struct, frozen=True):
    """A compiled CSS selector: `find` gives the elements of a body in its order."""

    text: str
    find: Callable[[bytes], list[Any]]


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on what a CSS selector finds."""
    assert condition.path is not None  # the schema wants a selector
    elements = resolve(condition.path, names, selector, problems)
    made = question(condition, "html", HTML, names, problems, as_text=AS_WRITTEN)
    if elements is None or made is None:
        return fine
    subject, ask, may_be_missing = elements.text, made.ask, made.matcher == "exists"
    look = _count if made.matcher in COUNTING else _first

    def check(reply: Reply, scope: Scope) -> str:
        if not is_html(reply):
            return other_body(reply, "HTML")
        value = look(elements.find(reply.body))
        if value is NOTHING and not may_be_missing:
            return f"{subject} is missing"
        try:
            complaint = ask(value, scope)
        except FAILURES as error:
            return f"{subject}: {error}"
        return complaint and f"{subject} {complaint}"

    return check


def selector(wanted: object) -> Selector:
    """Compile a CSS selector; ValueError when it is none."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415  (few plans ask for HTML)

    text = str(wanted)
    try:
        LexborHTMLParser("<p>").css(text)
    except (SelectolaxError, ValueError):
        raise ValueError("no CSS selector; write one like h1.title or input[name=csrf]") from None
    return Selector(visible(text), lambda body: LexborHTMLParser(body).css(text))


def is_html(reply: Reply) -> bool:
    """Tell whether the body can hold an element; the parser would make a page of anything."""
    return bool(reply.status) and b"<" in reply.body


def text_of(element: Any) -> str:
    """Return the text of an element as a browser would show it."""
    return " ".join(element.text().split())


def _first(elements: list[Any]) -> object:
    return text_of(elements[0]) if elements else NOTHING


def _count(elements: list[Any]) -> object:
    return elements
