"""Sources: where events come from, which plan judges them, and the keys they send with."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.text import slugify

from accounts import auditing
from accounts.models import Team, User, Workspace
from trackingplans.draft_models import Draft, DraftStatus
from trackingplans.models import Environment, Source, SourceType, TrackingPlan, TrafficHour, WriteKey

GRACE = timedelta(hours=24)
SETTLING_HOURS = 48
LONGEST_SLUG = 60


class CannotFollow(Exception):
    """This source cannot be judged by this draft."""


class WrongName(Exception):
    """The name typed to confirm a deletion is not the source's."""


@transaction.atomic
def create_source(
    workspace: Workspace,
    *,
    name: str,
    type: SourceType,
    actor: User | None,
    now: datetime,
    environment: Environment = Environment.PRODUCTION,
    owner: Team | None = None,
    plan: TrackingPlan | None = None,
    settling_hours: int = SETTLING_HOURS,
) -> Source:
    """A source with its first write key. Its slug comes from the name and stays when the name changes."""
    source = _with_free_slug(
        Source(
            workspace=workspace,
            name=name,
            type=type,
            environment=environment,
            owner=owner,
            settling_hours=settling_hours,
        )
    )
    WriteKey.objects.create(workspace=workspace, source=source)
    auditing.record(workspace, actor, "source.created", name, environment=str(environment))
    if plan is not None:
        attach_plan(source, plan, actor=actor, now=now)
    return source


@transaction.atomic
def attach_plan(source: Source, plan: TrackingPlan | None, *, actor: User | None, now: datetime) -> None:
    """From now on the source's messages are judged by `plan` (None: by nothing).

    Settling in begins with a source's first plan and never again.
    """
    if source.plan_id == (plan.pk if plan else None):
        return
    source.plan, source.draft = plan, None
    if plan is not None and source.plan_attached_at is None:
        source.plan_attached_at = now
    source.save(update_fields=["plan", "draft", "plan_attached_at"])
    auditing.record(
        source.workspace, actor, "source.plan_changed", source.name, plan=plan.name if plan else None
    )


@transaction.atomic
def follow(source: Source, draft: Draft | None, *, actor: User | None) -> None:
    """From now on a development source is judged by an open draft of its plan (None: by what is live again).

    Raises CannotFollow.
    """
    if draft is not None and source.environment != Environment.DEVELOPMENT:
        raise CannotFollow("Only development sources follow a draft: production is judged by what is live.")
    if draft is not None and (draft.plan_id != source.plan_id or draft.status != DraftStatus.OPEN):
        raise CannotFollow("A source follows an open draft of its own plan.")
    source.draft = draft
    source.save(update_fields=["draft"])
    auditing.record(
        source.workspace, actor, "source.follows", source.name, draft=draft.name if draft else None
    )


@transaction.atomic
def rotate_key(source: Source, *, actor: User | None, now: datetime, grace: timedelta = GRACE) -> WriteKey:
    """A new write key; the ones before it work until `now + grace`, or their own end if that comes first."""
    ends = now + grace
    keys = WriteKey.objects.for_workspace(source.workspace).select_for_update().filter(source=source)
    keys.filter(Q(expires_at=None) | Q(expires_at__gt=ends)).update(expires_at=ends)
    key: WriteKey = WriteKey.objects.create(workspace=source.workspace, source=source)
    hours = round(grace / timedelta(hours=1))
    auditing.record(source.workspace, actor, "source.key_rotated", source.name, grace_hours=hours)
    return key


def keys(source: Source, *, now: datetime) -> list[WriteKey]:
    """The keys that work, the current one first."""
    return keys_of(source.workspace, [source], now=now).get(source.pk, [])


def keys_of(workspace: Workspace, sources: Iterable[Source], *, now: datetime) -> dict[int, list[WriteKey]]:
    """The keys of each source that work, its current one first, by the source's primary key."""
    rows = WriteKey.objects.for_workspace(workspace).filter(source__in=[source.pk for source in sources])
    found: dict[int, list[WriteKey]] = {}
    for key in rows.exclude(expires_at__lte=now).order_by(F("expires_at").desc(nulls_first=True), "-pk"):
        found.setdefault(key.source_id, []).append(key)
    return found


@transaction.atomic
def change(
    source: Source,
    *,
    name: str,
    type: SourceType,
    environment: Environment,
    owner: Team | None,
    settling_hours: int,
    actor: User | None,
) -> None:
    """Sets what a source is called and belongs to; notes in the audit which of it changed."""
    new = {
        "name": name,
        "type": type,
        "environment": environment,
        "owner": owner,
        "settling_hours": settling_hours,
    }
    changed = [field for field, value in new.items() if getattr(source, field) != value]
    for field in changed:
        setattr(source, field, new[field])
    if changed:
        source.save(update_fields=changed)
        auditing.record(source.workspace, actor, "source.changed", source.name, fields=changed)


@transaction.atomic
def delete(source: Source, *, typed: str, actor: User | None) -> None:
    """Removes the source with its keys and all that was counted under it. Raises WrongName."""
    if typed.strip() != source.name:
        raise WrongName
    auditing.record(source.workspace, actor, "source.deleted", source.name)
    TrafficHour.objects.filter(workspace_id=source.workspace_id, source_id=source.pk).delete()
    source.delete()


def _with_free_slug(source: Source) -> Source:
    """Saves the source under the first slug of its name that the workspace does not use yet."""
    stem = slugify(source.name)[: LONGEST_SLUG - 4] or "source"
    for number in range(1, 1000):
        source.slug = stem if number == 1 else f"{stem}-{number}"
        try:
            with transaction.atomic():
                source.save()
        except IntegrityError:
            continue
        return source
    raise RuntimeError(f"A thousand sources are called {stem}.")
