"""Holds the messages of claimed rows against their plans. Touches no table: all it found is a value in memory."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from xxhash import xxh3_128_digest

from ingest import inbox, seen
from ingest.claiming import Claimed
from ingest.homes import Home
from ingest.seen import Seen
from trackingplans.domain import enforcement, folding, messages
from trackingplans.domain.enforcement import Action
from trackingplans.domain.findings import Verdict
from trackingplans.domain.legible import storable
from trackingplans.domain.messages import Fault, Message
from trackingplans.domain.validation import Judgement, unjudged
from trackingplans.traffic import moving, naming, recent
from trackingplans.traffic.counting import Counts, Key, hour_of
from trackingplans.traffic.profiling import Sampled
from violations.persons import TELLING
from violations.recording import Tally

Place = tuple[int, datetime]  # source and hour
Fate = tuple[str, str, bool, str, str]  # type, event, whether the event is in the plan, fate, action
_FATES = {verdict: verdict.value for verdict in Verdict}
_ACTIONS = {Action.ALLOW: "passed", Action.OMIT: "omitted", Action.BLOCK: "blocked"}


class Outcome(NamedTuple):
    """What became of one message, for Live."""

    home: Home
    received_at: datetime
    message: Message | Fault
    fate: str
    judgement: Judgement | None = None


@dataclass(slots=True)
class Judged:
    """Everything that the closing transaction writes."""

    seen: Seen
    sampled: Sampled
    counts: Counts = field(default_factory=Counts)
    tally: Tally = field(default_factory=Tally)
    newest: dict[int, list[Outcome]] = field(default_factory=dict)
    fates: dict[Place, dict[Fate, int]] = field(default_factory=dict)
    former: Counter[moving.Key] = field(default_factory=Counter)  # messages under a name the event had before
    # Messages about which there was nothing to say share their judgement, so they are counted by its id.
    silent: dict[Place, dict[int, tuple[Judgement, str, list[int]]]] = field(default_factory=dict)

    def count(self, place: Place, fate: Fate, count: int = 1) -> None:
        fates = self.fates.setdefault(place, {})
        fates[fate] = fates.get(fate, 0) + count

    def note(self, home: Home, at: datetime, message: Message, judgement: Judgement) -> None:
        """Note who is who, of calls that say it, and track calls that came under another name than the plan's; pages
        share rules, theirs say nothing."""
        workspace_id, source_id = home.workspace_id, home.source_id
        if message.type in TELLING:
            self.tally.claim(workspace_id, source_id, message, at)
        elif message.type == "track" and message.event and judgement.rule is not None:
            name = storable(message.event)
            self.former[moving.Key(workspace_id, source_id, at.date(), judgement.event, name)] += 1

    def days(self) -> set[date]:
        return {hour.date() for _, hour in self.silent}


class RowError(Exception):
    """A row that could not be judged; what went wrong is its cause."""

    def __init__(self, row: Claimed) -> None:
        super().__init__(f"inbox row {row.id}")
        self.row = row


def judge(
    rows: Sequence[Claimed],
    homes: dict[int, Home],
    known: dict[bytes, list[datetime]],
    keep_alive: Callable[[], None],
) -> Judged:
    """Judge every message of these rows. Raises RowError.

    `known`: hashes of messages that are stored already, with the times they were received; `keep_alive` is
    called three times a lease.
    """
    judged = Judged(Seen(known=known), Sampled(_messages(rows)))
    renew_at = time.monotonic() + settings.LEASE.total_seconds() / 3
    last = _last(rows)
    for row in rows:
        home = homes.get(row.source_id)
        if home is None:
            continue  # the source was deleted, its rows with it: the closing transaction will notice
        try:
            outcomes = _judge_row(row, home, judged, is_shown=row.id in last)
        except Exception as error:
            raise RowError(row) from error
        if outcomes:
            judged.newest[row.source_id] = [*judged.newest.get(row.source_id, ()), *outcomes][-recent.KEPT :]
        if time.monotonic() > renew_at:
            keep_alive()
            renew_at = time.monotonic() + settings.LEASE.total_seconds() / 3
    _count(judged, homes)
    return judged


def _messages(rows: Sequence[Claimed]) -> Counter[int]:
    """How many messages of each source the rows hold."""
    held: Counter[int] = Counter()
    for row in rows:
        held[row.source_id] += row.messages
    return held


def _last(rows: Sequence[Claimed]) -> set[int]:
    """The rows that hold the newest messages of each source: the others' need not be kept in memory for Live."""
    last: set[int] = set()
    held: dict[int, int] = {}
    for row in reversed(rows):
        if held.get(row.source_id, 0) < recent.KEPT:
            held[row.source_id] = held.get(row.source_id, 0) + row.messages
            last.add(row.id)
    return last


