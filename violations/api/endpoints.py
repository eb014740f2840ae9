"""GET /api/v1/violations, and GET and PATCH of one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import paging, permissions
from accounts.models import ApiToken, Membership, Role, User, Workspace
from violations import deciding, filtering, querying
from violations.api import serializers
from violations.api.serializers import Asked, Change, Item, Span, Whole
from violations.models import Violation, ViolationHour
from violations.querying import Window
from violations.routing import routing

ToItem = Callable[[Any], dict[str, Any]]
ToItems = Callable[[Sequence[Any], ToItem], list[dict[str, Any]]]


class Violations(APIView):
    """What is wrong with the messages of this workspace, by source, event, field and kind. Newest first."""

    pagination_class = paging.Cursor  # for the documentation
    permission_classes = [permissions.role(Role.VIEWER)]

    @extend_schema(
        operation_id="violations", parameters=[Asked], responses=Item(many=True), tags=["violations"]
    )
    def get(self, request: Request) -> Response:
        return listed(request, (), lambda page, to_item: [to_item(row) for row in page])


class OneViolation(APIView):
    """One violation with its newest messages and its hours; what people decide about it."""

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in {"GET", "HEAD", "OPTIONS"}
        return [permissions.role(Role.VIEWER if reads else Role.EDITOR)()]

    @extend_schema(operation_id="violation", parameters=[Span], responses=Whole, tags=["violations"])
    def get(self, request: Request, violation: str) -> Response:
        return Response(_shown(request, find(request, violation)))

    @extend_schema(operation_id="change_violation", request=Change, responses=Whole, tags=["violations"])
    def patch(self, request: Request, violation: str) -> Response:
        """Resolve, reopen, mute or assign. A mute without an end lasts seven days."""
        row = find(request, violation)
        change = Change(data=request.data)
        change.is_valid(raise_exception=True)
        try:
            _decide(row, change.validated_data, actor_of(request), timezone.now())
        except deciding.Impossible as error:
            raise ValidationError({error.field: str(error)}) from None
        return Response(_shown(request, row))


def listed(request: Request, families: tuple[str, ...], to_items: ToItems) -> Response:
    """A page of the violations that the query asks for, of these families (none: whichever it says)."""
    now, workspace = timezone.now(), workspace_of(request)
    routes = routing(workspace)
    try:
        filters = filtering.read(request.query_params, workspace, routes, now)
    except filtering.BadFilters as error:
        raise ValidationError(dict(error.errors)) from None
    window = filters.window or Window(now - querying.DAY, now)
    rows = querying.found(workspace, replace(filters, families=families or filters.families), routes, now)
    return paging.page(
        request, rows, lambda page: to_items(page, lambda row: serializers.item(row, routes, window))
    )


def workspace_of(request: Request) -> Workspace:
    """The workspace of the request's token."""
    return cast(ApiToken, request.auth).workspace


def actor_of(request: Request) -> User:
    """Who made the request's token."""
    return cast(ApiToken, request.auth).user


def find(request: Request, public_id: str) -> Violation:
    """A violation of the workspace, with what its pages need beside it. Raises Http404."""
    rows = Violation.objects.for_workspace(workspace_of(request)).filter(public_id=public_id)
    found: Violation | None = rows.select_related(
        "source__plan", "plan__live_version", "assignee", "workspace"
    ).first()
    if found is None:
        raise Http404
    return found


def _shown(request: Request, violation: Violation) -> dict[str, Any]:
    now, workspace = timezone.now(), violation.workspace
    try:
        asked = filtering.window(request.query_params, now)
    except filtering.BadFilters as error:
        raise ValidationError(dict(error.errors)) from None
    routes, window = routing(workspace), asked or Window(now - querying.DAY, now)
    rows = querying.counted(Violation.objects.for_workspace(workspace), asked, now)
    hours = ViolationHour.objects.filter(violation_id=violation.pk).order_by("hour")
    if asked is not None:
        hours = hours.filter(hour__gte=asked.first_hour, hour__lt=asked.until)
    return serializers.whole(
        serializers.item(rows.get(pk=violation.pk), routes, window),
        violation.samples.order_by("-id"),
        list(hours),
    )


@transaction.atomic
def _decide(violation: Violation, change: dict[str, Any], actor: User, now: datetime) -> None:
    """All of it or nothing. Raises deciding.Impossible."""
    if "assignee" in change:
        deciding.assign(violation, _member(violation.workspace, change["assignee"]), actor=actor, now=now)
    match change.get("status"):
        case "open":
            deciding.reopen(violation, actor=actor, now=now)
        case "resolved":
            deciding.resolve(violation, actor=actor, now=now, release=change.get("resolved_in", ""))
        case "muted":
            wanted = deciding.Mute(until=change.get("muted_until"), **change.get("mute", {}))
            deciding.mute(violation, wanted, actor=actor, now=now)


def _member(workspace: Workspace, email: str | None) -> User | None:
    """The member with this address. Raises deciding.Impossible."""
    if email is None:
        return None
    found = Membership.objects.for_workspace(workspace).filter(user__email__iexact=email)
    member: Membership | None = found.select_related("user").first()
    if member is None:
        raise deciding.Impossible("assignee", "Nobody in this workspace has this e-mail address.")
    return member.user
