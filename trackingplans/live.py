"""Published plans as values, kept in the process: a version never changes, so nothing here goes stale."""

from functools import lru_cache

from trackingplans import assembling
from trackingplans.domain.plan import Plan, from_document
from trackingplans.domain.validation import CompiledPlan
from trackingplans.models import PlanVersion

KEPT = 32  # versions a process keeps; each some megabytes at 2,000 events


@lru_cache(maxsize=KEPT)
def plan(version_id: int) -> Plan:
    """The plan of a version (its primary key). Raises PlanVersion.DoesNotExist."""
    version = PlanVersion.objects.select_related("workspace").get(pk=version_id)
    return from_document(assembling.document(version))


@lru_cache(maxsize=KEPT)
def compiled(version_id: int) -> CompiledPlan:
    """The version ready to check messages; its rules compile at their first event."""
    return CompiledPlan(plan(version_id))
