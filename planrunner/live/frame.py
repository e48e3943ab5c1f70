"""One picture of a run on the terminal: rows that fit it, the most important ones where not all do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size
from rich.text import Text

from planrunner.engine.checked import Checked
from planrunner.errors import visible
from planrunner.live.board import WORDS, Act, View, numbers, timed
from planrunner.reports.wording import MARKS, clip, measured, ranked, told
from planrunner.result import Error, Threshold

BAR = (8, 40)  # characters of a bar, at least and at most
NAME = 24  # characters of a scenario's name at most
NARROW = 60  # columns
LOW = 6  # rows
ERRORS = 3  # kinds that are shown, the most frequent ones
HINT = "Ctrl-C: stop and report; twice: quit"

STYLES = {"passed": "green", "failed": "bold red", "no data": "yellow"}


def frame(view: View, checked: Checked, width: int, height: int) -> list[Text]:
    """Draw a run in a terminal of so many columns and rows; the last of both stay free."""
    columns, rows = max(width - 1, 20), max(height - 1, 1)
    blocks = [
        _acts(view.acts, columns),
        _limits(view.standing.limits, columns, rows),
        [_error(error) for error in view.standing.errors[:ERRORS]],
    ]
    head = _head(view, checked, columns if rows > LOW else None)
    drawn = fitted([block for block in blocks if block], head, rows)
    for row in drawn:
        row.truncate(columns, overflow="ellipsis")
    return drawn


def fitted(blocks: Sequence[Sequence[Text]], head: Sequence[Text], rows: int) -> list[Text]:
    """Put blocks below each other, with space between them where there is any, else cut to what fits."""
    hint = Text(HINT, style="dim")
    airy = [*head, *(row for block in blocks for row in (Text(), *block)), Text(), hint]
    if len(airy) <= rows:
        return airy
    shares, left = [0] * len(blocks), rows - len(head)
    while left > 0 and any(share < len(block) for share, block in zip(shares, blocks, strict=True)):
        for number, block in enumerate(blocks):  # in turn, so that none takes the room of another
            if left > 0 and shares[number] < len(block):
                shares[number] += 1
                left -= 1
    return [*head, *(row for share, block in zip(shares, blocks, strict=True) for row in _cut(block, share))]


def _cut(block: Sequence[Text], rows: int) -> list[Text]:
    """Keep the first rows of a block, and say how many there are beside them."""
    if rows >= len(block) or rows < 2:
        return [*block[:rows]]
    return [*block[: rows - 1], Text(f"  … {len(block) - rows + 1} more", style="dim")]


def _head(view: View, checked: Checked, columns: int | None) -> list[Text]:
    """Draw what the newest second brought, in more rows where one does not fit so many columns."""
    level = [f"level {view.standing.level}"] if view.standing.level else []
    window = [view.tick.window] if view.tick.window else []
    rows = [Text(view.state, style="bold")]
    for part in (timed(checked, view.at), *level, *window, *numbers(view.tick, checked.max_vus)[:-1]):
        if columns is None or rows[-1].cell_len + 2 + len(part) <= columns:
            rows[-1] = Text.assemble(rows[-1], f"  {part}")
        else:
            rows.append(Text(part))
    return rows


def _acts(acts: Sequence[Act], columns: int) -> list[Text]:
    """Draw a bar for each scenario."""
    names = min(max((len(act.name) for act in acts), default=0), NAME, columns // 4)
    told = max((len(act.told) for act in acts), default=0)
    least, most = BAR
    length = min(max(columns - names - told - 4, least), most)
    return [_act(act, names, length) for act in acts]


def _act(act: Act, names: int, length: int) -> Text:
    share = min(act.share, 1.0)
    done = int(share * length)  # only what is over is full
    return Text.assemble(
        _column(act.name, names),
        "  ",
        ("━" * done, "green" if share == 1.0 else "cyan"),
        ("─" * (length - done), "dim"),
        f"  {act.told}",
    )


def _limits(limits: Sequence[Threshold], columns: int, rows: int) -> list[Text]:
    """Draw a row for each limit, in the plan's order as long as that does not hide any."""
    shown = limits if len(limits) < rows // 2 else ranked(limits)
    texts = [clip(f"{limit.metric} {limit.expression}") for limit in shown]
    values = ["" if limit.verdict == "no data" else measured(limit) for limit in shown]
    wide = columns >= NARROW
    value = 12 if wide else max(map(len, values), default=0)
    length = min(max(map(len, texts), default=0), columns - value - (22 if wide else 4))
    length = max(length, 2)
    return [
        _limit(one, _column(text, length), f"{number:>{value}}", wide=wide)
        for one, text, number in zip(shown, texts, values, strict=True)
    ]


def _limit(limit: Threshold, text: str, value: str, *, wide: bool) -> Text:
    """Draw a limit; a narrow terminal has no room for the word, and the mark says the same."""
    style = STYLES[limit.verdict]
    word = f"  {WORDS[limit.verdict]}" if wide else ""
    return Text.assemble((MARKS[limit.verdict], style), f" {text}  {value}", (word, style))


def _error(error: Error) -> Text:
    where = f"  {clip(error.request, 60)}" if error.request else ""
    return Text.assemble(
        (f"✗ {error.count:,} time{'s' * (error.count > 1)} ", "red"), clip(told(error)), where
    )


def _column(text: str, length: int) -> str:
    """Cut or fill a text to so many columns, whatever signs it is made of."""
    shown = visible(text)
    return set_cell_size(shown if len(shown) <= length else f"{shown[: length - 1]}…", length)
