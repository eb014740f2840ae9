"""`github`: annotations of GitHub Actions, one for each thing that is wrong, the most frequent first."""

from trackingplans.cli.events.judging import Judged, Wanted
from trackingplans.cli.reports import words
from trackingplans.cli.reports.report import Asked, Start, Total, write
from trackingplans.cli.reports.words import Row

_MOST = 50  # GitHub shows ten of each kind in a step, and fifty in a job


class GitHub:
    """Written at the end: what is counted together becomes one annotation at its first place."""

    wanted = Wanted.NONE

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def take(self, start: Start, judged: Judged) -> None: ...

    def finish(self, total: Total) -> None:
        rows = words.rows(total.tally.groups(), self._asked.fails_on)
        lines = [self._annotation(row) for row in rows[:_MOST]]
        if len(rows) > _MOST:
            lines.append(f"::warning title=planwright check::{len(rows) - _MOST} more kinds of problems")
        lines.append(words.summary(total))
        write("".join(f"{line}\n" for line in lines).encode(errors="replace"))

    def _annotation(self, row: Row) -> str:
        level = "error" if words.fails(row.first, self._asked.fails_on) else "warning"
        where = f"file={_property(row.first.name)},line={row.first.line},title={_property(words.title(row))}"
        parts = [f"{row.count:,} × {words.sentence(row)}", words.events(row)]
        return f"::{level} {where}::{_data(chr(10).join(filter(None, parts)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
