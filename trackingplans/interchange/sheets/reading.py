"""The rows of a mapped sheet become a plan."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from trackingplans.domain.plan import PRESENCE, PlanError, Problem
from trackingplans.domain.sheets import answers, cell_words, headings
from trackingplans.interchange import csv_cells, csv_reading
from trackingplans.interchange.carrying import Carried
from trackingplans.interchange.csv_reading import Row, Told
from trackingplans.interchange.sheets.opening import Sheet

NAME = "sheet"
MOST_PROBLEMS = 1_000
_TOLD_EVERY = 2_000  # rows
_BESIDE = "\n"  # between what several columns say of one field
_LISTS = (("musts", "yes"), ("mays", "no"))
_OF_EVENTS = ("event", "type", "version")
_FITS: dict[str, tuple[type, ...]] = {"integer": (int,), "number": (int, float), "boolean": (bool,)}
_LINKS = re.compile(r"\s*[\n;|]+\s*|,\s+|\s+(?=https?://)")
_COMMA = re.compile(r"-?\d+,\d+")

Progress = Callable[[int], None]


class _Wrong(ValueError):
    """What a cell says cannot be taken; the message says why."""


def read(sheet: Sheet, mapping: Sequence[str], progress: Progress = lambda _row: None) -> Carried:
    """The plan document of a sheet. `mapping`: for each column a key of `headings.WORDS` or ''.

    A row without an event's name speaks of the event above. `progress` is told the number of every 2,000th row.
    Raises PlanError naming each row that is wrong.
    """
    if "event" not in mapping:
        raise PlanError([Problem("", "Say which column holds the names of events.")])
    reading = _Reading(has_kinds="kind" in mapping)
    for number, (place, cells) in enumerate(sheet.below(), 1):
        if number % _TOLD_EVERY == 0:
            progress(number)
        row = _told(mapping, cells)
        if row:
            reading.row(place, row)
        if len(reading.problems) >= MOST_PROBLEMS:
            break
    rules = reading.making.finished()
    if not reading.problems and not rules:
        raise PlanError([Problem("", "No row names an event.")])
    if reading.problems:
        raise PlanError(reading.problems)
    unused = [name for name, key in zip(sheet.header, mapping, strict=False) if name and not key]
    losses = [f"the column “{name}”" for name in unused] + [f"the sheet “{name}”" for name in sheet.others]
    document = {"planwright": 1, "name": "", "origin": {"format": NAME}, "rules": rules}
    return Carried(NAME, document, losses + reading.making.notes)


def again(rows: Sequence[Row], *, has_kinds: bool) -> tuple[dict[str, Any] | None, set[int]]:
    """The rule that `read` takes from the rows of one rule as we write them, and the rows that it does not take."""
    reading = _Reading(has_kinds=has_kinds)
    for number, row in enumerate(rows):
        reading.row(str(number), {key: text.strip() for key, text in row.items() if text.strip()})
    rules = reading.making.finished()
    return rules[0] if len(rules) == 1 else None, {int(problem.path) for problem in reading.problems}


class _Reading:
    """Rows in the words of strangers becoming rows in ours."""

    def __init__(self, *, has_kinds: bool) -> None:
        self.making = csv_reading.Reading()
        self._has_kinds = has_kinds
        self._above: Row = {}

    @property
    def problems(self) -> list[Problem]:
        return self.making.problems

    def row(self, place: str, row: Row) -> None:
        kind = row.get("type", "").lower()
        is_nameless = kind in ("identify", "group") or (kind in ("page", "screen") and "version" in row)
        if row.get("event") or is_nameless:
            self._above = {key: row[key] for key in _OF_EVENTS if key in row}
        elif not headings.REPEATED.intersection(row):
            return  # a heading, or a remark
        row = {**self._above, **row}
        try:
            told = self._in_our_words(place, row)
        except _Wrong as error:
            self.problems.append(Problem(place, str(error)))
            return
        for name, status in self._properties(row) or [("", row["status"])]:
            self.making.row(place, {**row, "property": _path(name), "status": status}, told)

    def _properties(self, row: Row) -> list[tuple[str, str]]:
        """The properties a row names, and whether each is required. One that has a type stands alone in its cell."""
        named = row.get("property", "")
        listed = [] if self._has_kinds else cell_words.names(named)
        alone = [(name, row["status"]) for name in (listed if len(listed) > 1 else named.split(_BESIDE))]
        lists = [(name, said) for key, said in _LISTS for name in cell_words.names(row.get(key, ""))]
        return [(name, status) for name, status in alone + lists if name]

    def _in_our_words(self, place: str, row: Row) -> Told:
        """Change a row to the words `csv_reading` knows; returns what they cannot say. Raises `_Wrong`."""
        for key in ("status", "null"):
            row[key] = self._yes(place, key, row.get(key, ""))
        holds = cell_words.holds(row.get("kind", ""))
        if holds is None:
            known = "text, number, integer, boolean, date time, list or object"
            raise _Wrong(f"“{row['kind']}” is no type of data: {known}.")
        if row.get("enum"):
            holds |= self._values(row, holds)
        if row.get("example"):
            self._example(place, row, holds)
        self._bounds(place, row, holds)
        if "owner" in row:
            row["owner"] = cell_words.slug(row["owner"])
        if "importance" in row:
            row["importance"] = cell_words.importance(row["importance"])
        if "labels" in row:
            row["labels"] = _labels(row["labels"])
        return Told(holds, self._meta(place, row), self._notes(place, row))

    def _bounds(self, place: str, row: Row, holds: dict[str, Any]) -> None:
        """The format, the smallest and the largest number, where the type has such."""
        kinds = holds.get("type", [])
        kinds = {kinds} if isinstance(kinds, str) else set(kinds)
        if row.get("format"):
            form = cell_words.form(row["format"])
            if form and (not kinds or "string" in kinds):
                holds["format"] = form
            else:
                self._leave(place, f"the format “{row['format']}”")
        for key in ("minimum", "maximum"):
            if row.get(key):
                number = cell_words.number(row[key])
                if number is None:
                    raise _Wrong(f"“{row[key]}” is no number: {headings.WORDS[key]}.")
                if not kinds or kinds & {"number", "integer"}:
                    holds[key] = number
                else:
                    self._leave(place, f"the {key} “{row[key]}” of what is no number")

    def _meta(self, place: str, row: Row) -> dict[str, Any]:
        """What a row says of the event beside texts."""
        meta: dict[str, Any] = {}
        if row.get("state"):
            meta["status"] = cell_words.state(row["state"])
            if not meta["status"]:
                del meta["status"]
                self._leave(place, f"the status “{row['state']}”, which is none of planned, live, deprecated")
        sources = cell_words.by_source(row.get("sources", ""))
        if sources:
            meta["sources"] = {slug: said if said in PRESENCE else PRESENCE[0] for slug, said in sources}
        since = cell_words.by_source(row.get("since", "")) if ":" in row.get("since", "") else []
        since = since or [(slug, row["since"]) for slug, _ in sources if row.get("since")]
        if since:
            meta["since_release"] = dict(since)
        elif row.get("since"):
            self._leave(place, f"the release “{row['since']}”, as no source is named")
        if row.get("links"):
            meta["links"] = list(dict.fromkeys(one for one in _LINKS.split(row["links"].strip()) if one))
        return meta

    def _notes(self, place: str, row: Row) -> dict[str, Any]:
        """What a row says of its property that no schema can."""
        if not row.get("pii"):
            return {}
        said = cell_words.pii(row["pii"])
        if not said:
            self._leave(place, f"“{row['pii']}”, which counts as sensitive")
        return {"pii": said or "sensitive"}

    def _leave(self, place: str, what: str) -> None:
        self.making.notes.append(f"{what} ({place})")

    def _yes(self, place: str, key: str, text: str) -> str:
        said = answers.yes(text)
        if said is None and answers.is_unsettled(text):
            self.making.notes.append(f"“{text}”, which counts as no ({place})")
            said = False
        if said is None:
            raise _Wrong(f"“{text}” says neither yes nor no: {headings.WORDS[key]}.")
        return "yes" if said else "no"

    def _values(self, row: Row, holds: dict[str, Any]) -> dict[str, Any]:
        """The allowed values of a row; a range of numbers is bounds instead."""
        limits = cell_words.limits(row["enum"], holds)
        if limits:
            del row["enum"]
            return limits
        if "\\" not in row["enum"]:  # with one, it is as we write it ourselves
            row["enum"] = csv_cells.listed(answers.parts(row["enum"]))
        fits = _FITS.get(str(holds.get("type")))
        for text in csv_cells.values(row["enum"]):
            if fits and not isinstance(csv_reading.value_of(text, holds["type"]), fits):
                raise _Wrong(f"The allowed value “{text}” is no {holds['type']}.")
        return {}

    def _example(self, place: str, row: Row, holds: dict[str, Any]) -> None:
        """An example of the type that the row says; another one is left behind and named."""
        text, kind = answers.bare(row["example"]), str(holds.get("type"))
        if kind == "number" and _COMMA.fullmatch(text):
            text = text.replace(",", ".")
        fits = _FITS.get(kind)
        is_wrong = fits is not None and not isinstance(csv_reading.value_of(text, kind), fits)
        if is_wrong or kind in ("array", "object"):
            self.making.notes.append(f"the example “{row['example']}”, which is no {kind} ({place})")
            text = ""
        row["example"] = text


def _labels(text: str) -> str:
    """Labels as we write them, from words between commas too: `shop, web`."""
    parts = csv_cells.values(text) if "|" in text or "\\" in text else answers.parts(text)
    return csv_cells.listed([part if ":" in part else f"{part}:" for part in parts])


def _told(mapping: Sequence[str], cells: Sequence[str]) -> Row:
    """What a row says, by field."""
    row: Row = {}
    for key, cell in zip(mapping, cells, strict=False):
        if key and cell.strip():
            row[key] = f"{row[key]}{_BESIDE}{cell.strip()}" if key in row else cell.strip()
    return row


def _path(name: str) -> str:
    """A property's path: `products[].sku` is written `products.$.sku` by us."""
    return (
        name.strip()
        .replace("[].", ".$.")
        .replace("[]", ".$")
        .removeprefix("properties.")
        .removeprefix("traits.")
    )
