"""Implementation briefs of a version: one for each source of the plan, mailed to the team that owns the source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from trackingplans import live, posting
from trackingplans.domain import briefs
from trackingplans.domain.briefs import Item
from trackingplans.domain.impact import impacts
from trackingplans.domain.plan import Plan
from trackingplans.draft_models import PlanMail
from trackingplans.models import PlanVersion, Source, TrackingPlan
from trackingplans.traffic import counting


@dataclass(frozen=True, slots=True)
class Brief:
    """What one source has to do, and which events of that (type, name) it sends as the version says by now."""

    source: Source
    items: Sequence[Item]
    done: frozenset[tuple[str, str]]

    @property
    def finished(self) -> int:
        return sum(self.is_done(item) for item in self.items)

    def is_done(self, item: Item) -> bool:
        """Sent and conforming since the version is live; what is to go has no such sign."""
        return item.action != "remove" and (item.type, item.name) in self.done


def of_version(plan: TrackingPlan, version: PlanVersion) -> list[Brief]:
    """The briefs of a version against the one before; sources that have nothing to do are left out."""
    before, after = before_and_after(version)
    sources = (
        Source.objects.for_workspace(plan.workspace)
        .filter(plan=plan)
        .select_related("owner")
        .prefetch_related("owner__members__user")
    )
    changed = impacts(before, after)
    found = [
        (source, briefs.brief(before, after, changed, source.slug, source.type))
        for source in sources.order_by("name")
    ]
    done = _conforming(plan, version, found)
    return [
        Brief(source, items, frozenset((kind, name) for pk, kind, name in done if pk == source.pk))
        for source, items in found
        if items
    ]


def before_and_after(version: PlanVersion) -> tuple[Plan, Plan]:
    """The plan of the version before (an empty one before the first), and of this one."""
    rows = PlanVersion.objects.for_workspace(version.workspace).filter(plan=version.plan_id)
    earlier = rows.filter(number__lt=version.number).order_by("-number").values_list("pk", flat=True).first()
    return live.plan(earlier) if earlier else Plan(), live.plan(version.pk)


def text(plan: TrackingPlan, version: PlanVersion, brief: Brief) -> str:
    """A brief to paste into a ticket."""
    title = f"{plan.name} v{version.number} for {brief.source.name}"
    return briefs.text(brief.items, title, address(plan, version))


def address(plan: TrackingPlan, version: PlanVersion) -> str:
    """The lasting address of a version's briefs."""
    words = [plan.workspace.public_id, plan.public_id, version.number]
    return settings.BASE_URL + reverse("version_briefs", args=words)


def write_mail(plan: TrackingPlan, version: PlanVersion) -> list[PlanMail]:
    """One mail a source with something to do, to everybody of the team that owns it."""
    owned = Source.objects.for_workspace(plan.workspace).filter(plan=plan).exclude(owner=None)
    letters: list[PlanMail] = []
    if not owned.exists():
        return letters
    for brief in of_version(plan, version):
        team = brief.source.owner
        if team is None:
            continue
        people = [*team.addresses, *(member.user.email for member in team.members.all())]
        count = len(brief.items)
        subject = f"{plan.name} v{version.number}: {count} thing{'s' if count > 1 else ''} to do in {brief.source.name}"
        letters += posting.write(plan, people, subject, text(plan, version, brief))
    return letters


def _conforming(
    plan: TrackingPlan, version: PlanVersion, found: Sequence[tuple[Source, Sequence[Item]]]
) -> set[tuple[int, str, str]]:
    """Source, type and name of what came as planned since the hour after the version went live."""
    names = sorted({item.name for _, items in found for item in items})
    since = counting.hour_of(version.published_at) + timedelta(hours=1)
    hours = counting.hours(
        plan.workspace, sources=[source.pk for source, items in found if items], since=since
    )
    rows = hours.filter(event__in=names, conforming__gt=0).values_list("source_id", "type", "event")
    return set(rows.order_by().distinct()) if names else set()
