"""REST: POST /api/v1/plans/{plan}/check, judging messages without recording anything."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.models import Role
from trackingplans import checking, live
from trackingplans.api.bodies import CheckBody
from trackingplans.api.plans import OfPlans
from trackingplans.domain.findings import Family, Verdict


class CheckIn(serializers.Serializer[Any]):
    events = serializers.ListField(
        child=serializers.JSONField(), help_text="At most 2,500 messages, 4 MB in all."
    )
    version = serializers.IntegerField(required=False, allow_null=True, help_text="By default the live one.")


class Summary(serializers.Serializer[Any]):
    events = serializers.IntegerField()
    conforming = serializers.IntegerField()
    violating = serializers.IntegerField()
    unplanned = serializers.IntegerField()
    unchecked = serializers.IntegerField()
    rejected = serializers.IntegerField()


class Decision(serializers.Serializer[Any]):
    action = serializers.ChoiceField(["allow", "omit", "block"])
    omit = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(allow_null=True)


class Finding(serializers.Serializer[Any]):
    family = serializers.ChoiceField([family.value for family in Family])
    code = serializers.CharField()
    path = serializers.CharField()
    message = serializers.CharField()
    expected = serializers.CharField(allow_null=True)
    actual = serializers.CharField(allow_null=True)
    suggestion = serializers.CharField(allow_null=True)


class Result(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    message_id = serializers.CharField(allow_null=True)
    type = serializers.CharField(allow_null=True)
    event = serializers.CharField(allow_null=True)
    verdict = serializers.ChoiceField([verdict.value for verdict in Verdict])
    decision = Decision(allow_null=True)
    findings = Finding(many=True)


class Checked(serializers.Serializer[Any]):
    plan = serializers.CharField()
    version = serializers.IntegerField()
    summary = Summary()
    results = Result(many=True)


class Check(OfPlans):
    writer = Role.VIEWER  # nothing is written
    body_limit: int = settings.BODY_LIMIT_BYTES

    @extend_schema(
        operation_id="plans_check",
        request={"application/json": CheckIn},
        responses=Checked,
        tags=["plans"],
    )
    def post(self, request: Request, plan: str) -> Response:
        """Judge messages as the door would; records nothing. A message that is none is `rejected`, the rest judged."""
        found = self.plan(plan)
        asked = CheckBody(request)
        if asked.wants_draft:
            raise Refused(
                "not_found", "There is no such draft.", [("draft", "There is no such draft.")], status=404
            )
        version = found.live_version
        if asked.version is not None:
            version = self.version(found, asked.version)
        if version is None:
            raise Http404
        compiled = live.compiled(version.pk)
        today = timezone.now().date()
        return Response(
            checking.check(compiled, asked.messages, plan=found.public_id, version=version.number, on=today)
        )
