"""REST: the events of a plan, as it is live or as a draft has it, each with its properties."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import paging
from trackingplans.api.editions import IN_DRAFT, InEdition
from trackingplans.domain import type_words
from trackingplans.domain.plan import Rule
from trackingplans.domain.properties import properties


class EventProperty(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="products.$.sku is the sku of each product.")
    at = serializers.CharField(help_text="JSON Pointer in the event's schema, as changes of drafts name it.")
    holds = serializers.CharField(help_text="The type in words.")
    required = serializers.BooleanField()  # type: ignore[assignment]  # our key, not the attribute of fields
    description = serializers.CharField()


class EventOut(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField(help_text="Empty where the call has none.")
    version = serializers.IntegerField()
    description = serializers.CharField()
    purpose = serializers.CharField()
    owner = serializers.CharField(help_text="Slug of a team, or empty.")
    importance = serializers.CharField()
    status = serializers.CharField()
    properties = EventProperty(many=True)


class EventPage(serializers.Serializer[Any]):
    items = EventOut(many=True)
    next = serializers.URLField(allow_null=True)


class EventsOf(InEdition):
    @extend_schema(
        operation_id="plans_events",
        parameters=[
            IN_DRAFT,
            OpenApiParameter("type", str, description="Of this call type only."),
            OpenApiParameter("owner", str, description="Slug of a team; empty: nobody's."),
            OpenApiParameter("q", str, description="Words in the name."),
            *paging.PARAMETERS,
        ],
        responses=EventPage,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """The events of a plan, in its own order. The whole schemas are in the plan's export."""
        asked = request.query_params
        rules = self.value(request, self.plan(plan)).rules
        return paging.listed(request, [rule for rule in rules if _fits(rule, asked)], _event)


def _fits(rule: Rule, asked: Any) -> bool:
    words = asked.get("q", "").casefold().split()
    return (
        rule.type == asked.get("type", rule.type)
        and rule.meta.get("owner", "") == asked.get("owner", rule.meta.get("owner", ""))
        and all(word in rule.name.casefold() for word in words)
    )


def _event(rule: Rule) -> dict[str, Any]:
    description = rule.schema.get("description") if isinstance(rule.schema, dict) else ""
    return {
        "type": rule.type,
        "name": rule.name,
        "version": rule.version,
        "description": _text(description),
        "purpose": _text(rule.meta.get("purpose")),
        "owner": _text(rule.meta.get("owner")),
        "importance": _text(rule.meta.get("importance")) or "normal",
        "status": _text(rule.meta.get("status")) or "live",
        "properties": [
            {
                "path": one.path, "at": one.at, "holds": type_words.words(one.schema), "required": one.is_required,
                "description": _text(one.schema.get("description")),
            }
            for one in properties(rule)
        ],
    }  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
