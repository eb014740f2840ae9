"""GET /api/v1/sources/{source}/counts: what became of a source's messages."""

from typing import Any, cast

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiToken
from ingest import accounting
from trackingplans.models import Source
from trackingplans.traffic.counting import COLUMNS
from trackingplans.traffic.timing import written


class Span(serializers.Serializer[Any]):
    since = serializers.DateTimeField(required=False, help_text="Counts whole hours; this one's hour is in.")
    until = serializers.DateTimeField(required=False, help_text="Hours that begin before this.")


class Numbers(serializers.Serializer[Any]):
    received = serializers.IntegerField()
    conforming = serializers.IntegerField()
    violating = serializers.IntegerField()
    unplanned = serializers.IntegerField()
    unchecked = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    rejected = serializers.IntegerField()
    passed = serializers.IntegerField()
    omitted = serializers.IntegerField()
    blocked = serializers.IntegerField()
    pending = serializers.IntegerField()


class CountsRow(Numbers):
    type = serializers.CharField(allow_null=True)
    event = serializers.CharField(allow_null=True)
    hour = serializers.DateTimeField()


class Counts(serializers.Serializer[Any]):
    totals = Numbers()
    items = CountsRow(many=True)


class SourceCounts(APIView):
    """Totals of a source, and the same by type, event and UTC hour. Without a span: all hours that are kept."""

    @extend_schema(operation_id="source_counts", parameters=[Span], responses=Counts, tags=["sources"])
    def get(self, request: Request, source: str) -> Response:
        workspace = cast(ApiToken, request.auth).workspace
        found: Source | None = Source.objects.for_workspace(workspace).filter(public_id=source).first()
        if found is None:
            raise Http404
        span = Span(data=request.query_params)
        span.is_valid(raise_exception=True)
        totals, rows = accounting.counts(
            workspace, found, span.validated_data.get("since"), span.validated_data.get("until")
        )
        return Response({"totals": totals, "items": [_item(row) for row in rows]})


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": row["type"] or None,
        "event": row["event"] or None,
        "hour": written(row["hour"]),
        **{name: row[name] for name in (*COLUMNS, "pending")},
    }
