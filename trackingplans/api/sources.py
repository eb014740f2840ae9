"""REST: sources and their write keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import paging
from accounts.api.errors import Refused
from accounts.api.permissions import role
from accounts.models import ApiToken, Role, Team, User, Workspace
from trackingplans import sourcing
from trackingplans.api import shapes
from trackingplans.models import Environment, Source, SourceType, TrackingPlan


class OfSources(APIView):
    """Anyone with a token reads; editors write; a plan is attached by publishers."""

    def get_permissions(self) -> list[BasePermission]:
        is_reading = self.request.method in {"GET", "HEAD", "OPTIONS"}
        return [role(Role.VIEWER if is_reading else Role.EDITOR)()]

    @property
    def token(self) -> ApiToken:
        return cast(ApiToken, self.request.auth)

    @property
    def workspace(self) -> Workspace:
        return self.token.workspace

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    def sources(self) -> Any:
        return Source.objects.for_workspace(self.workspace).select_related("plan", "owner", "workspace")

    def source(self, source: str) -> Source:
        found: Source | None = self.sources().filter(public_id=source).first()
        if found is None:
            raise Http404
        return found

    def items(self, sources: Sequence[Source], now: datetime) -> list[dict[str, Any]]:
        return shapes.source_items(sources, sourcing.keys_of(self.workspace, sources, now=now))

    def cleaned(self, said: dict[str, Any]) -> dict[str, Any]:
        """The values with the team and the plan they name. Raises ValidationError."""
        if said.get("owner") is not None:
            said["owner"] = Team.objects.for_workspace(self.workspace).filter(slug=said["owner"]).first()
            if said["owner"] is None:
                raise ValidationError({"owner": "There is no team with this slug."})
        if said.get("plan") is not None:
            plans = TrackingPlan.objects.for_workspace(self.workspace)
            said["plan"] = plans.filter(public_id=said["plan"]).first()
            if said["plan"] is None:
                raise ValidationError({"plan": "There is no plan with this id."})
        return said


class Sources(OfSources):
    @extend_schema(
        operation_id="sources_list",
        parameters=paging.PARAMETERS,
        responses=shapes.SourcePage,
        tags=["sources"],
    )
    def get(self, request: Request) -> Response:
        """The workspace's sources by name."""
        now = timezone.now()
        return paging.page(request, self.sources(), lambda rows: self.items(rows, now), order=["name", "id"])

    @extend_schema(
        operation_id="sources_create",
        request=shapes.SourceIn,
        responses={201: shapes.SourceOut},
        tags=["sources"],
    )
    def post(self, request: Request) -> Response:
        """A new source with its first write key."""
        form = shapes.SourceIn(data=request.data)
        form.is_valid(raise_exception=True)
        said = self.cleaned(form.validated_data)
        now = timezone.now()
        source = sourcing.create_source(
            self.workspace,
            name=said["name"],
            type=SourceType(said["type"]),
            environment=Environment(said["environment"]),
            owner=said["owner"],
            plan=said["plan"],
            settling_hours=said["settling_hours"],
            actor=self.actor,
            now=now,
        )
        return Response(self.items([source], now)[0], status=201)


class OneSource(OfSources):
    @extend_schema(operation_id="sources_get", responses=shapes.SourceOut, tags=["sources"])
    def get(self, request: Request, source: str) -> Response:  # noqa: ARG002  # DRF's signature
        return Response(self.items([self.source(source)], timezone.now())[0])

    @extend_schema(
        operation_id="sources_change",
        request=shapes.SourceIn(partial=True),
        responses=shapes.SourceOut,
        tags=["sources"],
    )
    def patch(self, request: Request, source: str) -> Response:
        """Change some of a source's settings. `plan` needs a token of a publisher."""
        found = self.source(source)
        form = shapes.SourceIn(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        said = self.cleaned(form.validated_data)
        if "plan" in said and self.token.role < Role.PUBLISHER:
            raise Refused("permission_denied", "Attaching a plan needs the role publisher.", status=403)
        now = timezone.now()
        sourcing.change(
            found,
            name=said.get("name", found.name),
            type=SourceType(said.get("type", found.type)),
            environment=Environment(said.get("environment", found.environment)),
            owner=said.get("owner", found.owner),
            settling_hours=said.get("settling_hours", found.settling_hours),
            actor=self.actor,
        )
        if "plan" in said:
            sourcing.attach_plan(found, said["plan"], actor=self.actor, now=now)
        return Response(self.items([found], now)[0])


class Keys(OfSources):
    @extend_schema(
        operation_id="sources_rotate_key",
        request=shapes.Rotation,
        responses={201: shapes.SourceOut},
        tags=["sources"],
    )
    def post(self, request: Request, source: str) -> Response:
        """A new write key; the ones before it work for `grace_hours` more (24)."""
        found = self.source(source)
        form = shapes.Rotation(data=request.data)
        form.is_valid(raise_exception=True)
        now = timezone.now()
        grace = timedelta(hours=form.validated_data["grace_hours"])
        sourcing.rotate_key(found, actor=self.actor, now=now, grace=grace)
        return Response(self.items([found], now)[0], status=201)
