"""REST: a plan as it is live or as a draft has it, read and changed alike.

Every change is one step of a draft and asks for If-Match, as other changes do.
"""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trackingplans import drafting
from trackingplans.api.bodies import json_object
from trackingplans.api.drafts import OfDrafts, refusing, revision_in
from trackingplans.api.usage import live_plan
from trackingplans.domain.plan import Plan
from trackingplans.draft_models import Draft
from trackingplans.models import TrackingPlan

IN_DRAFT = OpenApiParameter(
    "draft", str, description="As this draft of the plan has it; by default as it is live."
)


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
