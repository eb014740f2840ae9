"""What a group of messages showed, added up in memory before it is written.

`Tally.add` runs for every message with findings on the ingest's hot path, so it only counts and keeps references;
masking, hashing of keys and JSON happen once per violation when the tally is written.
"""

import hashlib
import json
from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trackingplans.domain.clients import client_of
from trackingplans.domain.findings import Family, Finding
from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.message import Message
from trackingplans.domain.validation import Judgement
from violations import choosing, people, persons
from violations.persons import Claim, Id, Ids

SAMPLES = 10
NAMES = 1_000  # distinct names kept of one folded event
THRESHOLD = 5  # occurrences that make an open violation a new one (DESIGN 5)
NAME_LIMIT = (
    400  # characters of an event, path or code that are kept; an index entry must stay below 2,700 bytes
)
TEXT_LIMIT = 2_000
WAYS = 20  # different types of value and releases that a group of messages keeps a message of
FACETS = 40  # different platforms, SDKs, releases or kinds of value that are kept of one violation
CLAIMS = 5_000  # that a group of messages keeps about who is who
VALUES = 200  # different values of one violation that a group of messages tells apart
OTHER = "(other)"
FORWARDED_EVENT = "Violation Generated"
FORWARDED_USER = "schema-violations"

Facet = tuple[str, str]  # kind and value
RawKey = tuple[int, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where messages came from. `settling`: whether their source was settling in when they were received;
    `target_id`: the enabled target of the source's violations, None when nothing is forwarded."""

    workspace_id: int
    source_id: int
    plan_id: int | None
    environment: str
    settling: bool
    target_id: int | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One finding of one message."""

    origin: Origin
    received_at: datetime
    message: Message
    judgement: Judgement
    finding: Finding


@dataclass(frozen=True, slots=True)
class Sender:
    """Who and what sent a message."""

    ids: Ids
    facets: tuple[Facet, ...]


@dataclass(slots=True)
class Group:
    """All sightings of one violation: what becomes one row."""

    key: UUID
    family: str
    code: str
    type: str
    event: str
    path: str
    count: int
    first: Sighting
    last: Sighting
    earliest: list[datetime]  # the first THRESHOLD times, ascending
    hours: dict[datetime, int]
    newest: deque[Sighting]
    names: set[str]  # what a folded event was called in the messages, at most NAMES of them
    senders: set[Ids] = field(default_factory=set)
    facets: dict[Facet, int] = field(default_factory=dict)
    values: dict[str | None, int] = field(default_factory=dict)  # as JSON text
    ways: dict[tuple[str, str], Sighting] = field(default_factory=dict)  # newest by type of value and release

    @property
    def source_id(self) -> int:
        return self.first.origin.source_id

    @property
    def order(self) -> tuple[int, UUID]:
        """Every writer takes the rows in this order, so two writers never wait for each other in a ring."""
        return self.source_id, self.key

    def add(self, seen: Sighting, hour: datetime, sender: Sender) -> None:
        at = seen.received_at
        self.count += 1
        self.senders.add(sender.ids)
        for facet in sender.facets:
            self.facets[facet] = self.facets.get(facet, 0) + 1
        actual = told = seen.finding.actual
        if actual not in self.values and len(self.values) >= VALUES:
            actual = OTHER
        self.values[actual] = self.values.get(actual, 0) + 1
        self.hours[hour] = self.hours.get(hour, 0) + 1
        self.newest.append(seen)
        way = choosing.type_of(told), seen.message.release
        if way in self.ways or len(self.ways) < WAYS:
            self.ways[way] = seen
        if at >= self.last.received_at:
            self.last = seen
        elif at < self.first.received_at:
            self.first = seen
        if len(self.earliest) < THRESHOLD or at < self.earliest[-1]:
            insort(self.earliest, at)
            del self.earliest[THRESHOLD:]
        name = seen.message.event
        if name != seen.judgement.event and name is not None and len(self.names) < NAMES:
            self.names.add(name)


@dataclass(slots=True)
class Tally:
    """Findings of many messages, grouped by violation.

    `claims`: what messages said about who is who, in their order; `latest`: when one of the last came; `persons`: what
    is known of the ids of all senders, once `joining` was asked.
    """

    groups: dict[tuple[int, UUID], Group] = field(default_factory=dict)
    forwards: list[Sighting] = field(default_factory=list)
    claims: dict[Claim, None] = field(default_factory=dict)
    latest: datetime = datetime.min  # noqa: DTZ901  # replaced before its first use
    persons: dict[Id, int] = field(default_factory=dict)
    _by_raw_key: dict[RawKey, Group] = field(default_factory=dict)
    _received_at: datetime | None = None
    _hour: datetime = datetime.min  # noqa: DTZ901  # replaced before its first use

    def add(self, origin: Origin, message: Message, judgement: Judgement, received_at: datetime) -> None:
        """Counts every finding of one message; `received_at` (aware, UTC) is the clock of all that follows."""
        if received_at is not self._received_at:
            self._received_at = received_at
            self._hour = received_at.replace(minute=0, second=0, microsecond=0)
        forwarding = origin.target_id is not None and not is_forwarded(message)
        self.claim(origin.workspace_id, origin.source_id, message, received_at)
        sender = _sender(message)
        for finding in judgement.findings:
            seen = Sighting(origin, received_at, message, judgement, finding)
            raw = (
                origin.source_id,
                finding.family,
                finding.code,
                message.type,
                judgement.event,
                finding.field,
            )
            group = self._by_raw_key.get(raw) or self._open(raw, seen)
            group.add(seen, self._hour, sender)
            if forwarding and finding.family == Family.VIOLATION:
                self.forwards.append(seen)

    def claim(self, workspace_id: int, source_id: int, message: Message, received_at: datetime) -> None:
        """Notes what a message says about who is who, whether anything is wrong with it or not."""
        self.latest = received_at
        if len(self.claims) < CLAIMS:
            for claim in persons.claims_of(workspace_id, source_id, message):
                self.claims[claim] = None

    def people(self, group: Group) -> int:
        """The bits, of violations.people, of those who sent a group's messages."""
        workspace_id, bits = group.first.origin.workspace_id, 0
        for ids in group.senders:
            bits |= people.bit(persons.person_of(workspace_id, ids, self.persons))
        return bits

    def _open(self, raw: RawKey, seen: Sighting) -> Group:
        """The group of a raw key not met before; keys that read the same once cut and escaped share one."""
        names = [shortened(storable(part), NAME_LIMIT) for part in raw[1:]]
        key = key_of(*names)
        group = self.groups.get((raw[0], key))
        if group is None:
            group = self.groups[raw[0], key] = empty_group(key, names, seen)
        self._by_raw_key[raw] = group
        return group


def _sender(message: Message) -> Sender:
    client = client_of(message)
    told = (("platform", client.platform), ("library", client.library), ("release", message.release))
    facets = tuple((kind, shortened(storable(value), NAME_LIMIT)) for kind, value in told if value)
    return Sender((message.user_id or "", message.anonymous_id or ""), facets)


def empty_group(key: UUID, names: list[str], seen: Sighting) -> Group:
    family, code, kind, event, path = names
    return Group(key, family, code, kind, event, path, 0, seen, seen, [], {}, deque(maxlen=SAMPLES), set())


def folded_away(groups: list[Group]) -> list[Group]:
    """Groups beyond a cap as one group per source, family and code, named `(other)`. The originals stay as they are:
    a transaction that is replayed starts from them again."""
    others: dict[tuple[int, UUID], Group] = {}
    for group in groups:
        names = [group.family, group.code, "", OTHER, OTHER]
        key = key_of(*names)
        place = (group.source_id, key)
        other = others.get(place) or others.setdefault(place, empty_group(key, names, group.first))
        _merge(other, group)
    return list(others.values())


def _merge(other: Group, group: Group) -> None:
    other.count += group.count
    other.first = min(other.first, group.first, key=lambda seen: seen.received_at)
    other.last = max(other.last, group.last, key=lambda seen: seen.received_at)
    other.earliest = sorted(other.earliest + group.earliest)[:THRESHOLD]
    for hour, count in group.hours.items():
        other.hours[hour] = other.hours.get(hour, 0) + count
    other.newest.extend(group.newest)
    for way, seen in group.ways.items():
        if way in other.ways or len(other.ways) < WAYS:
            other.ways[way] = seen
    other.senders |= group.senders
    for facet, count in group.facets.items():
        other.facets[facet] = other.facets.get(facet, 0) + count


def is_forwarded(message: Message) -> bool:
    """Whether a message is itself a forwarded violation: it is checked and counted, never forwarded again."""
    return message.event == FORWARDED_EVENT and message.user_id == FORWARDED_USER


def key_of(family: str, code: str, kind: str, event: str, path: str) -> UUID:
    """The 128-bit name of a violation inside its source."""
    text = json.dumps([family, code, kind, event, path])
    return UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest())


def violation_key(family: str, code: str, kind: str, event: str, path: str) -> UUID:
    """The same out of names as they came: cut and escaped first, as they are stored."""
    return key_of(*(shortened(storable(part), NAME_LIMIT) for part in (family, code, kind, event, path)))


def storable_json(value: Any) -> str:
    """JSON text that PostgreSQL takes as text and that reads back to the same value."""
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
