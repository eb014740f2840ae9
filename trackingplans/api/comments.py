"""REST: comments of a plan, its events and their properties; settled and opened again."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import paging
from accounts.api.errors import Refused
from trackingplans import commenting, history
from trackingplans.api.bodies import json_object
from trackingplans.api.drafts import OfDrafts, refusing, text_in
from trackingplans.api.usage import live_plan
from trackingplans.domain.editing import Identity
from trackingplans.draft_models import Comment


class RuleOf(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False)


class CommentIn(serializers.Serializer[Any]):
    text = serializers.CharField()
    of = RuleOf(required=False, help_text="The rule it is on; without one the plan or draft as a whole.")
    path = serializers.CharField(required=False, help_text="JSON pointer of a property in the rule's schema.")


class CommentOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    author = serializers.EmailField(allow_null=True)
    about = serializers.CharField()
    text = serializers.CharField()
    path = serializers.CharField()
    draft = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class CommentPage(serializers.Serializer[Any]):
    items = CommentOut(many=True)
    next = serializers.URLField(allow_null=True)


class Settling(serializers.Serializer[Any]):
    settled = serializers.BooleanField()


class DraftComments(OfDrafts):
    @extend_schema(
        operation_id="drafts_comments", parameters=paging.PARAMETERS, responses=CommentPage, tags=["drafts"]
    )
    def get(self, request: Request, draft: str) -> Response:
        """The oldest first."""
        rows = commenting.of_draft(self.draft(draft))
        return paging.page(request, rows, lambda page: [comment_item(one) for one in page], order=["id"])

    @extend_schema(
        operation_id="drafts_comment", request=CommentIn, responses={201: CommentOut}, tags=["drafts"]
    )
    def post(self, request: Request, draft: str) -> Response:
        """Say something about a draft, an event in it, or a property. `@name` mentions somebody by mail."""
        found, body = self.draft(draft), json_object(request)
        text, path, rule = text_in(body, "text"), text_in(body, "path"), _rule(body.get("of"))
        comment = refusing(
            lambda: commenting.add(found.plan, self.actor, text, draft=found, rule=rule, path=path)
        )
        return Response(comment_item(comment), status=201)


class PlanComments(OfDrafts):
    @extend_schema(
        operation_id="plans_comments",
        parameters=[
            OpenApiParameter("type", str, description="Of an event; by default the whole plan's."),
            OpenApiParameter("name", str),
            *paging.PARAMETERS,
        ],
        responses=CommentPage,
        tags=["plans"],
    )
    def get(self, request: Request, plan: str) -> Response:
        """What was said of a plan or one of its events, live and in drafts, the newest first."""
        found, kind = self.plan(plan), request.query_params.get("type", "")
        if kind:
            rules = history.names_of(found, kind, request.query_params.get("name", ""))
            rows = commenting.of_rule(found, rules)
        else:
            rows = Comment.objects.for_workspace(self.workspace).filter(plan=found)
            rows = rows.select_related("author", "draft", "plan")
        return paging.page(request, rows, lambda page: [comment_item(one) for one in page])

    @extend_schema(
        operation_id="plans_comment", request=CommentIn, responses={201: CommentOut}, tags=["plans"]
    )
    def post(self, request: Request, plan: str) -> Response:
        """Say something about the live plan, one of its events, or a property."""
        found, body = self.plan(plan), json_object(request)
        text, path, rule = text_in(body, "text"), text_in(body, "path"), _rule(body.get("of"))
        if rule is not None and all(one.identity != rule for one in live_plan(found).rules):
            raise Refused(
                "invalid", "Some values cannot be used.", [("of", "The live plan has no such rule.")]
            )
        comment = refusing(lambda: commenting.add(found, self.actor, text, rule=rule, path=path))
        return Response(comment_item(comment), status=201)


class OneComment(OfDrafts):
    @extend_schema(operation_id="comments_settle", request=Settling, responses=CommentOut, tags=["plans"])
    def patch(self, request: Request, comment: str) -> Response:
        """Settle a comment, or open it again."""
        rows = Comment.objects.for_workspace(self.workspace).select_related("author", "draft", "plan")
        found: Comment | None = rows.filter(public_id=comment).first()
        if found is None:
            raise Http404
        asked = Settling(data=json_object(request))
        asked.is_valid(raise_exception=True)
        if asked.validated_data["settled"] is (found.resolved_at is None):
            commenting.resolve(found, self.actor, now=timezone.now())
        return Response(comment_item(found))


def comment_item(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.public_id,
        "author": comment.author.email if comment.author else None,
        "about": commenting.about(comment),
        "text": comment.text,
        "path": comment.path,
        "draft": comment.draft.public_id if comment.draft else None,
        "created_at": comment.created_at,
        "settled_at": comment.resolved_at,
    }


def _rule(of: object) -> Identity | None:
    if of is None:
        return None
    if isinstance(of, dict):
        kind, name, version = of.get("type"), of.get("name") or "", of.get("version") or 1
        if isinstance(kind, str) and isinstance(name, str) and isinstance(version, int):
            return kind, name, version
    raise Refused("invalid", "Some values cannot be used.", [("of", 'Send {"type", "name", "version"}.')])
