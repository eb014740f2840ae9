"""REST: GET /api/v1/plans/{plan}/problems, what is wrong with a plan itself."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import paging
from accounts.api.errors import Refused
from trackingplans import linting
from trackingplans.api.plans import OfPlans
from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.linting.problem import Severity
from trackingplans.linting import STATES, Listed


class Event(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField()


class MuteOut(serializers.Serializer[Any]):
    until = serializers.DateField()
    reason = serializers.CharField()
    owner = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    code = serializers.ChoiceField(list(RULES))
    severity = serializers.ChoiceField([severity.value for severity in Severity])
    state = serializers.ChoiceField(list(STATES))
    type = serializers.CharField(
        allow_null=True, help_text="Of the rule; null where the plan itself is meant."
    )
    name = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    path = serializers.CharField(help_text="JSON Pointer inside of the rule, or of the plan.")
    message = serializers.CharField()
    advice = serializers.CharField()
    suggestion = serializers.CharField(allow_null=True)
    is_critical = serializers.BooleanField()
    events = Event(many=True, help_text="All events it is about.")
    fingerprint = serializers.CharField(help_text="Stays when rules are reordered or others change.")
    mute = MuteOut(allow_null=True)


class ProblemSummary(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    existing = serializers.IntegerField(help_text="There in version `since` already.")
    muted = serializers.IntegerField()
    fixed = serializers.IntegerField()
    since = serializers.IntegerField()


class ProblemPage(serializers.Serializer[Any]):
    version = serializers.IntegerField(allow_null=True)
    summary = ProblemSummary()
    items = Problem(many=True)
    next = serializers.URLField(allow_null=True)


class Problems(OfPlans):
    @extend_schema(
        operation_id="plans_problems",
        parameters=[
            OpenApiParameter("code", str, enum=list(RULES), description="Of this rule only."),
            OpenApiParameter("severity", str, enum=[severity.value for severity in Severity]),
            OpenApiParameter("state", str, enum=list(STATES), description="By default new and existing."),
            *paging.PARAMETERS,
        ],
        responses=ProblemPage,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """What is wrong with the live version of a plan, worst first."""
        found = self.plan(plan)
        asked = {
            "code": _one_of(request, "code", RULES),
            "severity": _one_of(request, "severity", list(Severity)),
            "state": _one_of(request, "state", STATES),
        }
        report = linting.plan_report(found, on=timezone.now().date())
        fitting = [one for one in report.listed if _fits(one, **asked)]
        return paging.listed(
            request,
            fitting,
            _item,
            version=found.live_version.number if found.live_version else None,
            summary={**report.counts, "fixed": report.fixed, "since": report.since},
        )


def _fits(listed: Listed, code: str, severity: str, state: str) -> bool:
    return (
        (listed.state == state if state else listed.state != linting.MUTED)
        and listed.problem.code == (code or listed.problem.code)
        and listed.problem.severity == (severity or listed.problem.severity)
    )


def _item(listed: Listed) -> dict[str, Any]:
    mute = listed.mute
    told = {"until": mute.until, "reason": mute.reason, "owner": mute.owner} if mute else None
    return listed.problem.to_document() | {"state": listed.state, "mute": told}


def _one_of(request: Request, name: str, allowed: Any) -> str:
    value: str = request.query_params.get(name, "")
    if value and value not in allowed:
        raise Refused(
            "invalid", "Some values cannot be used.", [(name, f"This must be one of {', '.join(allowed)}.")]
        )
    return value
