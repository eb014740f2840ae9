"""What every way to tell has in common."""

import sys
from dataclasses import dataclass, field
from typing import Protocol

from trackingplans.cli.events.judging import Judged, Wanted
from trackingplans.cli.events.tally import Tally


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. `fails_on`: the verdicts that make the command fail; `shows_all`: no limit to the groups."""

    plan: str
    files: list[str]
    fails_on: frozenset[str]
    shows_all: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """Where a block begins: the index of its first message among all, its first line in its file (from 1)."""

    index: int
    line: int


@dataclass(slots=True)
class Total:
    """All that was found in all files."""

    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0

    @property
    def verdicts(self) -> dict[str, int]:
        return self.tally.verdicts()

    @property
    def messages(self) -> int:
        return sum(self.verdicts.values())


class Report(Protocol):
    """Tells block by block, in their order, and at the end. `wanted`: the answers it needs."""

    wanted: Wanted

    def take(self, start: Start, judged: Judged) -> None: ...

    def finish(self, total: Total) -> None: ...


def write(data: bytes) -> None:
    """To standard output, at once."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
