"""The rows of the plan's grid: which events stand in it, in which order and group, with which cells."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from trackingplans.domain.plan import Rule
from trackingplans.domain.properties import Property, area_of, properties
from trackingplans.domain.sheets.cells import property_texts
from trackingplans.observing import NOTHING, Seen
from trackingplans.outlining import Outline, Row

COLUMNS = {
    "why": "Why it exists",
    "holds": "Properties",
    "must": "Importance",
    "owner": "Owner",
    "labels": "Labels",
    "status": "State",
    "received": "24 h",
    "conforms": "Conform",
    "seen": "Last seen",
}
PROPERTY_COLUMNS = {
    "why": "What it is",
    "holds": "Holds",
    "must": "Required",
    "owner": "Owner",
    "labels": "Values",
    "status": "Personal",
    "received": "Came in",
}
GROUPS = {"object": "By what they are about", "owner": "By owner", "label": "By label", "none": "One list"}
SORTS = ("name", "owner", "status", "must", "holds", "received", "conforms", "seen")
OF_TRAFFIC = frozenset(("received", "conforms", "seen"))
FILTERS = ("q", "owner", "status", "label", "must")


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for. `sort` is a column, with "-" in front for the other way round."""

    chosen: Mapping[str, str]
    group: str
    sort: str
    columns: tuple[str, ...]

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen.values())

    @property
    def needs_traffic(self) -> bool:
        return self.sort.lstrip("-") in OF_TRAFFIC


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a property's row: its column, that column's heading there, and its text."""

    column: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """A property below its event. `id` names the row in requests; `cells` are those after its name."""

    id: str
    of: Property
    cells: tuple[Cell, ...]

    @property
    def indent(self) -> int:
        return min(self.of.depth + 1, 8)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event. `group` is the heading above it, where it is the first under one."""

    id: str
    key: str
    row: Row
    seen: Seen
    owner: str
    group: str = ""
    properties: Sequence[PropertyRow] = ()

    @property
    def adding(self) -> str:
        """The id of the row that adds a property."""
        return row_id(self.row.type, self.row.name, self.row.versions[-1], "+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: what its link sorts by next, and how it is sorted now (ascending, descending or none)."""

    key: str
    word: str
    next: str
    sorted: str

    @property
    def is_number(self) -> bool:
        return self.key in {"received", "conforms"}


def view_of(asked: QueryDict, remembered: str, *, usual: Collection[str] = COLUMNS) -> View:
    """What the address asks for; columns as they were chosen last, before that the `usual` ones."""
    sort, group = asked.get("sort", ""), asked.get("group", "")
    kept = [key for key in remembered.split(".") if key in COLUMNS]
    return View(
        chosen={key: asked.get(key, "") for key in FILTERS},
        group=group if group in GROUPS else "object",
        sort=sort if sort.lstrip("-") in SORTS else "name",
        columns=tuple(key for key in COLUMNS if key in (kept if remembered else usual)),
    )


def ordered(
    outline: Outline, view: View, teams: Mapping[str, str], seen: Mapping[tuple[str, str], Seen]
) -> list[tuple[str, Row]]:
    """The rows that fit, each with the heading it stands under ('' for none), in the order they are shown."""
    chosen = view.chosen
    rows = outline.matching(chosen["q"], chosen["owner"], chosen["status"], chosen["label"], chosen["must"])
    key = view.sort.lstrip("-")
    if key != "name":
        rows = sorted(rows, key=lambda row: _value(row, key, seen), reverse=view.sort.startswith("-"))
    elif view.sort.startswith("-"):
        rows = rows[::-1]
    if view.group == "none":
        return [("", row) for row in rows]
    listed = [(_heading(row, view.group, teams), row) for row in rows]
    return sorted(listed, key=lambda pair: _place(pair[0]))


def headings(view: View) -> list[Heading]:
    """The headings of the columns that are shown."""
    return [_heading_of(key, word, view) for key, word in COLUMNS.items() if key in view.columns]


def name_heading(view: View) -> Heading:
    return _heading_of("name", "Event", view)


def property_headings(columns: Sequence[str]) -> list[Cell]:
    """What the columns are called above the properties of an event."""
    return [Cell(key, PROPERTY_COLUMNS.get(key, ""), "") for key in columns]


def property_rows(
    rule: Rule, columns: Sequence[str], teams: Mapping[str, str], shares: Mapping[str, str]
) -> list[PropertyRow]:
    """The properties of a rule as rows below it; `shares`: how often each was there, by its path in the message."""
    found = []
    for one in properties(rule):
        texts = property_texts(rule, one)
        texts["owner"] = teams.get(texts["owner"], texts["owner"])
        texts["received"] = shares.get(f"{area_of(rule)}.{one.path}", "")
        cells = tuple(Cell(key, PROPERTY_COLUMNS.get(key, ""), texts.get(key, "")) for key in columns)
        found.append(PropertyRow(row_id(rule.type, rule.name, rule.version, one.at), one, cells))
    return found


def event_row(
    row: Row, seen: Mapping[tuple[str, str], Seen], teams: Mapping[str, str], group: str = ""
) -> EventRow:
    return EventRow(
        id=row_id(row.type, row.name, row.versions[-1]),
        key=key_of(row.type, row.name),
        row=row,
        seen=seen.get((row.type, row.name), NOTHING),
        owner=teams.get(row.owner, row.owner),
        group=group,
    )


def row_id(kind: str, name: str, version: int, at: str = "") -> str:
    """How requests name a row: type, name, version, and the property's place ('' for the event itself)."""
    return json.dumps([kind, name, version, at], separators=(",", ":"))


def key_of(kind: str, name: str) -> str:
    """The id of an event's rows in the page."""
    return "e-" + hashlib.sha256(f"{kind}\n{name}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _heading_of(key: str, word: str, view: View) -> Heading:
    is_now, is_down = view.sort.lstrip("-") == key, view.sort.startswith("-")
    first = f"-{key}" if key in OF_TRAFFIC or key == "holds" else key
    other = key if first.startswith("-") else f"-{key}"
    following = (other if view.sort == first else first) if key in SORTS else ""
    return Heading(key, word, following, ("descending" if is_down else "ascending") if is_now else "")


def _heading(row: Row, group: str, teams: Mapping[str, str]) -> str:
    if group == "owner":
        return teams.get(row.owner, row.owner) or "No owner"
    if group == "label":
        return row.labels[0] if row.labels else "No label"
    if row.type != "track":
        return "Other calls"
    return row.about.capitalize() or "Everything else"


_LAST = ("Everything else", "No owner", "No label", "Other calls")


def _place(heading: str) -> tuple[int, str]:
    return _LAST.index(heading) + 1 if heading in _LAST else 0, heading.casefold()


def _value(row: Row, key: str, seen: Mapping[tuple[str, str], Seen]) -> tuple[float, str]:
    """What a column sorts by."""
    found = seen.get((row.type, row.name), NOTHING)
    numbers: dict[str, float] = {
        "received": found.received,
        "conforms": found.conforming / found.judged if found.judged else -1.0,
        "seen": found.last_hour.timestamp() if found.last_hour else 0.0,
        "holds": row.properties,
        "must": 0 if row.is_critical else 1,
    }
    words = {"owner": row.owner or "\uffff", "status": row.status}
    return numbers.get(key, 0.0), words.get(key, "")
