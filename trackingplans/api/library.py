"""REST: what a plan's events share: properties, groups, metrics, naming rules. Read live or in a draft, changed in one.

Every change is one step of a draft and asks for If-Match, as other changes do.
"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.fields import Choice
from trackingplans import drafting, measuring
from trackingplans.api.bodies import json_object
from trackingplans.api.drafts import IF_MATCH, DraftOut, OfDrafts, refusing, revision_in
from trackingplans.api.usage import live_plan
from trackingplans.domain import convention_words, library
from trackingplans.domain.naming import ConventionError, NamingConvention
from trackingplans.domain.plan import Plan
from trackingplans.domain.planned_names import inferred_naming
from trackingplans.domain.schema_problems import schema_problems
from trackingplans.draft_models import Draft
from trackingplans.models import TrackingPlan

IN_DRAFT = OpenApiParameter(
    "draft", str, description="As this draft of the plan has it; by default as it is live."
)
METRIC_KINDS = ("leading", "lagging")


class PropertyUse(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    path = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON pointer in the rule's schema.")
    differs = serializers.BooleanField(help_text="The event says something else than the definition.")


class SharedProperty(serializers.Serializer[Any]):
    name = serializers.CharField()
    schema = serializers.DictField()
    groups = serializers.ListField(child=serializers.CharField())
    conflicts = serializers.IntegerField()
    uses = PropertyUse(many=True)


class LibraryOut(serializers.Serializer[Any]):
    properties = SharedProperty(many=True)
    candidates = SharedProperty(many=True, help_text="In several events, without a definition.")
    groups = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class PropertyIn(serializers.Serializer[Any]):
    schema = serializers.DictField(help_text="The JSON Schema that all of its events follow.")
    everywhere = serializers.BooleanField(default=False, help_text="Events that say otherwise follow, too.")


class GroupIn(serializers.Serializer[Any]):
    properties = serializers.ListField(child=serializers.CharField(), help_text="Names of shared properties.")


class StepInSource(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # our key, not the attribute of fields
    health = serializers.ChoiceField([one.value for one in measuring.Health])
    conforming = serializers.IntegerField()
    judged = serializers.IntegerField()


class FunnelStep(serializers.Serializer[Any]):
    event = serializers.CharField()
    is_sound = serializers.BooleanField()
    sources = StepInSource(many=True)


class MetricDefinition(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    author = serializers.CharField()
    text = serializers.CharField()


class MetricOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    question = serializers.CharField()
    definition = serializers.CharField()
    kind = serializers.CharField()
    north_star = serializers.BooleanField()
    funnel = FunnelStep(many=True)
    events = serializers.ListField(
        child=serializers.CharField(), help_text="That serve it beside the funnel."
    )
    history = MetricDefinition(many=True)


class MetricsOut(serializers.Serializer[Any]):
    items = MetricOut(many=True)
    idle = serializers.ListField(child=serializers.CharField(), help_text="Events that serve no metric.")


class MetricIn(serializers.Serializer[Any]):
    question = serializers.CharField(required=False, allow_blank=True)
    definition = serializers.CharField(required=False, allow_blank=True)
    kind = Choice(METRIC_KINDS, required=False)
    north_star = serializers.BooleanField(required=False)
    funnel = serializers.ListField(child=serializers.CharField(), required=False)


class NamingOut(serializers.Serializer[Any]):
    naming = serializers.DictField()
    sentences = serializers.ListField(child=serializers.CharField(), help_text="The rules in plain words.")


class InferredNaming(serializers.Serializer[Any]):
    naming = serializers.DictField()
    support = serializers.ListField(child=serializers.CharField(), help_text="How many names follow each.")


class NamingIn(serializers.Serializer[Any]):
    naming = serializers.DictField()


class InEdition(OfDrafts):
    def value(self, request: Request, plan: TrackingPlan) -> Plan:
        """The plan as `?draft=` has it, or as it is live."""
        named = request.query_params.get("draft")
        if not named:
            return live_plan(plan)
        draft = self.draft(named)
        if draft.plan_id != plan.pk:
            raise Http404
        return drafting.value(draft)

    def changed(self, request: Request, draft: Draft, edits: list[dict[str, Any]], why: str) -> Response:
        """The draft after these edits; as it is where there are none."""
        expected = revision_in(request)
        if edits:
            refusing(lambda: drafting.change(draft, self.actor, edits, expected=expected, why=why))
        return self.said(draft.public_id)

    def asked(self, request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The body in this shape. Raises ValidationError."""
        body = shape(data=json_object(request))
        body.is_valid(raise_exception=True)
        found: dict[str, Any] = body.validated_data
        return found


