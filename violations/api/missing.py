"""REST: what should arrive and does not."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import permissions
from accounts.models import Role
from trackingplans.models import TrackingPlan
from trackingplans.traffic.timing import written
from violations import looking, missing
from violations.api.endpoints import workspace_of
from violations.routing import routing


class MissingItem(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(missing.KINDS)
    plan = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]  # a field's own `source` is another thing
        allow_null=True, help_text="null: no source of the plan sends it."
    )
    type = serializers.CharField(allow_null=True)
    event = serializers.CharField(allow_null=True, help_text="null: the source sends nothing at all.")
    since = serializers.DateTimeField(allow_null=True, help_text="null: always.")
    messages = serializers.IntegerField(help_text="In the last seven days.")
    team = serializers.CharField(allow_null=True)


class MissingOut(serializers.Serializer[Any]):
    items = MissingItem(many=True)
    next = serializers.CharField(allow_null=True, help_text="Always null: this is all of it.")
    looked_at = serializers.DateTimeField(
        help_text="Some minutes ago where many sources have to be looked at."
    )


class MissingEvents(APIView):
    """Planned events that stopped or never came, sources that do not send what they must, and messages from sources
    that should never send them. Production only."""

    permission_classes = [permissions.role(Role.VIEWER)]

    @extend_schema(operation_id="missing", responses=MissingOut, tags=["violations"])
    def get(self, request: Request) -> Response:
        workspace = workspace_of(request)
        seen = looking.everything(workspace, timezone.now())
        found = seen.lines
        rows = TrackingPlan.objects.for_workspace(workspace).filter(pk__in={one.plan_id for one in found})
        plans = dict(rows.values_list("pk", "public_id"))
        routes = routing(workspace)
        items = []
        for one in found:
            team = routes.owner_of(one.plan_id, one.source.pk if one.source else None, one.event)
            kind, event = one.event or (None, None)
            items.append(
                {
                    "kind": one.kind,
                    "plan": plans[one.plan_id],
                    "source": one.source.public_id if one.source else None,
                    "type": kind,
                    "event": event,
                    "since": written(one.since) if one.since else None,
                    "messages": one.messages,
                    "team": team.slug if team else None,
                }
            )
        return Response({"items": items, "next": None, "looked_at": written(seen.at)})
