"""REST: POST /api/v1/names/check, judging names as `planwright names` does."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.models import Role
from trackingplans import live
from trackingplans.api.bodies import NamesBody
from trackingplans.api.plans import OfPlans
from trackingplans.domain.naming import CODES, ConventionError, NamingConvention, judge, to_result
from trackingplans.domain.plan import Plan
from trackingplans.domain.planned_names import planned_names

KINDS = ("event", "property", "trait")
SEVERITIES = ("warn", "error")


class NamesIn(serializers.Serializer[Any]):
    names = serializers.ListField(
        child=serializers.CharField(), help_text="At most 5,000 names of up to 1,000 characters."
    )
    kind = serializers.ChoiceField(KINDS, default="event")
    plan = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="The id of a plan: its naming rules and its names are judged by. Without one the names' own "
        "majority decides.",
    )


class Issue(serializers.Serializer[Any]):
    code = serializers.ChoiceField(CODES)
    severity = serializers.ChoiceField(SEVERITIES)
    message = serializers.CharField()
    span = serializers.ListField(
        child=serializers.IntegerField(), help_text="From and to, in characters of the name."
    )


class JudgedName(serializers.Serializer[Any]):
    name = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField())
    casing = serializers.CharField()
    order = serializers.ChoiceField(["object_action", "action_object", "object_only", "action_only", "none"])
    object = serializers.CharField()
    action = serializers.CharField()
    tail = serializers.CharField()
    tense = serializers.ListField(child=serializers.ChoiceField(["past", "present", "gerund"]))
    namespace = serializers.CharField()
    dynamic = serializers.BooleanField()
    issues = Issue(many=True)
    suggestions = serializers.ListField(child=serializers.CharField(), help_text="Best first.")
    confidence = serializers.ChoiceField(["high", "low"])


class JudgedNames(serializers.Serializer[Any]):
    results = JudgedName(many=True)


class CheckNames(OfPlans):
    writer = Role.VIEWER  # nothing is written
    body_limit: int = settings.BODY_LIMIT_BYTES

    @extend_schema(
        operation_id="names_check",
        request={"application/json": NamesIn},
        responses=JudgedNames,
        tags=["names"],
    )
    def post(self, request: Request) -> Response:
        """Judge names of events, properties or traits, alone and beside each other; records nothing."""
        asked = NamesBody(request, KINDS)
        planned = self.planned(asked.plan) if asked.plan is not None else Plan()
        try:
            convention = NamingConvention.from_document(dict(planned.naming))
        except ConventionError as error:
            place = f"naming.{error.path}".rstrip(".")
            raise Refused(
                "invalid", "The plan's naming rules cannot be used.", [(place, error.message)]
            ) from None
        judged = judge(asked.names, convention, asked.kind, planned_names(planned, asked.kind))
        return Response({"results": [to_result(one) for one in judged]})

    def planned(self, plan: str) -> Plan:
        """The live plan; one that was never published has no names. Raises Http404."""
        version = self.plan(plan).live_version
        return live.plan(version.pk) if version is not None else Plan()
