"""One violation: what is wrong, how often, where, with an example, and what people did about it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Membership, Role, Workspace
from accounts.web.access import WorkspaceRequest, member
from delivery import pacing
from delivery.models import Target
from trackingplans import outlining
from trackingplans.domain.findings import Family
from violations import (
    adopting,
    filtering,
    inbox,
    querying,
    remembering,
    renaming,
    routing,
    ruling,
    spreading,
    tracing,
    triage,
    wording,
)
from violations.forms import AssignForm, MuteForm
from violations.models import Sample, Violation
from violations.querying import Filters
from violations.renaming import Rename
from violations.routing import Routing
from violations.searching import Search
from violations.tracing import SPANS, Span
from violations.web import activity, fixing, note, rules
from violations.web import adopting as adopting_page

USUAL_SPAN = "14d"
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class InSource:
    """The violation in one of its sources, as it stands now."""

    violation: Violation
    status: str
    count: int  # in the stretch of time that the page counts


@dataclass(frozen=True, slots=True)
class Told:
    """How often it occurred, in all sources, among how many messages of its event. `words`: in which time;
    `counts`: by violation id; `only`: the violations that `count` is of, where not of all; `is_stored`: as a digest
    said, because the hours are gone."""

    count: int
    base: int
    words: str
    counts: Mapping[int, int]
    only: Set[int] | None
    is_stored: bool
    is_growing: bool  # now: False where a stretch of time was asked for

    @property
    def how_often(self) -> str:
        return f"{self.count:,} of {self.base:,} {self.words}"

    def is_of(self, violation: Violation) -> bool:
        return self.only is None or violation.pk in self.only


@dataclass(frozen=True, slots=True)
class DidYouMean:
    """The planned event that an unplanned one is close to, and what became of it in the same source."""

    planned: str
    url: str
    before: int
    since: int
    stopped: bool
    sentence: str


@require_GET
@member(Role.VIEWER)
def violation_detail(request: WorkspaceRequest, violation: str) -> HttpResponse:
    """`?span=`: how far the trend looks back; `?sample=`: which of the newest samples, from 1; `?since=&until=`:
    the stretch of time that counts are of; `?change=&team=`: only of the production sources in which it changed so,
    as in the links of digests."""
    return page(request, find(request.workspace, violation))


def find(workspace: Workspace, public_id: str) -> Violation:
    rows = Violation.objects.for_workspace(workspace).filter(public_id=public_id)
    found: Violation | None = (
        rows.select_related("source__target", "plan__live_version", "assignee", "workspace")
        .defer(*(f"plan__live_version__{name}" for name in ("settings", "rules", "changes")))  # they are long
        .first()
    )
    if found is None:
        raise Http404("There is no such violation.")
    return found


def page(
    request: WorkspaceRequest, violation: Violation, *, mute_form: MuteForm | None = None, status: int = 200
) -> HttpResponse:
    """The page; with a form whose values could not be used, that form is open on it."""
    now = timezone.now()
    workspace = request.workspace
    siblings = tracing.siblings(workspace, violation)
    samples = tracing.samples(workspace, violation)
    sample = _chosen(samples, request.GET.get("sample", ""))
    owners = routing.routing(workspace)
    told = _told(request, [violation, *siblings], owners, now)
    span = _span(request.GET.get("span", ""))
    context: dict[str, Any] = {
        "violation": violation,
        "status": triage.status(violation, now),
        "is_quiet": triage.is_quiet(violation, now),
        "told": told,
        "siblings": siblings,
        "in_sources": [
            InSource(row, triage.status(row, now), told.counts.get(row.pk, 0))
            for row in (violation, *siblings)
        ],
        "where": wording.listed([row.source.name for row in (violation, *siblings) if told.is_of(row)]),
        "trend": tracing.trend(violation, siblings, span, now),
        "spans": [(name, f"?span={name}") for name in SPANS],
        "samples": samples,
        "sample": sample,
        "got": tracing.got(samples[0]) if samples else "",
        "names": violation.folded_names.count() if violation.code == "unplanned_event" else 0,
        "did_you_mean": _did_you_mean(workspace, violation, now),
        "fixers": fixing.fixers(violation, owners),
        "skipped": _skipped(violation, now),
        "event_url": event_url(workspace, violation, violation.event),
        "permalink": request.build_absolute_uri(_address(workspace, violation)),
        "spreads": spreading.spreads(workspace, [violation, *siblings]),
        "affected": spreading.affected([violation, *siblings]),
        "activity": activity.lines(workspace, violation, now),
    }
    if violation.family == Family.UNPLANNED:
        came = adopting.newcomers(workspace, [violation], now)
        context["arrives"] = adopting_page.shown(came[0]) if came else None
    judging = ruling.ruling(violation, samples)
    if judging is not None:
        context["rule"] = rules.shown(judging, violation.path)
    context |= _acts(request, violation, now, mute_form)
    context["note"] = note.markdown(violation, samples, told.how_often, context["permalink"])
    return render(request, "violations/violation_detail.html", context, status=status)


def _told(request: WorkspaceRequest, everywhere: Sequence[Violation], owners: Routing, now: datetime) -> Told:
    """Counts of all sources, or of those in which it changed so, in the stretch asked for, else in the last 24 hours;
    those of an old digest when the hours it told are gone. `everywhere`: the violation, then its siblings."""
    violation = everywhere[0]
    try:
        asked = filtering.window(request.GET, now)
        changed = filtering.changed(request.GET, request.workspace, owners, now)
    except filtering.BadFilters:
        asked, changed = None, Filters()
    window = asked or inbox.last(DAY, now)
    resolved = {row.pk for row in everywhere if triage.was_resolved(row, window.since, window.until)}
    found = inbox.entries_of(request.workspace, [row.pk for row in everywhere], window, now)
    entries = [entry for entry in found if entry.count or entry.id in resolved]
    told: set[int] | None = None
    if changed.changes:
        where = Filters(
            changes=changed.changes, teams=changed.teams, environments=changed.environments,
            window=window, search=Search([violation.key]),
        )  # fmt: skip
        rows = querying.narrowed(request.workspace, where, owners, now)
        told = set(rows.values_list("pk", flat=True))
        entries = [entry for entry in found if entry.id in told]  # a mute may end where nothing occurred
    counts = {entry.id: entry.count for entry in found}
    count, base = sum(entry.count for entry in entries), sum(entry.base for entry in entries)
    digest = remembering.digest_of(request.workspace, window, (), now)
    line = remembering.line(digest, violation.public_id) if digest else None
    if line is not None:
        count, base = line["count"], line["base"]
    words = f"from {_moment(window.since)} to {_moment(window.until)} UTC" if asked else "in 24 h"
    is_growing = asked is None and any(entry.is_growing for entry in entries)
    return Told(count, base, words, counts, told, is_stored=line is not None, is_growing=is_growing)


def _skipped(violation: Violation, now: datetime) -> int:
    """Calls about it that its source's target did not get in the last seven days."""
    target: Target | None = getattr(violation.source, "target", None)  # loaded with it
    return pacing.skipped(target, now - WEEK, violation.key) if target else 0


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %b %H:%M}"


