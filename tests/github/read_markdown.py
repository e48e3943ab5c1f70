"""A page as GitHub reads it: what of it is Markdown, and not in a code span, where nothing means anything."""

from markdown_it import MarkdownIt


def outside_code(page: str) -> str:
    """Return what GitHub reads as Markdown: all but code spans, as CommonMark finds them."""
    lines = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(page):
        if token.type == "html_block":
            lines.append(token.content)
        lines += [one.content for one in token.children or () if one.type != "code_inline"]
    return "\n".join(lines)
