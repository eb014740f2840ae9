"""Closes what a newer version of a plan no longer finds wrong: "accepted in v14".

`trackingplans` never calls up, so beat looks for versions that went live and judges the kept samples again. Samples
that prove nothing (masked, or none kept) leave it to the traffic: enough messages judged by the new version, none of
them wrong.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from json import loads
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, Q

from accounts.models import Workspace
from trackingplans import live
from trackingplans.domain import rejudging
from trackingplans.domain.rejudging import Proof, Wrong
from trackingplans.domain.validation import CompiledPlan
from trackingplans.models import PlanVersion, TrackingPlan
from violations import evidence
from violations.evidence import EVIDENCE
from violations.models import PlanWatch, Sample, State, Violation
from violations.tallying import OTHER

EVERYWHERE = timedelta(seconds=5)  # until every worker judges by a version that was published
BATCH = 200

_CHANGED = """
SELECT p.id FROM trackingplans_trackingplan p
JOIN trackingplans_planversion live ON live.id = p.live_version_id
LEFT JOIN violations_planwatch watch ON watch.plan_id = p.id
WHERE watch.number IS DISTINCT FROM live.number AND (%(workspace)s::bigint IS NULL OR p.workspace_id = %(workspace)s)
ORDER BY p.id
"""
_CLOSE = """
WITH locked AS (
    SELECT v.id, v.workspace_id, n.number, greatest(n.published_at, v.last_seen_at) AS at
    FROM violations_violation v
    JOIN unnest(%(ids)s::bigint[], %(numbers)s::int[], %(published)s::timestamptz[]) AS n (id, number, published_at)
        ON n.id = v.id
    WHERE v.state IN ('open', 'muted') AND v.last_seen_at <= n.published_at + %(everywhere)s
    ORDER BY v.source_id, v.key FOR UPDATE OF v
), changed AS (
    UPDATE violations_violation v SET state = 'resolved', resolution = 'accepted', resolved_at = locked.at,
        resolved_in = 'v' || locked.number, awaits = NULL, muted_at = NULL, muted_until = NULL, muted_count = NULL,
        mute = '{}'
    FROM locked WHERE v.id = locked.id
)
INSERT INTO violations_turn (workspace_id, violation_id, kind, at)
SELECT workspace_id, id, 'accepted', at FROM locked RETURNING violation_id
"""
# Seen again by the version it waits for: that one did not accept it.
_REFUTED = """
UPDATE violations_violation SET awaits = NULL WHERE id IN (
    SELECT v.id FROM violations_violation v
    JOIN trackingplans_planversion p ON p.plan_id = v.plan_id AND p.number = v.awaits
    WHERE v.awaits IS NOT NULL AND (v.state = 'resolved' OR v.last_seen_at > p.published_at + %(everywhere)s)
    AND (%(workspace)s::bigint IS NULL OR v.workspace_id = %(workspace)s)
    ORDER BY v.source_id, v.key FOR UPDATE OF v SKIP LOCKED
) RETURNING id
"""
_PROVED = """
SELECT v.id FROM violations_violation v
JOIN trackingplans_planversion p ON p.plan_id = v.plan_id AND p.number = v.awaits,
LATERAL (SELECT p.published_at + %(everywhere)s AS at) AS began,
LATERAL ({enough}) AS enough
WHERE v.awaits IS NOT NULL AND enough.at IS NOT NULL AND {mine} AND {which}
"""


def accept(now: datetime, workspace: Workspace | None, *, waits: bool) -> list[int]:
    """Takes up versions that went live since it last looked, and evidence gathered meanwhile; returns the ids of the
    violations that it closed. Of two workers the second waits for the first: a version is taken up once, whole."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"workspace": workspace.pk if workspace else None})
        plans = [row[0] for row in cursor.fetchall()]
    closed = [pk for plan_id in plans for pk in _take_up(plan_id)]
    given = {
        "now": now,
        "waits": waits,
        "workspace": workspace.pk if workspace else None,
        "everywhere": EVERYWHERE,
        "evidence": EVIDENCE,
    }
    evidence.changed(_REFUTED, given)
    proved = evidence.changed_in_scopes(_PROVED, given)
    if not proved:
        return closed
    rows = Violation.objects.filter(pk__in=proved)
    versions = PlanVersion.objects.filter(plan_id__in=rows.values("plan_id"))
    published = {
        (plan, number): at for plan, number, at in versions.values_list("plan_id", "number", "published_at")
    }
    told = list(rows.values_list("pk", "plan_id", "awaits"))
    return closed + _close([(pk, number, published[plan, number]) for pk, plan, number in told])


