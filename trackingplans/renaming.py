"""Renaming an event for which messages come: its former name is understood for a while, unless told otherwise."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from trackingplans import observing
from trackingplans.models import TrackingPlan

KEPT_FOR = timedelta(days=30)


def keeping_former(plan: TrackingPlan, changes: Iterable[Any], *, now: datetime) -> list[Any]:
    """The changes; each that renames an event with traffic of the last week keeps its former name for 30 days, where it
    does not say `keep_former` itself. One query where anything is renamed."""
    listed = list(changes)
    names = {name for one in listed if (name := _renamed(one))}
    seen = observing.seen_names(plan, names, now=now) if names else {}
    until = str((now + KEPT_FOR).date())
    return [{**one, "keep_former": {"until": until}} if _renamed(one) in seen else one for one in listed]


def _renamed(change: Any) -> tuple[str, str] | None:
    """The event that a change renames without saying what becomes of its name; None for every other."""
    if not isinstance(change, dict) or change.get("op") != "rename_rule" or "keep_former" in change:
        return None
    of = change.get("of")
    kind, name = (of.get("type"), of.get("name")) if isinstance(of, dict) else (None, None)
    return (kind, name) if isinstance(kind, str) and isinstance(name, str) else None
