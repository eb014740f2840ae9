"""REST: plans, their versions, their export."""

import json
from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import paging
from accounts.api.errors import Refused
from accounts.api.permissions import role
from accounts.models import ApiToken, Role, User, Workspace
from trackingplans import assembling, importing, proposing
from trackingplans.api import shapes
from trackingplans.api.bodies import PlanBody, Whole, plan_problems
from trackingplans.domain.plan import PlanError
from trackingplans.interchange import formats
from trackingplans.models import Cardinality, PlanVersion, TrackingPlan
from trackingplans.releasing import Blocked

BLOCKED = "The plan's policy stands in the way. The same body to /api/v1/plans/{plan}/drafts becomes a draft to review."
NO_PLAN = "Send a plan: as the body itself, or in `document` or `text`."


class OfPlans(APIView):
    """Anyone with a token reads; writing asks for `writer`."""

    parser_classes = (Whole,)
    writer = Role.EDITOR

    def get_permissions(self) -> list[BasePermission]:
        least = Role.VIEWER if self.request.method in {"GET", "HEAD", "OPTIONS"} else self.writer
        return [role(least)()]

    @property
    def token(self) -> ApiToken:
        return cast(ApiToken, self.request.auth)

    @property
    def workspace(self) -> Workspace:
        return self.token.workspace

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    def plans(self) -> QuerySet[TrackingPlan]:
        rows = TrackingPlan.objects.for_workspace(self.workspace).select_related("live_version", "workspace")
        found: QuerySet[TrackingPlan] = rows.prefetch_related("sources").defer(
            "live_version__settings", "live_version__rules", "live_version__changes"
        )
        return found

    def plan(self, plan: str) -> TrackingPlan:
        found = self.plans().filter(public_id=plan).first()
        if found is None:
            raise Http404
        return found

    def version(self, plan: TrackingPlan, number: int) -> PlanVersion:
        rows = PlanVersion.objects.for_workspace(self.workspace).select_related("workspace", "published_by")
        found: PlanVersion | None = rows.filter(plan=plan, number=number).first()
        if found is None:
            nothing = f"This plan has no version {number}."
            raise Refused("not_found", nothing, [("version", nothing)], status=404)
        return found

    def proposed(self, plan: TrackingPlan, asked: PlanBody) -> proposing.Proposal:
        """What a body wants the plan to be: a document in any format, or an older version. Raises Refused."""
        if asked.carried is not None:
            return importing.proposal(asked.carried, name=asked.name, plan=plan, message=asked.message)
        if asked.version is not None:
            return proposing.earlier(self.version(plan, asked.version))
        raise Refused("invalid", NO_PLAN, [("document", NO_PLAN)])


class Plans(OfPlans):
    @extend_schema(
        operation_id="plans_list", parameters=paging.PARAMETERS, responses=shapes.PlanPage, tags=["plans"]
    )
    def get(self, request: Request) -> Response:
        """The workspace's plans by name."""
        return paging.page(request, self.plans(), _plan_items, order=["name", "id"])

    @extend_schema(
        operation_id="plans_create",
        request={"application/json": shapes.PlanIn, "application/yaml": OpenApiTypes.STR},
        responses={201: shapes.Imported},
        tags=["plans"],
    )
    def post(self, request: Request) -> Response:
        """Import a plan: the body is the plan itself in any format we read, or an object that holds it."""
        asked = PlanBody(request)
        if asked.carried is None:
            raise Refused("invalid", NO_PLAN, [("document", NO_PLAN)])
        try:
            imported = importing.bring_in(
                self.workspace, asked.carried, name=asked.name, actor=self.actor, message=asked.message
            )
        except PlanError as error:
            raise plan_problems(error) from None
        said = shapes.plan_item(imported.plan) | {"format": imported.format, "losses": imported.losses}
        return Response(said, status=201)


