"""Expressions of GitHub's workflows, as far as ours use them: `${{ inputs.x || steps.y.outputs.z }}`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w.-]*)|(?P<sign>==|!=|&&|\|\||[!(),]))"
)
WHOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
Functions = Mapping[str, Callable[..., Any]]


def filled(text: str, contexts: Mapping[str, Any], functions: Functions) -> str:
    """Replace each expression of a text by its value."""
    return WHOLE.sub(lambda found: shown(evaluated(found[1], contexts, functions)), text)


def shown(value: Any) -> str:
    """Write a value as the runner does."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    return str(value)


def evaluated(text: str, contexts: Mapping[str, Any], functions: Functions) -> Any:
    """Return what an expression comes to."""
    tokens, end = [], 0
    text = text.strip()
    while end < len(text):
        found = TOKEN.match(text, end)
        assert found, f"{text!r} cannot be read from {text[end:]!r} on"
        tokens.append(found[0].strip())
        end = found.end()
    parser = Parser(tokens, contexts, functions)
    value = parser.either()
    assert not parser.tokens, f"{text!r}: what is {parser.tokens}?"
    return value


class Parser:
    """Reads tokens from left to right; `&&` binds stronger than `||`, and both return a value."""

    def __init__(self, tokens: list[str], contexts: Mapping[str, Any], functions: Functions) -> None:
        self.tokens, self.contexts, self.functions = tokens, contexts, functions

    def taken(self, *signs: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in signs else ""

    def either(self) -> Any:
        value = self.both()
        while self.taken("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.compared()
        while self.taken("&&"):
            other = self.compared()
            value = value and other
        return value

    def compared(self) -> Any:
        value = self.single()
        sign = self.taken("==", "!=")
        if not sign:
            return value
        return (shown(value).lower() == shown(self.single()).lower()) == (sign == "==")

    def single(self) -> Any:
        if self.taken("!"):
            return not self.single()
        if self.taken("("):
            value = self.either()
            assert self.taken(")")
            return value
        word = self.tokens.pop(0)
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        return self.called(word) if self.taken("(") else self.found(word)

    def called(self, name: str) -> Any:
        arguments = []
        while not self.taken(")"):
            arguments.append(self.either())
            self.taken(",")
        return self.functions[name](*arguments)

    def found(self, path: str) -> Any:
        first, *rest = path.split(".")
        node: Any = self.contexts[first]  # a context that does not exist is a mistake
        for name in rest:
            node = node.get(name, "") if isinstance(node, Mapping) else ""
        return node
