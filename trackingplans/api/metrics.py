"""REST: a plan's metrics, and whether their funnels can be trusted."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import Choice
from trackingplans import drafting, measuring
from trackingplans.api.drafts import IF_MATCH, DraftOut
from trackingplans.api.editions import IN_DRAFT, InEdition

METRIC_KINDS = ("leading", "lagging")


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
