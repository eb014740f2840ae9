"""Who made it new: the traffic changed, or a version of the plan changed the rule.

The rule did when messages that are wrong now would have passed the version before, and the first of them came before
enough messages of its event had been judged by the new version without it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from json import loads

from django.db import connection

from accounts.models import Workspace
from trackingplans import live
from trackingplans.domain import rejudging
from trackingplans.domain.rejudging import Proof, Wrong
from trackingplans.models import PlanVersion
from violations.evidence import EVIDENCE
from violations.models import Sample, Violation

TRAFFIC = 0  # in place of a version's number
AT_ONCE = 500
LOOKS_BACK = timedelta(days=30)
VERSIONS = 5  # before the first occurrence

_MESSAGES = """
SELECT v.id, n.number, (
    SELECT coalesce(sum(t.conforming + t.violating + t.unplanned), 0)::bigint FROM trackingplans_traffichour t
    WHERE t.source_id = v.source_id AND t.type = v.type AND t.event = v.event
    AND t.hour >= n.published_at AND t.hour < v.first_seen_at - interval '1 hour'
)
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS n (id, number, published_at)
JOIN violations_violation v ON v.id = n.id
"""


def attribute(now: datetime, workspace: Workspace | None) -> int:
    """Says of what is new since it last looked which it was; returns of how many. Starting debt is nobody's doing."""
    rows = Violation.objects.for_workspace(workspace) if workspace else Violation.objects.all()
    unexplained = rows.filter(changed_by=None, passed_at__isnull=False, is_settling=False)
    found = list(unexplained.order_by("workspace_id", "passed_at")[:AT_ONCE])
    if not found:
        return 0
    versions = _versions([row.plan_id for row in found if row.plan_id is not None], now)
    samples: dict[int, list[Sample]] = defaultdict(list)
    suspects = [row for row in found if _before(row, versions)]
    for sample in Sample.objects.filter(violation__in=suspects):
        samples[sample.violation_id].append(sample)
    counts = _messages([(row, version) for row in suspects for version in _before(row, versions)])
    by_cause: dict[int, list[int]] = defaultdict(list)
    for row in found:
        told = [one for one in _before(row, versions) if counts[row.pk, one.number] < EVIDENCE]
        by_cause[_cause(row, told, _before(row, versions), samples[row.pk])].append(row.pk)
    for number, ids in by_cause.items():
        Violation.objects.filter(pk__in=ids, changed_by=None).update(changed_by=number)
    return len(found)


def _versions(plans: Sequence[int], now: datetime) -> dict[int, list[PlanVersion]]:
    """The versions of each plan that was published anew lately, newest first; none of a plan that was not."""
    lately = PlanVersion.objects.filter(plan__in=plans, number__gt=1, published_at__gt=now - LOOKS_BACK)
    found: dict[int, list[PlanVersion]] = defaultdict(list)
    rows = PlanVersion.objects.filter(plan__in=lately.values("plan_id")).defer("settings", "rules", "changes")
    for version in rows.order_by("plan_id", "-number"):
        found[version.plan_id].append(version)
    return found


def _before(row: Violation, versions: dict[int, list[PlanVersion]]) -> list[PlanVersion]:
    """The versions that were there when it began, newest first; fewer than two explain nothing."""
    known = [one for one in versions.get(row.plan_id or 0, ()) if one.published_at <= row.first_seen_at]
    return known[:VERSIONS] if len(known) > 1 else []


def _cause(
    row: Violation, recent: Sequence[PlanVersion], versions: Sequence[PlanVersion], samples: Sequence[Sample]
) -> int:
    """The number of the version that changed the rule, or TRAFFIC. `recent`: those that had judged too few messages of
    the event to speak for the rule as it was."""
    for after, before in zip(recent, versions[1:], strict=False):
        old, new = live.compiled(before.pk), live.compiled(after.pk)
        if not rejudging.concerned(old.plan, new.plan).includes(row.type, row.event):
            continue
        wrong = Wrong(row.family, row.code, row.path)
        # Judged backwards: wrong by the new version, and what does the one before say?
        proofs = {
            rejudging.proof(loads(one.message), wrong, one.path, new, old, one.received_at.date())
            for one in samples
        }
        if rejudging.together(proofs) != Proof.STILL_WRONG:
            return int(after.number)
    return TRAFFIC


def _messages(pairs: Sequence[tuple[Violation, PlanVersion]]) -> dict[tuple[int, int], int]:
    """Messages of its event in whole hours after a version came and before a violation began, by violation and
    version."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MESSAGES,
            (
                [row.pk for row, _ in pairs],
                [one.number for _, one in pairs],
                [one.published_at for _, one in pairs],
            ),
        )
        return {(pk, number): count for pk, number, count in cursor.fetchall()}
