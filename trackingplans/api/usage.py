"""REST: whether reality follows a plan: what is implemented, what could be retired, and what arrives of an event."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import paging
from accounts.api.errors import Refused
from trackingplans import implementing, live, observing, retiring
from trackingplans.api.bodies import json_object, plan_problems
from trackingplans.api.drafts import DraftOut, OfDrafts, text_in
from trackingplans.domain import fitting
from trackingplans.domain.plan import Plan, PlanError
from trackingplans.domain.profiling import Profile
from trackingplans.models import TrackingPlan
from trackingplans.traffic import profiles

OF_EVENT = [
    OpenApiParameter("type", str, description="track by default."),
    OpenApiParameter("name", str, description="Of the event; empty where the call has none."),
]


class Implementation(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(["planned", "live"])
    expected = serializers.ListField(child=serializers.CharField(), help_text="Slugs of production sources.")
    done = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())


class Implementations(serializers.Serializer[Any]):
    implemented = serializers.IntegerField()
    total = serializers.IntegerField()
    items = Implementation(many=True)
    next = serializers.URLField(allow_null=True)


class ArrivingEvent(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField()
    source = serializers.CharField(help_text="Id of the source.")  # type: ignore[assignment]  # our key, not the attribute of fields
    messages = serializers.IntegerField(help_text="In 7 days.")
    last_hour = serializers.DateTimeField()
    releases = serializers.ListField(child=serializers.CharField())


class UnusedEvent(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField(help_text="Slug of a team, or empty.")
    is_deprecated = serializers.BooleanField()
    was_seen = serializers.BooleanField(help_text="It came as planned, longer ago than 90 days.")
    is_recent = serializers.BooleanField(help_text="It is in the plan for less than 90 days.")


class Retirement(serializers.Serializer[Any]):
    arriving = ArrivingEvent(many=True, help_text="Deprecated events that still come.")
    unused = UnusedEvent(many=True, help_text="Events that did not come in 90 days.")


class EventName(serializers.Serializer[Any]):
    type = serializers.CharField(required=False, default="track")
    name = serializers.CharField()


class RetireIn(serializers.Serializer[Any]):
    action = serializers.CharField(help_text="deprecate or remove")
    events = EventName(many=True)
    why = serializers.CharField(required=False)


class ProfileOfPlace(serializers.Serializer[Any]):
    path = serializers.CharField()
    seen = serializers.IntegerField()
    base = serializers.IntegerField(help_text="How many could have held it.")
    fill = serializers.FloatField(allow_null=True)
    types = serializers.DictField(child=serializers.IntegerField())
    formats = serializers.DictField(child=serializers.IntegerField())
    values = serializers.DictField(child=serializers.IntegerField(), help_text="JSON text of a value: times.")
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)


class ProfileSlice(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # our key, not the attribute of fields
    release = serializers.CharField()
    messages = serializers.IntegerField()


class FitSuggestion(serializers.Serializer[Any]):
    code = serializers.CharField()
    path = serializers.CharField()
    sentence = serializers.CharField()
    share = serializers.FloatField()
    base = serializers.IntegerField()
    changes = serializers.ListField(child=serializers.DictField(), help_text="For a draft's changes.")


class EventProfileOut(serializers.Serializer[Any]):
    messages = serializers.IntegerField(help_text="Sampled in 7 days.")
    items = ProfileOfPlace(many=True)
    slices = ProfileSlice(many=True)
    suggestions = FitSuggestion(many=True)


class ImplementationOf(OfDrafts):
    @extend_schema(
        operation_id="plans_implementation",
        parameters=paging.PARAMETERS,
        responses=Implementations,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """Which events came as planned from each source that should send them, and what is missing from which."""
        found = self.plan(plan)
        progress = implementing.progress(found, live_plan(found))
        items = [
            {
                "type": kind, "name": name, "status": implementing.status("", one), "expected": one.expected,
                "done": one.done, "missing": one.missing,
            }
            for (kind, name), one in progress.items()
        ]  # fmt: skip
        done = sum(one.is_live for one in progress.values())
        return paging.listed(request, items, dict, implemented=done, total=len(items))


class RetirementOf(OfDrafts):
    @extend_schema(operation_id="plans_retirement", responses=Retirement, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:  # noqa: ARG002  # DRF's signature
        """Deprecated events that still arrive, and events that nobody sent in 90 days."""
        found, now = self.plan(plan), timezone.now()
        value = live_plan(found)
        arriving = [
            {
                "type": one.event[0], "name": one.event[1], "source": one.source.public_id,
                "messages": one.messages, "last_hour": one.last_hour, "releases": one.releases,
            }
            for one in retiring.arriving(found, value, now=now)
        ]  # fmt: skip
        unused = [
            {
                "type": one.event[0], "name": one.event[1], "owner": one.owner,
                "is_deprecated": one.is_deprecated, "was_seen": one.was_seen, "is_recent": one.is_recent,
            }
            for one in retiring.unused(found, value, now=now)
        ]  # fmt: skip
        return Response({"arriving": arriving, "unused": unused})

    @extend_schema(operation_id="plans_retire", request=RetireIn, responses={201: DraftOut}, tags=["plans"])
    def post(self, request: Request, plan: str) -> Response:
        """A draft in which events are deprecated or removed."""
        found, body = self.plan(plan), json_object(request)
        events, action, why = _events(body.get("events")), text_in(body, "action"), text_in(body, "why")
        try:
            draft = retiring.retire(found, live_plan(found), self.actor, events, action, why=why)
        except PlanError as error:
            raise plan_problems(error) from None
        return self.said(draft.public_id, status=201)


class ProfileOf(OfDrafts):
    @extend_schema(
        operation_id="plans_profile",
        parameters=[
            *OF_EVENT,
            OpenApiParameter("source", str, description="Id of a source; by default all production ones."),
            OpenApiParameter("release", str, description="By default all."),
        ],
        responses=EventProfileOut,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """What was sampled of an event in the last 7 days, in the plan or not, and what would make its rule fit it."""
        found, asked = self.plan(plan), request.query_params
        event = asked.get("type", "track"), asked.get("name", "")
        sources = {one.pk: one.public_id for one in observing.counted_sources(found)}
        if "source" in asked:
            own = found.sources.filter(public_id=asked["source"]).first()
            if own is None:
                sentence = "No source of the plan has this id."
                raise Refused("invalid", "Some values cannot be used.", [("source", sentence)])
            sources = {own.pk: own.public_id}
        since = timezone.now().date() - profiles.WEEK
        slices = profiles.slices(self.workspace, sources, event, since)
        slices = [one for one in slices if asked.get("release", one.release) == one.release]
        profile = Profile()
        for one in slices:
            profile.merge(one.profile)
        rules = [rule for rule in live_plan(found).rules if (rule.type, rule.name) == event]
        fits = fitting.suggestions(profile, max(rules, key=lambda rule: rule.version)) if rules else []
        return Response(
            {
                "messages": profile.messages,
                "items": [_place(profile, path) for path in sorted(profile.places)],
                "slices": [
                    {"source": sources[one.source_id], "release": one.release, "messages": one.profile.messages}
                    for one in slices
                ],
                "suggestions": [
                    {
                        "code": one.code, "path": one.path, "sentence": one.sentence, "share": one.share,
                        "base": one.base, "changes": list(one.edits),
                    }
                    for one in fits
                ],
            }
        )  # fmt: skip


def live_plan(plan: TrackingPlan) -> Plan:
    """The plan as it is live."""
    return live.plan(plan.live_version_id) if plan.live_version_id else Plan()


def _place(profile: Profile, path: str) -> dict[str, Any]:
    place = profile.places[path]
    return {
        "path": path, "seen": place.seen, "base": profile.base(path), "fill": profile.fill(path),
        "types": place.kinds, "formats": place.forms, "values": place.values, "minimum": place.least,
        "maximum": place.greatest,
    }  # fmt: skip


def _events(value: object) -> list[retiring.Event]:
    """Raises Refused naming each that is no event."""
    if not isinstance(value, list):
        raise Refused("invalid", "Some values cannot be used.", [("events", 'Send [{"type", "name"}, …].')])
    found, wrong = [], []
    for place, one in enumerate(value):
        kind, name = (one.get("type", "track"), one.get("name")) if isinstance(one, dict) else (None, None)
        if isinstance(kind, str) and isinstance(name, str):
            found.append((kind, name))
        else:
            wrong.append((f"events.{place}", 'Send {"type", "name"}.'))
    if wrong:
        raise Refused("invalid", "Some values cannot be used.", wrong)
    return found
