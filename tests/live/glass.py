"""A terminal that knows the few sequences a screen writes, and shows what has become of them."""

import re

PIECES = re.compile(r"\x1b\[(\d*)([AJK])|(\r)|(\n)|([^\x1b\r\n]+)")


def glass(text: str) -> list[str]:
    """Return the rows that a terminal shows; whatever else is written to it is an error."""
    rows, row, column = [""], 0, 0
    at = 0
    while at < len(text):
        found = PIECES.match(text, at)
        assert found, f"the glass does not know {text[at : at + 10]!r}"
        at = found.end()
        count, sequence, back, feed, plain = found.groups()
        if sequence == "A":
            row -= int(count)
            assert row >= 0, "the cursor left the terminal"
        elif sequence == "K":
            rows[row] = rows[row][:column]
        elif sequence == "J":
            rows[row:] = [rows[row][:column]]
        elif back:
            column = 0
        elif feed:
            row, column = row + 1, 0
            rows += [""] * (row + 1 - len(rows))
        else:
            rows[row] = rows[row][:column].ljust(column) + plain + rows[row][column + len(plain) :]
            column += len(plain)
    return [each.rstrip() for each in rows]