def event_url(workspace: Workspace, violation: Violation, event: str) -> str:
    """The page of an event of the violation's type in the live version of its plan; '' when there is none."""
    plan = violation.plan
    if plan is None or plan.live_version_id is None:
        return ""
    outline = outlining.outline(plan.live_version_id)
    if not any((row.type, row.name) == (violation.type, event) for row in outline.rows):
        return ""
    address = reverse("plan_event", args=[workspace.public_id, plan.public_id])
    return f"{address}?{urlencode({'type': violation.type, 'name': event})}"


def _address(workspace: Workspace, violation: Violation) -> str:
    return reverse("violation_detail", args=[workspace.public_id, violation.public_id])


def _span(name: str) -> Span:
    return SPANS.get(name, SPANS[USUAL_SPAN])


def _chosen(samples: Sequence[Sample], text: str) -> Sample | None:
    at = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    return samples[min(max(at, 1), len(samples)) - 1] if samples else None


def _did_you_mean(workspace: Workspace, violation: Violation, now: datetime) -> DidYouMean | None:
    planned = renaming.meant(violation)
    if not planned:
        return None
    traffic = renaming.traffic(workspace, [violation], now)[violation.pk]
    renames: list[Rename] = renaming.find(workspace, [violation], now)
    return DidYouMean(
        planned=planned,
        url=event_url(workspace, violation, planned),
        before=traffic.before,
        since=traffic.since,
        stopped=traffic.stopped,
        sentence=renames[0].sentence if renames else "",
    )


def _acts(
    request: WorkspaceRequest, violation: Violation, now: datetime, mute_form: MuteForm | None
) -> dict[str, Any]:
    """The forms for those who may decide; for others, the names of some who may."""
    if request.membership.may_edit:
        mine = Membership.objects.for_workspace(request.workspace).filter(user=violation.assignee)
        initial = {"assignee": mine.values_list("public_id", flat=True).first()}
        return {
            "mute_form": mute_form or MuteForm(now=now),
            "mute_is_open": mute_form is not None,
            "assign_form": AssignForm(workspace=request.workspace, initial=initial),
        }
    editors = Membership.objects.for_workspace(request.workspace).filter(role__gte=Role.EDITOR)
    return {"editors": [str(member.user) for member in editors.select_related("user").order_by("id")[:3]]}
