"""REST: the secret link by which people without an account read a plan."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import role
from accounts.models import Role
from trackingplans import sharing
from trackingplans.api.drafts import OfDrafts
from trackingplans.sheet_models import PlanLink


class LinkOut(serializers.Serializer[Any]):
    url = serializers.URLField(allow_null=True, help_text="null: switched off.")
    author = serializers.EmailField(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True)


class Link(OfDrafts):
    def get_permissions(self) -> list[Any]:
        return [role(Role.EDITOR)()]  # whoever has the address reads the plan without an account

    @extend_schema(operation_id="plans_link", responses=LinkOut, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:  # noqa: ARG002  # DRF's signature
        return Response(_link(sharing.link_of(self.plan(plan))))

    @extend_schema(operation_id="plans_share", request=None, responses={201: LinkOut}, tags=["plans"])
    def post(self, request: Request, plan: str) -> Response:  # noqa: ARG002  # DRF's signature
        """A new link; one that was there stops working."""
        return Response(_link(sharing.share(self.plan(plan), self.actor)), status=201)

    @extend_schema(operation_id="plans_unshare", responses={204: None}, tags=["plans"])
    def delete(self, request: Request, plan: str) -> Response:  # noqa: ARG002  # DRF's signature
        """Switch the link off."""
        sharing.withdraw(self.plan(plan), self.actor)
        return Response(status=204)


def _link(link: PlanLink | None) -> dict[str, Any]:
    if link is None:
        return {"url": None, "author": None, "created_at": None}
    return {
        "url": settings.BASE_URL + reverse("shared_plan", args=[link.secret]),
        "author": link.author.email if link.author else None,
        "created_at": link.created_at,
    }
