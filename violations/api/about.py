"""REST: what a violation came with, and what people say of it."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import paging, permissions
from accounts.models import Role
from trackingplans.traffic.timing import written
from violations import discussing, spreading, tracing
from violations.api.endpoints import actor_of, find
from violations.models import FacetKind
from violations.remark_models import Remark
from violations.spreading import Spread

EVERYWHERE = OpenApiParameter(
    "everywhere", bool, description="true: in all sources that show the same problem, as its row on the page."
)
KINDS = {
    "values": FacetKind.VALUE,
    "releases": FacetKind.RELEASE,
    "platforms": FacetKind.PLATFORM,
    "libraries": FacetKind.LIBRARY,
}


class PartOut(serializers.Serializer[Any]):
    value = serializers.CharField()
    count = serializers.IntegerField()


class SpreadSource(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # a field's own `source` is another thing
    violation = serializers.CharField()
    count = serializers.IntegerField()


class SpreadOut(serializers.Serializer[Any]):
    """All since it was first seen; of each kind the most frequent, then `(other)` for the rest."""

    people = serializers.IntegerField(help_text="About how many; never more than it occurred.")
    sources = SpreadSource(many=True)
    values = PartOut(many=True, help_text="What the bad values look like; personal ones by their kind only.")
    releases = PartOut(many=True)
    platforms = PartOut(many=True)
    libraries = PartOut(many=True)


class RemarkOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    author = serializers.EmailField(allow_null=True)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class RemarkIn(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=discussing.LONGEST, help_text="@ and a name or address of a member tells them by mail."
    )


class ViolationSpread(APIView):
    """Whom and what a violation concerns."""

    permission_classes = [permissions.role(Role.VIEWER)]

    @extend_schema(
        operation_id="violation_spread", parameters=[EVERYWHERE], responses=SpreadOut, tags=["violations"]
    )
    def get(self, request: Request, violation: str) -> Response:
        row = find(request, violation)
        everywhere = request.query_params.get("everywhere") == "true"
        rows = [row, *(tracing.siblings(row.workspace, row) if everywhere else ())]
        found = spreading.spreads(row.workspace, rows)
        told: dict[str, Any] = {name: _parts(found.get(kind.value)) for name, kind in KINDS.items()}
        sources = [
            {"source": one.source.public_id, "violation": one.public_id, "count": one.count} for one in rows
        ]
        return Response({"people": spreading.affected(rows), "sources": sources, **told})


class ViolationComments(APIView):
    """What people say of a violation, in all of its sources; newest first."""

    pagination_class = paging.Cursor  # for the documentation

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in {"GET", "HEAD", "OPTIONS"}
        return [permissions.role(Role.VIEWER if reads else Role.EDITOR)()]

    @extend_schema(operation_id="violation_comments", responses=RemarkOut(many=True), tags=["violations"])
    def get(self, request: Request, violation: str) -> Response:
        rows = discussing.of(find(request, violation))
        return paging.page(request, rows, lambda page: [_remark(one) for one in page])

    @extend_schema(
        operation_id="comment_violation", request=RemarkIn, responses={201: RemarkOut}, tags=["violations"]
    )
    def post(self, request: Request, violation: str) -> Response:
        row = find(request, violation)
        given = RemarkIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = discussing.add(row, actor_of(request), given.validated_data["text"])
        except discussing.BadRemark as error:
            raise ValidationError({"text": str(error)}) from None
        return Response(_remark(made), status=201)


def _parts(spread: Spread | None) -> list[dict[str, Any]]:
    if spread is None:
        return []
    told = [{"value": part.value, "count": part.count} for part in spread.parts]
    return [*told, {"value": "(other)", "count": spread.others}] if spread.others else told


def _remark(one: Remark) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "author": one.author.email if one.author else None,
        "text": one.text,
        "created_at": written(one.created_at),
    }