class LibraryOf(InEdition):
    @extend_schema(operation_id="plans_library", parameters=[IN_DRAFT], responses=LibraryOut, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:
        """Shared properties with their uses and conflicts, properties that could be shared, and groups."""
        books = library.library(self.value(request, self.plan(plan)))
        return Response(
            {
                "properties": [_shared(one) for one in books.shared],
                "candidates": [_shared(one) for one in books.candidates],
                "groups": {name: list(members) for name, members in books.groups},
            }
        )


class SharedPropertyOf(InEdition):
    @extend_schema(
        operation_id="drafts_define_property",
        parameters=[IF_MATCH],
        request=PropertyIn,
        responses=DraftOut,
        tags=["drafts"],
    )
    def put(self, request: Request, draft: str, property: str) -> Response:
        """Define a shared property, or change its definition once for all events that follow it."""
        found, asked = self.draft(draft), self.asked(request, PropertyIn)
        broken = [(f"schema.{one.path}".rstrip("."), one.message) for one in schema_problems(asked["schema"])]
        if broken:
            raise Refused("invalid", "Some values cannot be used.", broken)
        value = drafting.value(found)
        books = library.library(value)
        empty = library.Shared(property, {}, ())
        one = next((one for one in (*books.shared, *books.candidates) if one.name == property), empty)
        edits = library.edits_to_define(value, one, asked["schema"], everywhere=asked["everywhere"])
        return self.changed(request, found, edits, f"Shared property {property}")

    @extend_schema(
        operation_id="drafts_undefine_property", parameters=[IF_MATCH], responses=DraftOut, tags=["drafts"]
    )
    def delete(self, request: Request, draft: str, property: str) -> Response:
        """Drop the definition; the events keep what they say."""
        found = self.draft(draft)
        value = drafting.value(found)
        one = next((one for one in library.library(value).shared if one.name == property), None)
        if one is None:
            raise Http404
        edits: list[dict[str, Any]] = [{"op": "set_plan", "path": ["properties", property]}]
        edits += [
            {"op": "set_rule", "of": _of(use), "path": ["meta", "properties", use.pointer, "shared"]}
            for use in one.uses
        ]
        groups = {name: [each for each in value.groups[name] if each != property] for name in one.groups}
        edits += [
            {"op": "set_plan", "path": ["groups", name], "value": left} for name, left in groups.items()
        ]
        return self.changed(request, found, edits, f"Shared property {property} dropped")


class GroupOf(InEdition):
    @extend_schema(
        operation_id="drafts_set_group",
        parameters=[IF_MATCH],
        request=GroupIn,
        responses=DraftOut,
        tags=["drafts"],
    )
    def put(self, request: Request, draft: str, group: str) -> Response:
        """Say which shared properties a group holds."""
        found, names = self.draft(draft), self.asked(request, GroupIn)["properties"]
        known = drafting.value(found).properties
        wrong = [
            (f"properties.{place}", f"The library has no property {name}.")
            for place, name in enumerate(names)
            if name not in known
        ]
        if wrong:
            raise Refused("invalid", "Some values cannot be used.", wrong)
        edit = {"op": "set_plan", "path": ["groups", group], "value": list(dict.fromkeys(names))}
        return self.changed(request, found, [edit], f"Group {group}")

    @extend_schema(
        operation_id="drafts_drop_group", parameters=[IF_MATCH], responses=DraftOut, tags=["drafts"]
    )
    def delete(self, request: Request, draft: str, group: str) -> Response:
        found = self.draft(draft)
        if group not in drafting.value(found).groups:
            raise Http404
        return self.changed(
            request, found, [{"op": "set_plan", "path": ["groups", group]}], f"Group {group} dropped"
        )


class MetricsOf(InEdition):
    @extend_schema(operation_id="plans_metrics", parameters=[IN_DRAFT], responses=MetricsOut, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:
        """Each metric with its funnel, step by step and source by source tracked and healthy or not, over 7 days."""
        found = self.plan(plan)
        told = measuring.metrics(found, self.value(request, found), now=timezone.now())
        return Response({"items": [_metric(one) for one in told.metrics], "idle": list(told.idle)})


class MetricOf(InEdition):
    @extend_schema(
        operation_id="drafts_set_metric",
        parameters=[IF_MATCH],
        request=MetricIn,
        responses=DraftOut,
        tags=["drafts"],
    )
    def put(self, request: Request, draft: str, metric: str) -> Response:
        """Add a metric, or change what is said of it; what the body leaves out stays."""
        found, said = self.draft(draft), self.asked(request, MetricIn)
        metrics = [dict(one) for one in drafting.value(found).metrics]
        at = next((at for at, one in enumerate(metrics) if one.get("name") == metric), len(metrics))
        before = metrics[at] if at < len(metrics) else {"name": metric}
        after = [*metrics[:at], {**before, **said}, *metrics[at + 1 :]]
        edits = [] if after == metrics else [{"op": "set_plan", "path": ["metrics"], "value": after}]
        return self.changed(request, found, edits, f"Metric {metric}")

    @extend_schema(
        operation_id="drafts_drop_metric", parameters=[IF_MATCH], responses=DraftOut, tags=["drafts"]
    )
    def delete(self, request: Request, draft: str, metric: str) -> Response:
        found = self.draft(draft)
        metrics = [dict(one) for one in drafting.value(found).metrics]
        left = [one for one in metrics if one.get("name") != metric]
        if left == metrics:
            raise Http404
        edit = {"op": "set_plan", "path": ["metrics"], "value": left}
        return self.changed(request, found, [edit], f"Metric {metric} dropped")


class NamingOf(InEdition):
    @extend_schema(operation_id="plans_naming", parameters=[IN_DRAFT], responses=NamingOut, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:
        """The plan's naming rules."""
        value = self.value(request, self.plan(plan))
        return Response({"naming": value.naming, "sentences": list(convention_words.told(value))})


class InferredNamingOf(InEdition):
    @extend_schema(
        operation_id="plans_infer_naming", parameters=[IN_DRAFT], responses=InferredNaming, tags=["plans"]
    )
    def get(self, request: Request, plan: str) -> Response:
        """The naming rules that most of the plan's own names follow, for a draft's naming."""
        naming, support = inferred_naming(self.value(request, self.plan(plan)))
        return Response({"naming": naming, "support": support})


class DraftNaming(InEdition):
    @extend_schema(
        operation_id="drafts_set_naming",
        parameters=[IF_MATCH],
        request=NamingIn,
        responses=DraftOut,
        tags=["drafts"],
    )
    def put(self, request: Request, draft: str) -> Response:
        """Set the naming rules."""
        found, naming = self.draft(draft), self.asked(request, NamingIn)["naming"]
        try:
            NamingConvention.from_document(naming)
        except ConventionError as error:
            place = f"naming.{error.path}" if error.path else "naming"
            raise Refused("invalid", "Some values cannot be used.", [(place, str(error))]) from None
        edit = {"op": "set_plan", "path": ["naming"], "value": naming}
        return self.changed(request, found, [edit], "Naming rules")


def _shared(one: library.Shared) -> dict[str, Any]:
    return {
        "name": one.name,
        "schema": one.schema,
        "groups": list(one.groups),
        "conflicts": one.conflicts,
        "uses": [
            {**_of(use), "path": use.path, "pointer": use.pointer, "differs": use.differs} for use in one.uses
        ],
    }


def _of(use: library.Use) -> dict[str, Any]:
    kind, name, version = use.rule.identity
    return {"type": kind, "name": name, "version": version}


def _metric(one: measuring.Metric) -> Mapping[str, Any]:
    return {
        "name": one.name, "question": one.question, "definition": one.definition, "kind": one.kind,
        "north_star": one.is_north_star,
        "funnel": [
            {
                "event": step.event,
                "is_sound": step.is_sound,
                "sources": [
                    {
                        "source": cell.source.public_id, "health": cell.health, "conforming": cell.conforming,
                        "judged": cell.judged,
                    }
                    for cell in step.cells
                ],
            }
            for step in one.steps
        ],
        "events": list(one.events),
        "history": [
            {"version": past.version, "at": past.at, "author": past.author, "text": past.text}
            for past in one.history
        ],
    }  # fmt: skip
