"""Which column of somebody's sheet says what of a plan: guessed from its name, and from what stands in it.

The one list of columns, for sheets that are imported and for blocks that are pasted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from rapidfuzz import fuzz, process

from trackingplans.domain.sheets import answers, cell_words, phrases
from trackingplans.domain.sheets.foreign import english

_GROUPS = 2  # of columns make a header above the header
_FEWEST = 2  # names of columns that make a row one of headings
_CLOSE = 90  # of 100: as close a name must be to one that is known


@dataclass(frozen=True, slots=True)
class Field:
    """Something a column may say. `words`: what people choose it by; `names`: what sheets call it."""

    key: str
    words: str
    names: tuple[str, ...]

    @property
    def short(self) -> str:
        """The words without of what: `data type`."""
        return self.words.partition(": ")[2]


_ALL = """
event | Event: name | event name, event, event title, tracking event, name, action name, name of event, event action,
    hit name, tracking name, action, track, screen or event
about | Event: description | event description, description of event, about the event, definition, event definition,
    event notes
type | Event: call type | rule type, call type, type of call, method, event type, call
version | Event: version | event version, version
state | Event: status (planned, live, deprecated) | event status, state, implementation status, implemented, lifecycle,
    development status, tracking status, dev status
labels | Event: labels (key:value) | event labels, labels, label, tags, tag, category, area, feature, module, group
owner | Event: owner (team) | owner, team, squad, owned by, responsible, event owner, owner team,
    squad owner
purpose | Event: purpose | purpose, why, business question, question, reason, goal, use case, rationale,
    business value, business purpose, why it exists
trigger | Event: when it fires | trigger, event trigger, when, fires when, when it fires, when fired, when to fire,
    triggered when, trigger description, when to send, location, where, fires, fired when, when does it fire
importance | Event: importance | importance, priority, prio, critical, criticality
sources | Event: sources that send it | sources, source, platforms, platform, apps, app, sent from, source slugs
since | Event: since which release | since, since release, since version, release, app version, introduced in,
    available since, version added, added in, first release
links | Event: tickets and links | links, link, ticket, tickets, jira, jira ticket, jira link, ticket link, issue,
    issue link, url, documentation, specification, spec, figma, design, design link
property | Property: name | property name, property, properties, trait name, trait, property trait name, attribute,
    attribute name, parameter, parameters, parameter name, param, field, field name, key, prop, event property,
    event properties, event parameters, variable, column
description | Property: description | property description, trait description, description, property definition,
    parameter description, notes, note, comment, comments, details, explanation, meaning, what it is
kind | Property: data type | property data type, data type, property type, type, value type, datatype, holds,
    parameter type, field type
format | Property: format | format, string format, value format, data format
status | Property: required or optional | property status, required, mandatory, is required, required or optional,
    optional required, optional, status, presence, required optional, must have, req
null | Property: may be null | allow null values, nullable, allow null, null allowed
enum | Property: allowed values | enum values, enum, allowed values, possible values, values, options, accepted values,
    value options, value
pattern | Property: pattern | allowed property values, permitted values, pattern, regex, regular expression, validation
minimum | Property: smallest number | minimum, min, min value, minimum value, lower bound, lowest value
maximum | Property: largest number | maximum, max, max value, maximum value, upper bound, highest value
pii | Property: personal data | pii, personal data, personal, pii class, pii type, is pii, gdpr, privacy, sensitive,
    sensitivity, data classification, privacy class
musts | Properties: names, all required | required properties, mandatory properties
mays | Properties: names, all optional | optional properties
example | Property: example | example, examples, sample, sample value, example value, example values, sample values, eg,
    e g
