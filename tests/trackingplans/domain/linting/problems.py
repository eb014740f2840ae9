"""What lint says of small plans."""

from datetime import date
from typing import Any

from trackingplans.domain.lint import lint, report
from trackingplans.domain.linting.problem import Problem
from trackingplans.domain.plan import from_document

TODAY = date(2026, 11, 22)
FINE = {"type": "string", "description": "What it holds"}
# Events that are different things for everybody.
THINGS = [
    f"{thing} Viewed"
    for thing in (
        "Cart",
        "Coupon",
        "Invoice",
        "Menu",
        "Profile",
        "Report",
        "Ticket",
        "Team",
        "Video",
        "Wishlist",
    )
]
META = {"purpose": "Which orders make money?", "owner": "checkout", "trigger": "The order is paid."}


def event(name: str = "Order Completed", properties: Any = None, **more: Any) -> dict[str, Any]:
    """A rule with which nothing is wrong, but for what is given."""
    inside = {"type": "object", "properties": {"order_id": FINE} if properties is None else properties}
    inside |= more.pop("inside", {})
    schema = {"type": "object", "properties": {"properties": inside}}
    rule = {
        "type": "track",
        "name": name,
        "version": 1,
        "schema": schema,
        "meta": META | more.pop("meta", {}),
    }
    return rule | more


def one(node: Any, **more: Any) -> dict[str, Any]:
    """A rule with one property, `total`, of this schema."""
    node = {"description": "Sum", **node} if isinstance(node, dict) else node
    return event(properties={"total": node}, **more)


def found(*rules: Any, **plan: Any) -> list[Problem]:
    """The problems of a plan of these rules."""
    return lint(from_document({"planwright": 1, "rules": list(rules), **plan}))


def of(code: str, *rules: Any, **plan: Any) -> list[str]:
    """Places of the problems of one code: `Order Completed /schema/…`, `/metrics/0`."""
    return [f"{one.event} {one.path}".strip() for one in found(*rules, **plan) if one.code == code]


def codes(*rules: Any, **plan: Any) -> set[str]:
    return {problem.code for problem in found(*rules, **plan)}


def told(*rules: Any, on: date = TODAY, **plan: Any):
    """What is open and what is muted on a day."""
    read = from_document({"planwright": 1, "rules": list(rules), **plan})
    return report(read, lint(read), on)
