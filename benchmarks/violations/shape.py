"""What the seeded violations look like: a plan's worth of events in many sources, most of them over, some hot."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from violations.tallying import key_of

OLDEST = 74 * 24 + 6 * 20  # hours
SHARED_BY = 5  # sources that a row of the inbox folds
_OBJECTS = """
Order Product Cart Checkout Account Trial Invoice Coupon Payment Address Review Wishlist Search Banner Video
Article Newsletter Store Shipment Refund
"""
_ACTIONS = """
Completed Viewed Added Removed Started Updated Created Deleted Shared Clicked Opened Closed Failed Submitted
Cancelled Applied Denied Requested Confirmed Expired
"""
_FIELDS = """
order_id total currency quantity price sku name category coupon discount revenue tax shipping method step
variant brand position url image user_type plan_name trial_days amount balance country language locale channel
campaign medium source_name term content referrer page_title screen_name version build device model os browser
network carrier latency duration score rating status reason
"""
CODES = (
    "type",
    "required",
    "enum",
    "pattern",
    "format",
    "minimum",
    "max_length",
    "min_items",
    "const",
    "unplanned",
)
OBJECTS, ACTIONS, FIELDS = _OBJECTS.split(), _ACTIONS.split(), _FIELDS.split()
EVENTS = [f"{thing} {action}" for thing in OBJECTS for action in ACTIONS]


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the inbox, in all sources that have it."""

    key: UUID
    family: str
    code: str
    event: str
    path: str
    sentence: str


@dataclass(slots=True)
class Seeded:
    """One violation: `volume` times in each of `hours` hours, `step` hours apart, the last of them `age` hours ago."""

    source: int  # which of the sources, from 0
    place: int
    age: int
    step: int
    hours: int
    volume: int
    state: str

    @property
    def ages(self) -> range:
        return range(self.age, self.age + self.step * self.hours, self.step)

    @property
    def count(self) -> int:
        return self.volume * self.hours

    def heat(self, newest: float) -> float:
        """`newest`: the heat of one occurrence now."""
        cooled = sum(2 ** (-self.step * n / 6) for n in range(self.hours))
        return newest - self.age / 6 + math.log2(self.volume * cooled)


def places(per_source: int, kinds: int) -> list[Place]:
    """The rows: `kinds` sets of `per_source` each; every source has one set."""
    return [_place(kind, number) for kind in range(kinds) for number in range(per_source)]


def _place(kind: int, number: int) -> Place:
    code = CODES[kind // 4 % len(CODES)]
    event = EVENTS[kind % 4 * 100 + number % 100]
    path = f"properties.{FIELDS[number // 100 % len(FIELDS)]}"
    if number >= 100 * len(FIELDS):
        path += f".{number // (100 * len(FIELDS))}"
    family, code = ("unplanned", "unplanned_property") if code == "unplanned" else ("violation", code)
    sentence = (
        f"`{path.removeprefix('properties.')}` should be as the plan says ({code}), but something else came."
    )
    return Place(key_of(family, code, "track", event, path), family, code, event, path, sentence)


def violations(sources: int, per_source: int, kinds: int, hours: int) -> Iterator[Seeded]:
    """Every violation of every source. The same at every run."""
    chance = random.Random(5)
    for source in range(sources):
        for number in range(per_source):
            place = source % kinds * per_source + number
            yield _violation(chance.random(), chance.random(), source, place, hours)


def _violation(fate: float, luck: float, source: int, place: int, hours: int) -> Seeded:
    """A seventh is seen in the last day; of the others, four in five are fixed."""
    if fate < 0.15:
        age = int(luck * 24)
    elif fate < 0.5:
        age = 24 + int(luck * 13 * 24)
    else:
        age = 14 * 24 + int(luck * 60 * 24)
    grain = int(luck * 1e6)
    volume = min(int((1 - grain % 1000 / 1000) ** -1.1), 10_000)
    state = "open" if age < 24 or grain // 1000 % 5 == 0 else "resolved"
    if state == "open" and grain % 25 == 0:
        state = "muted"
    return Seeded(source, place, age, (1, 1, 2, 6)[grain % 4], hours, volume, state)