"""


def _field(line: str) -> Field:
    key, words, names = line.split(" | ")
    return Field(key, words, tuple(name.strip() for name in names.split(",")))


FIELDS = tuple(_field(line) for line in _ALL.replace("\n    ", " ").strip().splitlines())
WORDS = {field.key: field.words for field in FIELDS}
_NAMES = {name: field.key for field in FIELDS for name in field.names}

_FITS: dict[str, Callable[[str], bool]] = {
    "type": lambda text: text.strip().lower() in cell_words.CALLS,
    "kind": lambda text: cell_words.holds(text) is not None,
    "status": lambda text: answers.yes(text) is not None or answers.is_unsettled(text),
    "null": lambda text: answers.yes(text) is not None,
    "state": lambda text: bool(cell_words.state(text)),
    "format": lambda text: bool(cell_words.form(text)),
    "minimum": cell_words.is_number,
    "maximum": cell_words.is_number,
}
REPEATED = frozenset(
    ("property", "musts", "mays")
)  # fields that several columns may hold: `param_1`, `param_2`
# What may be called the same: "type", "format" and "status" mean two things each.
_OTHERWISE = {"kind": "type", "type": "kind", "format": "kind", "status": "state", "state": "status"}


def known(header: Sequence[str]) -> int:
    """How many cells of a row are names of columns."""
    return len({key for cell in header if (key := _exactly(english(cell), ()) or _by_words_of(cell))})


def joined(above: Sequence[str], header: Sequence[str]) -> list[str]:
    """A header below one of groups: `Name` under `Event` is `Event Name` where that is the name of a column."""
    group, found = "", []
    if len({cell.strip() for cell in above if cell.strip()}) < _GROUPS:
        return list(header)  # a title
    for index, cell in enumerate(header):
        over = above[index].strip() if index < len(above) else ""
        group = over or group
        both = f"{group} {cell}".strip()
        found.append(both if english(both) in _NAMES and english(group) != english(cell) else cell or over)
    return found


def guessed(header: Sequence[str], values: Callable[[int], Sequence[str]]) -> list[str]:
    """For each column the key of its field, '' for none. `values`: what stands in a column.

    Where none names anything, the first is taken for the names of events.
    """
    found = _named(header, values)
    if "event" not in found and not REPEATED.intersection(found) and header:
        found[0] = "event"
    return found


def of_block(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The same for a pasted block whose first row is one of headings; else None.

    Such a row names an event or a property, and at least two fields. A column of a known name is taken for what it
    says, whatever stands in it: the cells that are wrong are shown.
    """
    if not rows or known(rows[0]) < _FEWEST:
        return None
    found = _named(rows[0], lambda index: [row[index] for row in rows[1:] if row[index]])
    for index, name in enumerate(rows[0]):
        key = _exactly(english(name), ())
        found[index] = found[index] or (key if key not in found else "")
    return found if {"event", "property"}.intersection(found) else None


def _named(header: Sequence[str], values: Callable[[int], Sequence[str]]) -> list[str]:
    found = [""] * len(header)
    for is_wanted in (_exactly, _by_words, _nearly):
        for index, name in enumerate(header):
            if found[index]:
                continue
            key = is_wanted(english(name), values(index))
            for choice in (key, _OTHERWISE.get(key, "")):
                if choice and _is_free(choice, found, is_wanted) and _suits(choice, values(index)):
                    found[index] = choice
                    break
    if "description" in found and "about" not in found:
        _tell_descriptions(found, header)
    return found


def fingerprint(header: Sequence[str]) -> str:
    """What a mapping is remembered by."""
    return sha256("\0".join(english(name) for name in header).encode()).hexdigest()


def remembered(mapping: Mapping[str, str], header: Sequence[str]) -> list[str] | None:
    """A mapping (column's name to field) of a sheet with the same header, column by column."""
    return [mapping.get(name, "") for name in header] if mapping else None


def _is_free(key: str, found: Sequence[str], is_wanted: Callable[[str, Sequence[str]], str]) -> bool:
    """Each field once, but for the properties that columns of one kind name."""
    return key not in found or (key in REPEATED and is_wanted is _by_words)


def _exactly(name: str, _values: Sequence[str]) -> str:
    return _NAMES.get(name, "")


def _by_words_of(cell: str) -> str:
    """A line of YAML is no heading."""
    return "" if ":" in cell else _by_words(english(cell), ())


def _by_words(name: str, values: Sequence[str]) -> str:
    if name in _NAMES:
        return ""
    return phrases.field(
        name, is_listing=2 * sum("," in text or "\n" in text for text in values) > len(values)
    )


def _nearly(name: str, _values: Sequence[str]) -> str:
    if len(name) < 4:
        return ""
    best = process.extractOne(name, _NAMES.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=_CLOSE)
    return _NAMES[best[0]] if best else ""


def _suits(key: str, values: Sequence[str]) -> bool:
    """Whether most of what stands in a column is what its name promises."""
    fits = _FITS.get(key)
    return fits is None or not values or 2 * sum(map(fits, values)) > len(values)


def _tell_descriptions(found: list[str], header: Sequence[str]) -> None:
    """A "Description" left of the property's name describes the event, and notes elsewhere the property; so do all
    that stand beside no property or a list of them.
    """
    at = found.index("description")
    if "property" not in found or found.count("property") > 1:
        found[at] = "about"
        return
    if english(header[at]) != "description" or at > found.index("property"):
        return
    found[at] = "about"
    others = (
        index
        for index, name in enumerate(header)
        if not found[index] and _NAMES.get(english(name)) == "description"
    )
    for other in others:
        found[other] = "description"
        break
