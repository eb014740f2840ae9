"""`text`: what is wrong, each thing once with how often and where first; a screen of it."""

import shutil
import sys

from rich.console import Console
from rich.text import Text

from trackingplans.cli.events.judging import Judged, Wanted
from trackingplans.cli.reports import words
from trackingplans.cli.reports.report import Asked, Start, Total
from trackingplans.cli.reports.words import Row

_LINES_OF_GROUP = 2
_LINES_AROUND = 4
_LINES_WITHOUT_TERMINAL = 24
_SHORTEST = 12
# Told apart by word and sign first; blue and orange look different to everybody.
_SIGNS = {"violating": ("✗", "x"), "unplanned": ("?", "?"), "rejected": ("!", "!")}
_STYLES = {"fails": "bold dark_orange", "other": "blue"}


class Screen:
    """Written at the end."""

    wanted = Wanted.NONE

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
        encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
        self._is_ascii = not encoding.startswith("utf")

    def take(self, start: Start, judged: Judged) -> None: ...

    def finish(self, total: Total) -> None:
        rows = words.rows(total.tally.groups(), self._asked.fails_on)
        shown = rows if self._asked.shows_all else rows[: self._room()]
        for row in shown:
            self._print(self._head(row))
            self._print(self._example(row))
        if len(shown) < len(rows):
            self._print(Text(f"… and {len(rows) - len(shown):,} more kinds of problems: --all shows them"))
        if rows:
            self._print(Text())
        self._print(Text(words.summary(total), style="bold"))

    def _room(self) -> int:
        """How many groups fit."""
        lines = _LINES_WITHOUT_TERMINAL
        if sys.stdout.isatty():
            lines = max(_SHORTEST, shutil.get_terminal_size().lines)
        return (lines - _LINES_AROUND) // _LINES_OF_GROUP

    def _head(self, row: Row) -> Text:
        fails = words.fails(row.first, self._asked.fails_on)
        sign = _SIGNS.get(row.first.verdict if fails else "", ("·", "-"))[self._is_ascii]
        head = Text(f"{sign} ", style=_STYLES["fails" if fails else "other"])
        head.append(f"{row.count:>9,} ×  {words.title(row)}", style="bold")
        head.append(f"  {row.first.message}")
        return head

    def _example(self, row: Row) -> Text:
        group = row.first
        example = Text(f"{'':15}{words.place(row)}", style="dim")
        if group.actual is not None and group.code != "unplanned_event":
            example.append(f"  came: {group.actual}")
        if group.suggestion:
            example.append(f"  {group.suggestion}")
        if among := words.events(row):
            example.append(f"  in {among}")
        return example

    def _print(self, text: Text) -> None:
        if self._is_ascii:
            plain = text.plain.encode("ascii", "replace").decode()
            text = Text(plain)
        self._console.print(text)
