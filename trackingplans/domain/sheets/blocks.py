"""A block out of a spreadsheet, as the clipboard brings it: tab-separated text or an HTML table, as rows of cells."""

import re
from html.parser import HTMLParser

MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST = 2_000_000

Rows = list[list[str]]

_PLAIN = re.compile(r"[^\t\r\n]*")


class BlockError(ValueError):
    """The block cannot be read at all; the message says where and why."""


def rows(text: str, html: str = "") -> Rows:
    """The block's rows, all of one width, without empty ones; the HTML table where it holds more than one cell.

    A spreadsheet's HTML is asked first: it keeps merged cells and lines within a cell. Raises `BlockError`.
    """
    if len(text) > LONGEST or len(html) > 10 * LONGEST:
        raise BlockError(f"This is more than {LONGEST:,} characters. Import it as a file instead.")
    found = _table(html) if "<table" in html.lower() else []
    if sum(len(row) for row in found) <= 1:
        found = _separated(text)
    found = [row for row in ([cell.strip() for cell in row] for row in found) if any(row)]
    if len(found) > MOST_ROWS:
        raise BlockError(
            f"This has {len(found):,} rows; {MOST_ROWS:,} can be pasted. Import it as a file instead."
        )
    width = max((len(row) for row in found), default=0)
    if width > MOST_COLUMNS:
        raise BlockError(f"This has {width:,} columns; {MOST_COLUMNS} can be pasted.")
    return [row + [""] * (width - len(row)) for row in found]


def text(found: Rows) -> str:
    """Rows as tab-separated text, as spreadsheets read and write it."""
    return "\n".join("\t".join(_quoted(cell) for cell in row) for row in found)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('\t\n\r"') else cell


def _separated(text: str) -> Rows:
    """Excel quotes a cell that holds tabs, lines or quotes; a quote inside a cell stands for itself."""
    found: Rows = [[]]
    position, end = 0, len(text)
    while position < end:
        cell, position = (
            _quoted_cell(text, position) if text[position] == '"' else _plain_cell(text, position)
        )
        found[-1].append(cell)
        if position < end and text[position] == "\t":
            position += 1
            if position == end or text[position] in "\r\n":
                found[-1].append("")
        if position < end and text[position] in "\r\n":
            position += 2 if text[position : position + 2] == "\r\n" else 1
            found.append([])
    return found


def _plain_cell(text: str, start: int) -> tuple[str, int]:
    found = _PLAIN.match(text, start)
    return (found[0], found.end()) if found else ("", start)


def _quoted_cell(text: str, start: int) -> tuple[str, int]:
    """A quote that is never closed, or closed amid a cell, is part of the text."""
    position = start + 1
    while True:
        close = text.find('"', position)
        if close < 0:
            return _plain_cell(text, start)
        if text[close + 1 : close + 2] != '"':
            break
        position = close + 2
    if close + 1 < len(text) and text[close + 1] not in "\t\r\n":
        return _plain_cell(text, start)
    return text[start + 1 : close].replace('""', '"'), close + 1


def _table(html: str) -> Rows:
    reader = _Table()
    reader.feed(html)
    reader.close()
    return reader.rows


class _Table(HTMLParser):
    """The first table. A merged cell says its text once, in its first place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: Rows = []
        self._cell: list[str] | None = None
        self._is_done = False
        self._below: dict[
            int, int
        ] = {}  # columns that a merged cell above still takes, and for how many rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._is_done:
            return
        if tag == "tr":
            self._close_cell()
            self.rows.append([])
            self._skip()
        elif tag in {"td", "th"} and self.rows:
            self._close_cell()
            self._cell = []
            found = dict(attrs)
            self._spans = _span(found.get("colspan")), _span(found.get("rowspan"))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._close_cell()
        if tag == "table" and self.rows:
            self._is_done = True

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._is_done:
            self._cell.append(data.replace("\n", " "))

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        lines = ("".join(self._cell)).split("\n")
        self._cell = None
        row = self.rows[-1]
        wide, tall = self._spans
        for offset in range(min(wide, MOST_COLUMNS)):
            if tall > 1:
                self._below[len(row)] = tall
            row.append("\n".join(" ".join(line.split()) for line in lines) if offset == 0 else "")
        self._skip()

    def _skip(self) -> None:
        """Leave out the columns that a cell further up still takes."""
        row = self.rows[-1]
        while self._below.get(len(row), 0) > 1 and len(row) < MOST_COLUMNS:
            self._below[len(row)] -= 1
            row.append("")


def _span(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and 0 < len(text) < 5 else 1
