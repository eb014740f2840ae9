"""Which column of a sheet is what: guessed from its heading, as people call such columns."""

from collections.abc import Sequence

from trackingplans.domain.sheets.foreign import english

FIELDS = {
    "event": "event;event name;event_name;name of event;track;track event;action;screen or event;event title",
    "property": "property;property name;property_name;prop;attribute;parameter;param;field;field name;key;"
    "properties;variable;event property;event properties;column",
    "type": "type;data type;datatype;property type;value type;format;kind;holds",
    "required": "required;required?;is required;mandatory;req;req.;must;optional/required;required/optional;presence",
    "description": "description;property description;definition;meaning;notes;note;comment;comments;details;"
    "what it is;explanation",
    "values": "values;enum;allowed values;possible values;accepted values;options;value;enum values;"
    "permitted values",
    "example": "example;examples;sample;sample value;example value;e.g.;sample values;example values",
    "why": "why;purpose;business question;question;why it exists;goal;reason;event description;use case",
    "trigger": "trigger;when;fires;when it fires;when does it fire;fired when;trigger description;when fired",
    "owner": "owner;team;owned by;responsible;owner team;squad",
    "status": "status;state;implementation status;implemented",
    "importance": "importance;priority;prio;criticality",
    "labels": "labels;label;tags;tag;category;area;feature;module;group",
    "pii": "pii;personal;personal data;gdpr;sensitive;privacy;is pii",
}
_FIELD_OF = {english(words): field for field, listed in FIELDS.items() for words in listed.split(";")}
_FEWEST = 2


def guessed(row: Sequence[str]) -> list[str] | None:
    """The field of each column ('' where unknown) when the row is one of headings; else None.

    A row of headings names an event or a property, and at least two fields.
    """
    found: list[str] = []
    for cell in row:
        field = _FIELD_OF.get(english(cell), "")
        found.append("" if field in found else field)
    known = {field for field in found if field}
    is_header = len(known) >= _FEWEST and bool(known & {"event", "property"})
    return found if is_header else None
