"""A plan as lists show it: one row an event, small, kept in the process because a version never changes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from trackingplans import live
from trackingplans.domain import convention_words
from trackingplans.domain.naming import parse
from trackingplans.domain.naming.vocabulary import singular
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.sheets.cells import labels_text

TYPE_ORDER = {"track": 0, "page": 1, "screen": 2, "identify": 3, "group": 4, "common": 5}
NAMELESS = {
    "page": "Any other page",
    "screen": "Any other screen",
    "identify": "Identify",
    "group": "Group",
    "common": "Every message",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One event or call type. `name` is '' where the type has none; `title` is what pages call it.

    `about` is what the event is about, in one word ("order"); `words` what a search looks through, in lower case.
    """

    type: str
    name: str
    title: str
    versions: tuple[int, ...]
    purpose: str
    owner: str
    status: str
    is_critical: bool
    properties: int
    required: int
    metrics: tuple[str, ...]
    about: str = ""
    labels: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """`rows`: events A to Z, then pages, screens, identify, group and what holds for every message.

    `naming`: the plan's naming rules in plain words.
    """

    rows: tuple[Row, ...]
    owners: tuple[str, ...]
    labels: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()

    def matching(
        self, words: str, owner: str = "", status: str = "", label: str = "", importance: str = ""
    ) -> list[Row]:
        """The rows that hold every word in title, purpose, labels or names of properties; '' of the rest: any."""
        wanted = words.casefold().split()
        return [
            row
            for row in self.rows
            if (not owner or row.owner == owner)
            and (not status or row.status == status)
            and (not label or label in row.labels)
            and (not importance or row.is_critical == (importance == "critical"))
            and all(word in row.words for word in wanted)
        ]


@lru_cache(maxsize=live.KEPT)
def outline(version_id: int) -> Outline:
    """The outline of a version (its primary key). Raises PlanVersion.DoesNotExist."""
    return of_plan(live.plan(version_id))


def of_plan(plan: Plan) -> Outline:
    grouped: dict[tuple[str, str], list[Rule]] = {}
    for rule in plan.rules:
        grouped.setdefault((rule.type, rule.name), []).append(rule)
    rows = [_row(rules) for rules in grouped.values()]
    rows.sort(key=lambda row: (TYPE_ORDER[row.type], not row.name, row.name.casefold(), row.name))
    return Outline(
        tuple(rows),
        owners=tuple(sorted({row.owner for row in rows if row.owner})),
        labels=tuple(sorted({label for row in rows for label in row.labels})),
        naming=convention_words.told(plan),
    )


def section_of(rule: Rule) -> Mapping[str, Any]:
    """The schema of the rule's properties (or traits): the part that people mean by "its properties"."""
    where = "traits" if rule.type in {"identify", "group"} else "properties"
    sections = rule.schema.get("properties") if isinstance(rule.schema, dict) else None
    found = sections.get(where) if isinstance(sections, dict) else None
    return found if isinstance(found, dict) else {}


def _row(rules: list[Rule]) -> Row:
    rules = sorted(rules, key=lambda rule: rule.version)
    newest = rules[-1]
    meta = newest.meta
    facts = _facts(_Same(newest.schema), "traits" if newest.type in {"identify", "group"} else "properties")
    title = newest.name or NAMELESS.get(newest.type, newest.type)
    purpose = _text(meta.get("purpose")) or facts.description
    return Row(
        type=newest.type,
        name=newest.name,
        title=title,
        versions=tuple(rule.version for rule in rules),
        purpose=purpose,
        owner=_text(meta.get("owner")),
        status=_text(meta.get("status")) or "live",
        is_critical=newest.is_critical,
        properties=facts.properties,
        required=facts.required,
        metrics=tuple(name for name in _list(meta.get("metrics")) if isinstance(name, str)),
        about=about(newest.name) if newest.type == "track" else "",
        labels=facts.labels,
        words=f"{title} {purpose} {facts.words}".casefold(),
    )


class _Same:
    """A key that is equal only to the very same object: drafts share the schemas that they do not change."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.of is other.of


@dataclass(frozen=True, slots=True)
class _Facts:
    properties: int
    required: int
    description: str
    labels: tuple[str, ...]
    words: str


@lru_cache(maxsize=30_000)
def _facts(schema: _Same, area: str) -> _Facts:
    """What a row says of a schema; `words` are the labels and the names of all properties, the inner ones too."""
    whole = schema.of if isinstance(schema.of, dict) else {}
    sections = whole.get("properties")
    section = sections.get(area) if isinstance(sections, dict) else None
    section = section if isinstance(section, dict) else {}
    members, required = section.get("properties"), section.get("required")
    text = labels_text(whole.get("labels"))
    return _Facts(
        properties=len(members) if isinstance(members, dict) else 0,
        required=len(required) if isinstance(required, list) else 0,
        description=_text(whole.get("description")),
        labels=tuple(text.split(", ")) if text else (),
        words=" ".join([text, *_names(section)]),
    )


def _names(schema: dict[str, Any]) -> Iterator[str]:
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        members = node.get("properties")
        if isinstance(members, dict):
            yield from members
            waiting += [one for one in members.values() if isinstance(one, dict)]
        if isinstance(node.get("items"), dict):
            waiting.append(node["items"])


@lru_cache(maxsize=50_000)
def about(name: str) -> str:
    """What an event is about: "Product List Viewed" and "Products Searched" about "product"; '' if it does not say."""
    words = parse(name).object.split()
    return singular(words[0]) if words else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()
