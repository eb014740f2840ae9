"""The plan that authoring is measured with: 2,000 events of 30 properties each, and what people make of it."""

from typing import Any

EVENTS, PROPERTIES = 2000, 30
OWNERS = ("growth", "checkout", "search", "platform")
_OBJECTS = (
    "Order",
    "Cart",
    "Product",
    "Coupon",
    "Search",
    "Account",
    "Video",
    "Article",
    "Invoice",
    "Review",
)
_ACTIONS = (
    "Created",
    "Viewed",
    "Updated",
    "Deleted",
    "Shared",
    "Opened",
    "Closed",
    "Started",
    "Completed",
    "Failed",
)
_FIELDS = tuple(
    f"{thing}_{fact}"
    for thing in ("order", "buyer", "shop", "parcel", "offer", "page")
    for fact in ("title", "weight", "position", "known", "language")
)
_KINDS = ("string", "number", "integer", "boolean")


def document() -> dict[str, Any]:
    """A new copy of it."""
    return {"planwright": 1, "name": "Large", "rules": [_rule(number) for number in range(EVENTS)]}


def name(number: int) -> str:
    """What the event with this number is called."""
    stem = f"{_OBJECTS[number % 10]} {_ACTIONS[number // 10 % 10]}"
    return stem if number < 100 else f"{_word(number // 100)} {stem}"


def _word(number: int) -> str:
    words = ("Mobile", "Guest", "Partner", "Store", "Trial", "Annual", "Family", "Team", "Gift", "Bulk", "Local",
             "Global", "Beta", "Classic", "Premium", "Basic", "Weekly", "Monthly", "Daily")  # fmt: skip
    return words[(number - 1) % len(words)]


def _rule(number: int) -> dict[str, Any]:
    properties = {
        name: {
            "type": [_KINDS[index % 4], "null"],
            "description": f"The {name.replace('_', ' ')} of event {number}, as the form had it",
        }
        for index, name in enumerate(_FIELDS)
    }
    inside = {"type": "object", "properties": properties, "required": list(_FIELDS[:2])}
    meta = {
        "purpose": "What do people do here?",
        "trigger": "When the server has stored it.",
        "owner": OWNERS[number % len(OWNERS)],
        "status": "live",
    }
    schema = {"type": "object", "properties": {"properties": inside}, "required": ["properties"]}
    return {"type": "track", "name": name(number), "version": 1, "schema": schema, "meta": meta}


def edits(first: int, count: int, mark: str) -> list[dict[str, Any]]:
    """A day's work on `count` events from the number `first` on: properties come and are required, owners change."""
    at = "/properties/properties"
    made: list[dict[str, Any]] = []
    for number in range(first, first + count):
        of = {"type": "track", "name": name(number), "version": 1}
        made += [
            {"op": "add_property", "of": of, "at": at, "name": f"new_{mark}", "schema": {"type": "string"}},
            {"op": "set_required", "of": of, "at": f"{at}/properties/{_FIELDS[2]}", "required": True},
            {"op": "set_rule", "of": of, "path": ["meta", "owner"], "value": mark},
        ]
    return made
