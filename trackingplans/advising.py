"""What to say to a name that a published plan does not have, kept for each version: it never changes."""

from functools import lru_cache

from trackingplans import live
from trackingplans.domain.naming import ConventionError, NamingConvention
from trackingplans.domain.naming.advising import Advice
from trackingplans.domain.planned_names import planned_names


@lru_cache(maxsize=live.KEPT)
def advice(version_id: int, kind: str) -> Advice:
    """By the plan's own convention (the usual one where that cannot be used); `kind`: event, property or trait."""
    plan = live.plan(version_id)
    try:
        convention = NamingConvention.from_document(dict(plan.naming))
    except ConventionError:
        convention = NamingConvention()
    return Advice(convention, kind, planned_names(plan, kind))
