"""REST: what is not in the plan, with what was sampled of it, and the way into a draft."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Count
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import paging, permissions
from accounts.models import Role
from trackingplans import drafting
from trackingplans.domain.findings import Family
from trackingplans.domain.naming import Judgement
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import Draft, DraftStatus
from violations import adopting, renaming
from violations.adopting import Newcomer
from violations.api.endpoints import actor_of, find, listed, workspace_of
from violations.api.serializers import Asked, Item
from violations.models import FoldedName, Violation


class NamingIssue(serializers.Serializer[Any]):
    code = serializers.CharField()
    severity = serializers.CharField()
    message = serializers.CharField()


class UnplannedItem(Item):
    meant = serializers.CharField(allow_null=True, help_text="The planned event that it is close to.")
    suggestions = serializers.ListField(
        child=serializers.CharField(), help_text="Names that the plan would rather have."
    )
    issues = NamingIssue(many=True, help_text="What the plan's naming rules say to its name.")
    names = serializers.IntegerField(
        help_text="How many names made at run time it stands for, of those kept."
    )


class FillOut(serializers.Serializer[Any]):
    path = serializers.CharField()
    fill = serializers.FloatField(
        allow_null=True, help_text="The share of the messages, or objects around it, that hold it: 0 to 1."
    )
    base = serializers.IntegerField(help_text="Of so many.")
    types = serializers.DictField(child=serializers.FloatField(), help_text="The share of each JSON type.")


class NewcomerOut(serializers.Serializer[Any]):
    """Of all the sources that send it, over the week until it was last seen."""

    violation = serializers.CharField()
    name = serializers.CharField()
    names = serializers.ListField(
        child=serializers.CharField(),
        help_text="What it could be called: as it comes, the one meant, better ones.",
    )
    issues = NamingIssue(many=True, help_text="What the plan's naming rules say to its name.")
    messages = serializers.IntegerField(help_text="That were sampled of its event.")
    fills = FillOut(many=True)
    schema = serializers.DictField(help_text="The JSON Schema that fits what was sampled.")
    obstacle = serializers.CharField(allow_null=True, help_text="Why it cannot be added; null when it can.")


class AdoptedIn(serializers.Serializer[Any]):
    violation = serializers.CharField()
    name = serializers.CharField(required=False, help_text="One of its names; as it comes when left out.")


class AdoptIn(serializers.Serializer[Any]):
    rows = AdoptedIn(many=True, allow_empty=False)
    drafts = serializers.ListField(
        child=serializers.CharField(), required=False,
        help_text="Ids of open drafts that take what belongs to their plans; other plans get a new one.",
    )  # fmt: skip


class AdoptedOut(serializers.Serializer[Any]):
    drafts = serializers.ListField(child=serializers.CharField())


class OneUnplanned(APIView):
    """An event or property that is not in the plan."""

    permission_classes = [permissions.role(Role.VIEWER)]

    @extend_schema(operation_id="unplanned", responses=NewcomerOut, tags=["violations"])
    def get(self, request: Request, violation: str) -> Response:
        row = find(request, violation)
        found = adopting.newcomers(row.workspace, [row], timezone.now())
        if not found:
            raise ValidationError({"violation": f"Its family is {row.family}, not {Family.UNPLANNED.value}."})
        return Response(_shown(found[0]))


class Unplanned(APIView):
    """Events and properties that are not in the plan, by source; newest first. A POST adds some of them to drafts,
    or none."""

    pagination_class = paging.Cursor  # for the documentation

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in {"GET", "HEAD", "OPTIONS"}
        return [permissions.role(Role.VIEWER if reads else Role.EDITOR)()]

    @extend_schema(
        operation_id="not_in_plan",
        parameters=[Asked],
        responses=UnplannedItem(many=True),
        tags=["violations"],
    )
    def get(self, request: Request) -> Response:
        return listed(request, (Family.UNPLANNED.value,), _items)

    @extend_schema(
        operation_id="adopt_unplanned", request=AdoptIn, responses={201: AdoptedOut}, tags=["violations"]
    )
    def post(self, request: Request) -> Response:
        given = AdoptIn(data=request.data)
        given.is_valid(raise_exception=True)
        chosen = _chosen(request, given.validated_data["rows"])
        drafts = _drafts(request, given.validated_data.get("drafts", []))
        try:
            changed = adopting.add(chosen, drafts, actor=actor_of(request), now=timezone.now())
        except PlanError as error:
            raise ValidationError({one.path: one.message for one in error.problems}) from None
        except drafting.NotOpen:
            raise ValidationError({"drafts": "A draft was published or discarded meanwhile."}) from None
        return Response({"drafts": [draft.public_id for draft in changed]}, status=201)


def _chosen(request: Request, rows: list[dict[str, Any]]) -> list[tuple[Newcomer, str]]:
    """Newcomers with their names. Raises ValidationError naming the row that cannot be added."""
    workspace = workspace_of(request)
    if len(rows) > adopting.MOST:
        raise ValidationError({"rows": f"At most {adopting.MOST} at once."})
    asked = Violation.objects.for_workspace(workspace).filter(
        public_id__in=[row["violation"] for row in rows]
    )
    known = {row.public_id: row for row in asked.select_related("plan__live_version", "source")}
    by_key = {one.violation.key: one for one in adopting.newcomers(workspace, known.values(), timezone.now())}
    errors, chosen = {}, {}
    for index, row in enumerate(rows):
        found = known.get(row["violation"])
        one = by_key.get(found.key) if found else None
        if one is None:
            errors[f"rows.{index}.violation"] = "There is no such thing that is not in the plan."
        elif one.obstacle:
            errors[f"rows.{index}.violation"] = one.obstacle
        elif row.get("name", one.name) not in one.names:
            errors[f"rows.{index}.name"] = f"This is none of {', '.join(one.names)}."
        else:
            chosen[one.violation.key] = (one, row.get("name", one.name))
    if errors:
        raise ValidationError(errors)
    return list(chosen.values())


def _drafts(request: Request, ids: list[str]) -> dict[int, Draft]:
    """Open drafts by their plan. Raises ValidationError for one that is none."""
    rows = Draft.objects.for_workspace(workspace_of(request)).filter(
        public_id__in=ids, status=DraftStatus.OPEN
    )
    found = {draft.public_id: draft for draft in rows.select_related("plan", "author")}
    unknown = [public_id for public_id in ids if public_id not in found]
    if unknown:
        raise ValidationError({"drafts": f"There is no open draft {unknown[0]!r}."})
    return {draft.plan_id: draft for draft in found.values()}


def _items(page: Sequence[Any], to_item: Callable[[Any], dict[str, Any]]) -> list[dict[str, Any]]:
    counted = FoldedName.objects.filter(violation__in=page).order_by().values_list("violation_id")
    names = dict(counted.annotate(Count("pk")))
    found = []
    for row in page:
        judged = adopting.judgement(row)
        naming = {"suggestions": list(judged.suggestions) if judged else [], "issues": _issues(judged)}
        found.append(
            to_item(row) | naming | {"meant": renaming.meant(row) or None, "names": names.get(row.pk, 0)}
        )
    return found


def _issues(judged: Judgement | None) -> list[dict[str, str]]:
    found = judged.issues if judged else ()
    return [{"code": one.code, "severity": one.severity, "message": one.message} for one in found]


def _shown(one: Newcomer) -> dict[str, Any]:
    profile = one.profile
    return {
        "violation": one.violation.public_id,
        "name": one.name,
        "names": one.names,
        "issues": _issues(one.judged),
        "messages": profile.messages,
        "fills": [
            {
                "path": path,
                "fill": profile.fill(path),
                "base": profile.base(path),
                "types": dict(profile.shares(path)),
            }
            for path in one.places
        ],
        "schema": one.schema,
        "obstacle": one.obstacle or None,
    }
