"""REST: a plan's naming rules."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from trackingplans.api.drafts import IF_MATCH, DraftOut
from trackingplans.api.editions import IN_DRAFT, InEdition
from trackingplans.domain import convention_words
from trackingplans.domain.naming import ConventionError, NamingConvention
from trackingplans.domain.planned_names import inferred_naming


class NamingOut(serializers.Serializer[Any]):
    naming = serializers.DictField()
    sentences = serializers.ListField(child=serializers.CharField(), help_text="The rules in plain words.")


class InferredNaming(serializers.Serializer[Any]):
    naming = serializers.DictField()
    support = serializers.ListField(child=serializers.CharField(), help_text="How many names follow each.")


class NamingIn(serializers.Serializer[Any]):
    naming = serializers.DictField()


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