@transaction.atomic
def _take_up(plan_id: int) -> list[int]:
    """Judges the samples of everything that the versions since the last look may have changed."""
    plan = TrackingPlan.objects.select_related("live_version", "workspace").get(pk=plan_id)
    after: PlanVersion = plan.live_version
    first = PlanVersion.objects.filter(plan=plan).aggregate(number=Min("number"))["number"]
    PlanWatch.objects.bulk_create(
        [PlanWatch(workspace=plan.workspace, plan=plan, number=first)], ignore_conflicts=True
    )
    watch = PlanWatch.objects.select_for_update().get(plan=plan)
    if watch.number >= after.number:
        return []
    before = PlanVersion.objects.get(plan=plan, number=watch.number)
    old, new = live.compiled(before.pk), live.compiled(after.pk)
    closed: list[int] = []
    waiting: list[int] = []
    refuted: list[int] = []
    for batch in _concerned(plan, rejudging.concerned(old.plan, new.plan)):
        proofs = _proofs(batch, old, new)
        passing = [row.pk for row in batch if proofs[row.pk] == Proof.PASSES]
        closed += _close([(pk, after.number, after.published_at) for pk in passing])
        waiting += [row.pk for row in batch if proofs[row.pk] == Proof.NOTHING]
        refuted += [row.pk for row in batch if proofs[row.pk] == Proof.STILL_WRONG]
    Violation.objects.filter(pk__in=waiting).update(awaits=after.number)
    Violation.objects.filter(pk__in=refuted, awaits__isnull=False).update(awaits=None)
    watch.number = after.number
    watch.save(update_fields=["number"])
    return closed


def _concerned(plan: TrackingPlan, reach: rejudging.Concerned) -> Iterator[list[Violation]]:
    """What is open or muted and may be judged differently now, a batch at a time."""
    rows = Violation.objects.for_workspace(plan.workspace).filter(
        plan=plan, state__in=[State.OPEN, State.MUTED]
    )
    if not reach.everything:
        rows = rows.filter(Q(type="track", event__in=list(reach.events)) | Q(type__in=list(reach.types)))
    last = 0
    while reach:
        batch = list(rows.filter(pk__gt=last).exclude(event=OTHER, path=OTHER).order_by("pk")[:BATCH])
        if not batch:
            return
        last = batch[-1].pk
        yield batch


def _proofs(rows: Iterable[Violation], old: CompiledPlan, new: CompiledPlan) -> dict[int, Proof]:
    wrong = {row.pk: Wrong(row.family, row.code, row.path) for row in rows}
    found: dict[int, set[Proof]] = {pk: set() for pk in wrong}
    samples: Any = Sample.objects.filter(violation_id__in=list(wrong)).iterator(BATCH)
    for sample in samples:
        pk = sample.violation_id
        found[pk].add(
            rejudging.proof(
                loads(sample.message), wrong[pk], sample.path, old, new, sample.received_at.date()
            )
        )
    return {pk: rejudging.together(proofs) for pk, proofs in found.items()}


def _close(accepted: list[tuple[int, int, datetime]]) -> list[int]:
    """Resolves violations (id, number of the version, when it was published), those not seen since."""
    if not accepted:
        return []
    ids, numbers, published = (list(column) for column in zip(*accepted, strict=True))
    given = {"ids": ids, "numbers": numbers, "published": published, "everywhere": EVERYWHERE}
    return evidence.changed(_CLOSE, given)
