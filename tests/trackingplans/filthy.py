"""A plan of 583 events as companies really have them: grown for years by many hands, nobody in charge.

The same every time. What is wrong with it, and how often, is measured on real plans: nearly no purpose, owner or
description, names in every casing, near-duplicates, run-time values in names, untyped and contradicting properties.
"""

import random
from typing import Any

OBJECTS = (
    "order", "cart", "checkout", "product", "product list", "coupon", "wishlist", "payment", "invoice", "subscription",
    "trial", "account", "profile", "password", "email", "newsletter", "search", "filter", "review", "video", "banner",
    "modal", "menu", "page section", "notification", "message", "chat", "ticket", "referral", "invite", "team",
    "project",    "dashboard", "report", "export", "integration", "webhook", "api key", "onboarding step", "tooltip",
)  # fmt: skip
ACTIONS = (
    "viewed", "clicked", "opened", "closed", "created", "updated", "deleted", "started", "completed", "failed",
    "submitted", "selected", "added", "removed", "shared", "cancelled",
)  # fmt: skip
CRITICAL = ("Order Completed", "Checkout Started", "Payment Failed", "Subscription Started")
FAMILIES = (
    ("Product {} Viewed", (4711, 4712, 815, 9001, 10023, 555, 12, 77, 31415, 2718, 161, 803, 99, 1234)),
    ("Order #{} Shipped", (10001, 10002, 10007, 10031, 10044, 10052)),
    ("Sign Up - {}", ("jake@segment.com", "ana@example.com", "bob@example.org")),
    ("promo_{}_clicked", ("2024-03-01", "2024-03-08", "2024-11-29")),
)
SAME = (
    ("Sign Up Completed", "sign_up_completed", "SIGN_UP_COMPLETED"),
    ("Logged In", "logged_in", "loggedIn"),
    ("Plan Upgraded", "plan-upgraded"),
    ("App Installed", "app_installed"),
    ("Ad Clicked", "ad_clicked", "adClicked", "AD_CLICKED"),
)
ALIKE = (
    ("User Signed Up", "Signed Up", "Signup"),
    ("Item Added To Cart", "Added Item to Cart"),
    ("Purchased", "Purchase"),
)
VALUES = ("Blue Button Clicked", "Red Button Clicked", "Green Button Clicked", "Yellow Button Clicked")
LEFTOVERS = (
    "Copy of Order Completed", "Order Completed (2)", "test", "Test Event", "asdf", "New Event", "TODO rename",
    "untitled event 3",    "event_1", "DO NOT USE old checkout", "click", "button_clicked_final_v2",
)  # fmt: skip
KEYS = (
    "user_id", "userId", "UserID", "user id", "plan_type", "planType", "page_url", "pageUrl", "site_id", "siteId",
    "source", "value",
)  # fmt: skip
METRICS: list[dict[str, Any]] = [
    {"name": "Total page views", "definition": "Count of page view events"},
    {"name": "Sign-ups", "definition": "Total number of users that signed up"},
    {"name": "Revenue", "definition": "Sum of order totals"},
]


def document() -> dict[str, Any]:
    """The plan document."""
    dice = random.Random(20261122)
    names = dict.fromkeys(CRITICAL)
    for pattern, values in FAMILIES:
        names |= dict.fromkeys(pattern.format(value) for value in values)
    for group in (*SAME, *ALIKE, VALUES, LEFTOVERS):
        names |= dict.fromkeys(group)
    pairs = [(thing, action) for thing in OBJECTS for action in ACTIONS]
    taken = {name.lower() for name in names}
    for thing, action in dice.sample(pairs, 520):
        if f"{thing} {action}" not in taken:
            names[_styled(dice, f"{thing} {action}")] = None
    rules = [_rule(dice, name) for name in names]
    rules.append(_identify())
    return {"planwright": 1, "name": "Acme Store", "metrics": METRICS, "rules": rules}


def _styled(dice: random.Random, words: str) -> str:
    """In the casings, and with the shares, that real names have."""
    parts = words.split()
    style = dice.choices(
        ("snake", "title", "camel", "sentence", "upper", "pascal", "kebab"), (44, 27, 12, 7, 4, 4, 2)
    )[0]
    match style:
        case "snake":
            return "_".join(parts)
        case "upper":
            return "_".join(parts).upper()
        case "kebab":
            return "-".join(parts)
        case "title":
            return words.title()
        case "sentence":
            return words.capitalize()
    humps = "".join(part.capitalize() for part in parts)
    return humps if style == "pascal" else humps[0].lower() + humps[1:]


def _rule(dice: random.Random, name: str) -> dict[str, Any]:
    properties = {key: _schema(dice, key) for key in dice.sample(KEYS, dice.randint(0, 5))}
    if dice.random() < 0.1:
        properties |= {f"item_{number}_name": {"type": "string"} for number in (1, 2, 3)}
    if "order" in name.lower() or name in CRITICAL:
        properties["total"] = {"type": "string" if dice.random() < 0.2 else "number"}
    inside: dict[str, Any] = {"type": "object", "properties": properties}
    meta: dict[str, Any] = {"status": "live"}
    if name in CRITICAL:
        meta["importance"] = "critical"
        properties["total"] = {"type": "number"}
    if name == "Order Completed":
        properties["discount"] = {"type": "number", "minimum": 100, "maximum": 0}
    if dice.random() < 0.04:
        inside["required"] = ["user_id"] if "user_id" in properties else ["user_idd"]
    if dice.random() < 0.03:
        meta |= {"purpose": "Which things do people do?", "owner": "growth"}
    schema = {"type": "object", "properties": {"context": {}, "traits": {}, "properties": inside}}
    if dice.random() < 0.04:
        schema["description"] = "Fired when the user clicks the button."
    return {"type": "track", "name": name, "version": 1, "schema": schema, "meta": meta}


def _schema(dice: random.Random, key: str) -> dict[str, Any]:
    if dice.random() < 0.6:
        return {}
    number = key in ("value", "user_id") and dice.random() < 0.2
    return {"type": "number" if number else "string"}


def _identify() -> dict[str, Any]:
    created = {"type": "string", "format": "datetime"}
    traits = {
        "type": "object",
        "properties": {"email": {}, "Email": {"type": "string"}, "createdAt": created},
    }
    return {"type": "identify", "version": 1, "schema": {"type": "object", "properties": {"traits": traits}}}
