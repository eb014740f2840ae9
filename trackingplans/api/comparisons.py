"""REST: what differs between two states of a plan and whom it breaks; briefs of a version; the history."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import paging
from accounts.api.errors import Refused
from trackingplans import briefing, comparing, drafting, history, live
from trackingplans.api.drafts import OfDrafts
from trackingplans.api.shapes import CHANGE_KINDS
from trackingplans.domain.plan import Plan
from trackingplans.domain.schema_impact import Severity
from trackingplans.models import TrackingPlan

IMPACTS = tuple(severity.value for severity in Severity)


class Effect(serializers.Serializer[Any]):
    severity = serializers.ChoiceField(IMPACTS)
    path = serializers.CharField()
    reason = serializers.CharField()
    evidence = serializers.CharField(help_text="What 7 days of sampled traffic say; empty where they cannot.")


class Difference(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(CHANGE_KINDS)
    type = serializers.CharField(help_text="Empty: the plan's own settings.")
    name = serializers.CharField()
    version = serializers.IntegerField()
    former_name = serializers.CharField()
    severity = serializers.ChoiceField(IMPACTS)
    effects = Effect(many=True)


class Comparison(serializers.Serializer[Any]):
    items = Difference(many=True)
    next = serializers.URLField(allow_null=True)


class Todo(serializers.Serializer[Any]):
    action = serializers.ChoiceField(["add", "change", "rename", "remove"])
    type = serializers.CharField()
    name = serializers.CharField()
    former_name = serializers.CharField()
    wish = serializers.CharField(help_text="required, optional, or empty.")
    sentences = serializers.ListField(child=serializers.CharField())
    code = serializers.CharField()
    is_done = serializers.BooleanField(help_text="It came as planned since.")


class BriefItem(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # our key, not the attribute of fields
    text = serializers.CharField(help_text="The brief as Markdown, for a ticket.")
    items = Todo(many=True)


class Briefs(serializers.Serializer[Any]):
    items = BriefItem(many=True)


class HistoryEntry(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["published", "changed", "comment"])
    at = serializers.DateTimeField()
    who = serializers.CharField()
    why = serializers.CharField()
    sentences = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField(allow_null=True)
    draft = serializers.CharField()
    is_undone = serializers.BooleanField()


class HistoryPage(serializers.Serializer[Any]):
    items = HistoryEntry(many=True)
    next = serializers.URLField(allow_null=True)


class DraftDiff(OfDrafts):
    @extend_schema(
        operation_id="drafts_diff", parameters=paging.PARAMETERS, responses=Comparison, tags=["drafts"]
    )
    def get(self, request: Request, draft: str) -> Response:
        """What a draft changes, the worst first: breaking, risky or safe, with what traffic says."""
        found = self.draft(draft)
        return _compared(request, found.plan, drafting.base(found), drafting.value(found))


class Compare(OfDrafts):
    @extend_schema(
        operation_id="plans_compare",
        parameters=[
            OpenApiParameter("from", int, required=True, description="A version's number."),
            OpenApiParameter("to", int, description="By default the live one."),
            *paging.PARAMETERS,
        ],
        responses=Comparison,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """What differs between any two versions."""
        found = self.plan(plan)
        newest = found.live_version.number if found.live_version else 0
        before, after = (self._plan(request, found, key, newest) for key in ("from", "to"))
        return _compared(request, found, before, after)

    def _plan(self, request: Request, plan: TrackingPlan, key: str, otherwise: int) -> Plan:
        text = request.query_params.get(key, str(otherwise) if key == "to" else "")
        if not text.isdecimal() or len(text) > 8:
            raise Refused(
                "invalid", "Some values cannot be used.", [(key, "This must be a version's number.")]
            )
        return live.plan(self.version(plan, int(text)).pk)


class VersionBriefs(OfDrafts):
    @extend_schema(operation_id="versions_briefs", responses=Briefs, tags=["plans"])
    def get(self, request: Request, plan: str, number: int) -> Response:  # noqa: ARG002  # DRF's signature
        """What each source has to do for a version, and what of it came as planned since."""
        found = self.plan(plan)
        version = self.version(found, number)
        items = [
            {
                "source": brief.source.public_id,
                "text": briefing.text(found, version, brief),
                "items": [
                    {
                        "action": item.action, "type": item.type, "name": item.name, "former_name": item.former,
                        "wish": item.wish, "sentences": list(item.sentences), "code": item.code,
                        "is_done": brief.is_done(item),
                    }
                    for item in brief.items
                ],
            }
            for brief in briefing.of_version(found, version)
        ]  # fmt: skip
        return Response({"items": items})


class History(OfDrafts):
    @extend_schema(
        operation_id="plans_history",
        parameters=[
            OpenApiParameter("type", str, description="Of an event; by default the whole plan."),
            OpenApiParameter("name", str),
            OpenApiParameter("path", str, description="JSON pointer of a property in the event's schema."),
            *paging.PARAMETERS,
        ],
        responses=HistoryPage,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """Who changed what, when and why, the newest 200 first: of a plan, an event, or a property."""
        found, asked = self.plan(plan), request.query_params
        kind, pointer = asked.get("type", ""), asked.get("path", "")
        if pointer and not pointer.startswith("/"):
            raise Refused(
                "invalid", "Some values cannot be used.", [("path", "A JSON pointer starts with a slash.")]
            )
        if kind:
            rules = history.names_of(found, kind, asked.get("name", ""))
            entries = history.of_rule(found, rules, pointer)
        else:
            entries = history.of_plan(found)
        return paging.listed(request, entries, _entry)


def _entry(one: history.Entry) -> dict[str, Any]:
    return {
        "kind": one.kind, "at": one.at, "who": one.who, "why": one.why, "sentences": list(one.sentences),
        "version": one.version, "draft": one.draft, "is_undone": one.is_undone,
    }  # fmt: skip


def _compared(request: Request, plan: TrackingPlan, before: Plan, after: Plan) -> Response:
    return paging.listed(request, comparing.differences(plan, before, after, now=timezone.now()), _difference)


def _difference(found: comparing.Difference) -> dict[str, Any]:
    one = found.impact
    return {
        "kind": one.kind, "type": one.type, "name": one.name, "version": one.version,
        "former_name": one.former, "severity": one.severity,
        "effects": [
            {
                "severity": judged.effect.severity, "path": judged.effect.path,
                "reason": judged.effect.reason, "evidence": judged.evidence,
            }
            for judged in found.effects
        ],
    }  # fmt: skip
