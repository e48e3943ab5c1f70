"""Line protocol: a sample as a line, its tags as tags, but some of them as fields beside the value."""

from __future__ import annotations

import re
from collections.abc import Mapping

from planrunner.outputs.samples.encoding import TIME, VALUE, Encoder, Part, form, safe

_HIDING = re.compile(r"\\(?=[\\ ,=\r\n]|\Z)")
_IN_TAGS = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ ", "\n": "\\ ", "\r": "\\ "})
_IN_TEXTS = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": " ", "\r": " "})
_FLAGS = {"1": "true", "t": "true", "true": "true", "0": "false", "f": "false", "false": "false"}


def encoder(fields: Mapping[str, str]) -> Encoder:
    """Make what makes the forms of events; `fields` are the tags that are fields, and their types."""

    def line(part: Part) -> str:
        tags = [f",{_tag(name)}={_tag(text)}" for name, text in part.tags.items() if name not in fields]
        kept = [
            f"{_tag(name)}={_field(part.tags[name], kind)},"
            for name, kind in fields.items()
            if name in part.tags
        ]
        told = safe(f"{_tag(part.metric)}{''.join(tags)} {''.join(kept)}")
        return f"{told}value={VALUE} {TIME}\n"

    return lambda parts: form(parts, line, str)


def _tag(text: str) -> str:
    """Write a name or value; a backslash that might hide what follows becomes a slash, as readers differ."""
    return _HIDING.sub("/", text).translate(_IN_TAGS)


def _field(text: str, kind: str) -> str:
    """Write a field in its type; what is not of that type is text, as in k6."""
    match kind:
        case "int" if text.removeprefix("-").isdecimal() and text.isascii():
            return f"{text}i"
        case "float" if _is_float(text):
            return repr(float(text))
        case "bool" if text.lower() in _FLAGS:
            return _FLAGS[text.lower()]
    return f'"{text.translate(_IN_TEXTS)}"'


def _is_float(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