class OnePlan(OfPlans):
    @extend_schema(operation_id="plans_get", responses=shapes.Plan, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:  # noqa: ARG002  # DRF's signature
        return Response(shapes.plan_item(self.plan(plan)))


class Export(OfPlans):
    @extend_schema(
        operation_id="plans_export",
        parameters=[
            OpenApiParameter(
                "format", str, enum=list(formats.FORMATS), description="By default the one it came in."
            ),
            OpenApiParameter("version", int, description="By default the live one."),
        ],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "application/yaml"): OpenApiTypes.STR,
            (200, formats.XLSX): OpenApiTypes.BINARY,
            (200, formats.ZIP): OpenApiTypes.BINARY,
        },
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> HttpResponseBase:
        """The plan as a file. `Planwright-Losses` lists, as JSON, what the format has no place for."""
        found = self.plan(plan)
        number = request.query_params.get("version", "")
        if number and not (number.isdecimal() and len(number) < 9):
            raise Refused(
                "invalid", "Some values cannot be used.", [("version", "This must be a version's number.")]
            )
        live = found.live_version
        version = self.version(found, int(number)) if number else live and self.version(found, live.number)
        document = (
            assembling.document(version) if version else {"planwright": 1, "name": found.name, "rules": []}
        )
        name = request.query_params.get("format") or formats.own(document)
        if name not in formats.FORMATS:
            sentence = f"This must be one of {', '.join(formats.FORMATS)}."
            raise Refused("invalid", "Some values cannot be used.", [("format", sentence)])
        try:
            export = formats.write(document, name)
        except PlanError as error:
            raise plan_problems(error) from None
        response = HttpResponse(export.data, content_type=formats.content_type(export.format))
        response["Planwright-Losses"] = json.dumps(export.losses)
        return response


class Versions(OfPlans):
    writer = Role.PUBLISHER

    @extend_schema(
        operation_id="versions_list",
        parameters=paging.PARAMETERS,
        responses=shapes.VersionPage,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """A plan's versions, newest first."""
        found = self.plan(plan)
        rows = PlanVersion.objects.for_workspace(self.workspace).filter(plan=found)
        rows = (
            rows.select_related("published_by").defer("settings", "rules").annotate(size=Cardinality("rules"))
        )

        def items(versions: Sequence[Any]) -> list[dict[str, Any]]:
            return [shapes.version_item(found, version, version.size) for version in versions]

        return paging.page(request, rows, items, order=["-number"])

    @extend_schema(
        operation_id="versions_publish",
        request={"application/json": shapes.Publication, "application/yaml": OpenApiTypes.STR},
        responses={201: shapes.Version},
        tags=["plans"],
    )
    def post(self, request: Request, plan: str) -> Response:
        """Publish the next version: a plan in any format, or `{"version": n}` to go back to one.

        What equals the live version makes no new one and answers 200. 409 says what the plan's policy puts in the way
        (the same body posted to the plan's drafts becomes a draft); an admin's `override` is a reason to publish all
        the same, which version and history tell.
        """
        found = self.plan(plan)
        before = found.live_version_id
        asked = PlanBody(request)
        if asked.override and self.token.role < Role.ADMIN:
            sentence = "Only an admin publishes in spite of the plan's policy."
            raise Refused("permission_denied", sentence, [("override", sentence)], status=403)
        wanted, now = self.proposed(found, asked), timezone.now()
        try:
            version = proposing.publish(found, wanted, self.actor, now=now, override=asked.override)
        except PlanError as error:
            raise plan_problems(error) from None
        except Blocked as error:
            places = [("(root)", sentence) for sentence in error.standing.blockers]
            raise Refused("blocked", BLOCKED.format(plan=found.public_id), places, status=409) from None
        status = 200 if version.pk == before else 201
        return Response(shapes.version_item(self.plan(plan), version, len(version.rules)), status=status)


class OneVersion(OfPlans):
    @extend_schema(operation_id="versions_get", responses=shapes.WholeVersion, tags=["plans"])
    def get(self, request: Request, plan: str, number: int) -> Response:  # noqa: ARG002  # DRF's signature
        """A version with its plan document."""
        found = self.plan(plan)
        version = self.version(found, number)
        said = shapes.version_item(found, version, len(version.rules))
        return Response(said | {"document": assembling.document(version)})


def _plan_items(plans: Sequence[TrackingPlan]) -> list[dict[str, Any]]:
    return [shapes.plan_item(plan) for plan in plans]
