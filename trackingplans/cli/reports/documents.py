"""`json` and `ndjson`: the answer of REST (DESIGN 7.3) about every message, with its file and line."""

import msgspec

from trackingplans.cli.events.judging import Judged, Wanted
from trackingplans.cli.reports.report import Asked, Start, Total, write

_INDEX = b'{"index":0'
_encode = msgspec.json.Encoder().encode


def answers(start: Start, judged: Judged) -> list[bytes]:
    """The answers of a block as JSON objects."""
    name = _encode(judged.name)
    return [
        b'{"index":%d%b,"file":%b,"line":%d}'
        % (start.index + index, answer[len(_INDEX) : -1], name, start.line + line)
        for index, line, answer in judged.answers
    ]


class Lines:
    """One answer a line, as soon as it is there."""

    wanted = Wanted.ALL

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def take(self, start: Start, judged: Judged) -> None:
        if judged.answers:
            write(b"\n".join(answers(start, judged)) + b"\n")

    def finish(self, total: Total) -> None: ...


class Document:
    """One object, its summary at the end: the answers are written as they come."""

    wanted = Wanted.ALL

    def __init__(self, asked: Asked) -> None:
        self._has_begun = False
        self._plan = asked.plan

    def take(self, start: Start, judged: Judged) -> None:
        if judged.answers:
            self._begin(b",\n")
            write(b",\n".join(answers(start, judged)))

    def finish(self, total: Total) -> None:
        self._begin(b"")
        write(b'],"summary":%b}\n' % _encode({"events": total.messages} | total.verdicts))

    def _begin(self, between: bytes) -> None:
        write(
            between if self._has_begun else b'{"plan":%b,"version":null,"results":[\n' % _encode(self._plan)
        )
        self._has_begun = True
