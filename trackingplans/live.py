"""Published plans as values, kept in the process: a version never changes, so nothing here goes stale."""

from collections import OrderedDict
from threading import Lock
from typing import Any

from trackingplans import assembling
from trackingplans.domain.plan import Plan, from_document
from trackingplans.domain.validation import CompiledPlan
from trackingplans.models import PlanVersion

KEPT = 64  # what is derived from versions is kept of so many
MOST_RULES = 30_000  # of all versions kept; a rule and what it compiles to take some kilobytes


class Versions:
    """The versions asked for last, as many as hold `most_rules` between them (and always the last one)."""

    def __init__(self, most_rules: int) -> None:
        self._most_rules = most_rules
        self._kept: OrderedDict[int, CompiledPlan] = OrderedDict()
        self._rules = 0
        self._lock = Lock()

    def get(self, version_id: int) -> CompiledPlan:
        """The version, read from the database the first time. Raises PlanVersion.DoesNotExist."""
        with self._lock:
            found = self._kept.get(version_id)
            if found is not None:
                self._kept.move_to_end(version_id)
                return found
        made = CompiledPlan(_read(version_id))
        with self._lock:
            return self._keep(version_id, made)

    def _keep(self, version_id: int, made: CompiledPlan) -> CompiledPlan:
        """Of two threads that read the same version, the first one's is kept."""
        if version_id not in self._kept:
            self._kept[version_id] = made
            self._rules += len(made.plan.rules)
        while self._rules > self._most_rules and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._rules -= len(dropped.plan.rules)
        return self._kept[version_id]


_versions = Versions(MOST_RULES)
_rules: OrderedDict[str, dict[str, Any]] = OrderedDict()  # by digest; never changed in place
_rules_lock = Lock()


def compiled(version_id: int) -> CompiledPlan:
    """The version (by its primary key) ready to check messages; its rules compile at their first event.

    Raises PlanVersion.DoesNotExist.
    """
    return _versions.get(version_id)


def plan(version_id: int) -> Plan:
    """The plan of a version. Raises PlanVersion.DoesNotExist."""
    return compiled(version_id).plan


def _read(version_id: int) -> Plan:
    """Versions share the rules they have in common: less memory, and what is the same object need not be compared."""
    version = PlanVersion.objects.select_related("workspace").get(pk=version_id)
    with _rules_lock:
        known = {digest: _rules[digest] for digest in version.rules if digest in _rules}
    document = assembling.document(version, known)
    with _rules_lock:
        _rules.update(known)
        while len(_rules) > MOST_RULES:
            _rules.popitem(last=False)
    return from_document(document)
