"""Which messages are kept as samples of a violation: those that show it in different ways, then the newest. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Generic, TypeVar

T = TypeVar("T")
TYPES = {'"': "text", "{": "object", "[": "list", "t": "boolean", "f": "boolean", "n": "null"}


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """A message that shows the violation: with what type of value, in which release, and what the value looks like."""

    type: str
    release: str
    looks: str
    at: datetime
    seen: T


@dataclass(slots=True)
class Known:
    """What the samples show that are kept already, and when the newest of them came."""

    types: set[str]
    releases: set[str]
    looks: set[str]
    newest: datetime

    @property
    def ways(self) -> int:
        """In how many ways they differ, at least."""
        return max(len(self.types), len(self.releases), len(self.looks))


def type_of(actual: str | None) -> str:
    """The type of a value given as JSON text; '' when there is none."""
    return TYPES.get(actual[0], "number") if actual else ""


def differing(candidates: Iterable[Candidate[T]], known: Known | None, most: int) -> list[Candidate[T]]:
    """The candidates that show what nothing known does, oldest first, `most` of them: the newest of each new type of
    value, then of each new release, then of each new look."""
    listed = sorted(candidates, key=attrgetter("at"))
    chosen: set[int] = set()
    shown = {
        "type": set(known.types) if known else set(),
        "release": set(known.releases) if known else set(),
        "looks": set(known.looks) if known else set(),
    }
    for name, values in shown.items():
        for place in reversed(range(len(listed))):
            one = listed[place]
            if len(chosen) < most and getattr(one, name) not in values and place not in chosen:
                chosen.add(place)
                for other, seen in shown.items():
                    seen.add(getattr(one, other))
    return [listed[place] for place in sorted(chosen)]


def with_newest(
    chosen: Sequence[Candidate[T]], candidates: Iterable[Candidate[T]], most: int
) -> list[Candidate[T]]:
    """The chosen and the newest others, `most` in all, oldest first."""
    listed = sorted(candidates, key=attrgetter("at"))
    kept = {id(one) for one in chosen}
    others = [id(one) for one in listed if id(one) not in kept]
    kept.update(others[-(most - len(kept)) :] if most > len(kept) else [])
    return [one for one in listed if id(one) in kept]
