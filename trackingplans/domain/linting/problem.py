"""A plan problem: one thing wrong with a plan itself, whatever is sent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from trackingplans.domain.legible import storable
from trackingplans.domain.plan import Rule
from trackingplans.domain.schemas import Pointer

WHOLE = "(event)"  # the place of what is wrong with an event as a whole
KINDS_OF_KEYS = ("property", "trait")  # subjects that many events have
OF_PLAN = "plan"  # what stands for an event where the plan itself is meant


class Severity(StrEnum):
    ERROR = "error"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check saw. `steps` lead to it inside of the rule's document, or of the plan's where `rule` is None.

    `key` tells it apart from others of its code at the same event and stays when lists are reordered; without one the
    steps do, list indexes left out. `subject` stands for the event where that is not what it is about: a property that
    many events have. Problems of one `cause` are mended together. `among`: every rule it is about.
    """

    code: str
    message: str
    advice: str
    rule: Rule | None = None
    steps: Pointer = ()
    suggestion: str | None = None
    key: str | None = None
    subject: str = ""
    cause: str = ""
    severity: Severity | None = (
        None  # where it is not the rule's usual one: names, types that contain each other
    )
    among: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What makes a problem the same one tomorrow: its code, the event, and the place in it."""

    code: str
    event: str
    place: str

    @property
    def fingerprint(self) -> str:
        text = "\0".join((self.code, self.event, self.place))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Problem:
    """`type`, `name`, `version`: the rule it stands in ('' and 0: the plan's own settings).

    `path`: JSON Pointer inside of that rule's document, or of the plan's. `message` says what is wrong, `advice` what
    to do, `suggestion` the name or value to use where that is certain. `former`: identities it had under names that the
    event bore before. `events`: every (type, name) it is about.
    """

    code: str
    severity: Severity
    type: str
    name: str
    version: int
    path: str
    message: str
    advice: str
    suggestion: str | None
    cause: str
    is_critical: bool
    identity: Identity
    former: tuple[Identity, ...]
    events: tuple[tuple[str, str], ...]

    @property
    def fingerprint(self) -> str:
        return self.identity.fingerprint

    @property
    def event(self) -> str:
        """The event as sentences name it; '' for the plan itself."""
        return self.name or self.type

    @property
    def unnamed_event(self) -> str:
        """The event, where the message does not name it by itself."""
        return "" if f"`{storable(self.event)}`" in self.message else self.event

    def to_document(self) -> dict[str, Any]:
        """The problem as REST and the command line tell it; null where the plan itself is meant."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "type": self.type or None,
            "name": storable(self.name) if self.type else None,
            "version": self.version or None,
            "path": storable(self.path),
            "message": self.message,
            "advice": self.advice,
            "suggestion": self.suggestion,
            "is_critical": self.is_critical,
            "events": [{"type": kind, "name": storable(name)} for kind, name in self.events],
            "fingerprint": self.fingerprint,
        }


def placed(found: Iterable[Found], severity_of: Callable[[Found], Severity]) -> Iterator[Problem]:
    """The problems of what was seen, each once, an event's newest version first.

    What an older version has in common with a newer one is one problem; what is there twice in one version is two.
    """
    seen: set[Identity] = set()
    counted: dict[tuple[Identity, int], int] = {}
    for one in sorted(found, key=lambda one: -one.rule.version if one.rule else 0):
        first = _identity(one, one.rule.name if one.rule else "")
        version = one.rule.version if one.rule else 0
        count = counted[first, version] = counted.get((first, version), 0) + 1
        identity = _numbered(first, count)
        if identity in seen:
            continue
        seen.add(identity)
        yield _problem(one, severity_of(one), identity, count)


def _problem(found: Found, severity: Severity, identity: Identity, count: int) -> Problem:
    rule = found.rule
    among = found.among or ((rule,) if rule else ())
    return Problem(
        code=found.code,
        severity=severity,
        type=rule.type if rule else "",
        name=rule.name if rule else "",
        version=rule.version if rule else 0,
        path=pointer_text(found.steps),
        message=storable(found.message),
        advice=storable(found.advice),
        suggestion=storable(found.suggestion) if found.suggestion is not None else None,
        cause=found.cause,
        is_critical=any(one.is_critical for one in among) and found.subject not in KINDS_OF_KEYS,
        identity=identity,
        former=tuple(_numbered(_identity(found, name), count) for name in former_names(rule)),
        events=tuple(dict.fromkeys((one.type, one.name) for one in among)),
    )


def former_names(rule: Rule | None) -> Iterator[str]:
    """The names that the event of a rule had before."""
    former = rule.meta.get("former_names") if rule else None
    for one in former if isinstance(former, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"]


def pointer_text(steps: Pointer) -> str:
    """Steps as a JSON Pointer; '' for the whole document."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def steps_text(steps: Pointer) -> str:
    """Steps as a person reads them in a baseline, without what reordering changes."""
    return pointer_text(tuple(step for step in steps if not isinstance(step, int))).removeprefix("/schema")


def _identity(found: Found, name: str) -> Identity:
    event = found.subject or OF_PLAN
    if found.rule and not found.subject:
        event = f"{found.rule.type} {name}" if name else found.rule.type
    place = found.key if found.key is not None else steps_text(found.steps)
    return Identity(found.code, storable(event), storable(place) or WHOLE)


def _numbered(identity: Identity, count: int) -> Identity:
    return identity if count == 1 else replace(identity, place=f"{identity.place} #{count}")