def _judge_row(row: Claimed, home: Home, judged: Judged, *, is_shown: bool) -> list[Outcome]:
    """The hot path: what is done here is done for every message. Returns what became of them if that is shown."""
    outcomes: list[Outcome] = []
    at, day, salt, origin = row.received_at, row.received_at.date(), seen.salt(row.source_id), home.origin
    silent = judged.silent.setdefault(place := (row.source_id, hour_of(at)), {})
    fresh, known, gate = judged.seen.fresh, judged.seen.known, judged.sampled.gate(row.source_id)
    check, accepts = (home.plan.check, home.plan.accepted) if home.plan else (_without_plan, messages.unasked)
    for message in messages.stream(inbox.unpack(row.body), row.kind, inbox.limits(), str(row.id), accepts):
        if isinstance(message, Fault):
            judged.count(place, _rejected(message), message.count)
            outcomes += [Outcome(home, at, message, "rejected")] * is_shown
            continue
        judgement, fate = message.accepted or check(message, day), ""
        digest = xxh3_128_digest(salt + message.message_id.encode())
        if digest not in fresh and digest not in known:
            fresh[digest] = at
        elif not judged.seen.is_new(digest, at):
            fate = "duplicate"
        if fate:
            judged.count(place, _fate(message, judgement, fate, ""))
        elif judgement.findings:
            judged.tally.add(origin(at), message, judgement, at)
            action = _ACTIONS[enforcement.decide(message, judgement.findings).action]
            judged.count(place, _fate(message, judgement, _FATES[judgement.verdict], action))
        else:
            silent.setdefault(id(judgement), (judgement, message.type, [0]))[2][0] += 1
        if judgement.event != message.event and not fate:  # so it is with a call that has no name, too
            judged.note(home, at, message, judgement)
        if digest[0] < gate and not fate:
            judged.sampled.look((home.workspace_id, row.source_id), at, message, judgement)
        if is_shown:
            outcomes.append(Outcome(home, at, message, fate or _FATES[judgement.verdict], judgement))
    return outcomes


def _without_plan(message: Message, _on: date) -> Judgement:
    return unjudged(message)


def _rejected(fault: Fault) -> Fate:
    return fault.type or "", folding.fold(fault.event or ""), False, "rejected", ""


def _fate(message: Message, judgement: Judgement, fate: str, action: str) -> Fate:
    return message.type, judgement.event, judgement.rule is not None, fate, action


def _count(judged: Judged, homes: dict[int, Home]) -> None:
    """Turn fates into counts under names that are kept; names beyond a source's cap become "(other)"."""
    for place, silent in judged.silent.items():
        for judgement, kind, (count,) in silent.values():
            is_planned = judgement.rule is not None
            judged.count(
                place, (kind, judgement.event, is_planned, _FATES[judgement.verdict], "passed"), count
            )
    unplanned: dict[int, set[str]] = {}
    for (source_id, _), fates in judged.fates.items():
        names = {event for _, event, is_planned, _, _ in fates if event and not is_planned}
        unplanned.setdefault(source_id, set()).update(names)
    kept = {
        source_id: naming.admitted(homes[source_id].workspace_id, source_id, names)
        for source_id, names in unplanned.items()
        if names
    }
    judged.sampled.keep_named(kept)
    for (source_id, hour), fates in judged.fates.items():
        workspace_id = homes[source_id].workspace_id
        for (kind, event, is_planned, fate, action), count in fates.items():
            name = event if not event or is_planned or event in kept[source_id] else naming.OTHER
            judged.counts.add(Key(workspace_id, source_id, hour, kind, name), fate, action, count)
