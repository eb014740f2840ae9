"""REST: drafts of plans, their changes with `If-Match`, undo and redo."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import paging
from accounts.api.errors import Refused
from trackingplans import drafting, proposing, renaming
from trackingplans.api import shapes
from trackingplans.api.bodies import PlanBody, holds_a_plan, json_object, plan_problems
from trackingplans.api.plans import OfPlans
from trackingplans.domain import narrating
from trackingplans.domain.editing import OPS
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import Draft, DraftStatus, DraftStep, draft_status_choices

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description='The revision you saw, as `"12"`; `*` for whatever is there. Changes of other rules since then are '
    "fine; of the same rule they are refused with 412.",
)


SEEN = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='The revision you saw, as `"12"`: 412 when the draft is another one by now. Without it, as it is.',
)


class DraftOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    plan = serializers.CharField()
    name = serializers.CharField()
    author = serializers.EmailField(allow_null=True)
    status = serializers.ChoiceField(draft_status_choices())
    base = serializers.IntegerField(allow_null=True, help_text="The version it started from.")
    live = serializers.IntegerField(allow_null=True, help_text="The version that is live now.")
    published_as = serializers.IntegerField(allow_null=True)
    revision = serializers.IntegerField(help_text="For If-Match; also in the ETag header.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WholeDraft(DraftOut):
    document = serializers.DictField(help_text="The plan document with the draft's changes.")


class DraftPage(serializers.Serializer[Any]):
    items = DraftOut(many=True)
    next = serializers.URLField(allow_null=True)


class DraftIn(serializers.Serializer[Any]):
    name = serializers.CharField(required=False)


class NewDraft(shapes.VersionIn):
    """`name`: of the draft; where it holds a plan, of the plan."""


class ChangesIn(serializers.Serializer[Any]):
    changes = serializers.ListField(
        child=serializers.DictField(),
        help_text=f'Each {{"op": …}}: {", ".join(OPS)}. One step of undo together.',
    )
    why = serializers.CharField(required=False)


class Step(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    author = serializers.EmailField(allow_null=True)
    at = serializers.DateTimeField()
    why = serializers.CharField()
    undone = serializers.BooleanField()
    changes = serializers.ListField(child=serializers.DictField())
    sentences = serializers.ListField(child=serializers.CharField())


class StepPage(serializers.Serializer[Any]):
    items = Step(many=True)
    next = serializers.URLField(allow_null=True)


class OfDrafts(OfPlans):
    def draft(self, draft: str) -> Draft:
        rows = Draft.objects.for_workspace(self.workspace)
        rows = rows.select_related("plan__live_version", "base", "author", "workspace", "version").defer(
            *(f"{one}__{column}" for one in VERSIONS for column in ("settings", "rules", "changes"))
        )
        found: Draft | None = rows.filter(public_id=draft).first()
        if found is None:
            raise Http404
        return found

    def as_seen(self, request: Request, draft: str) -> Draft:
        """The draft; where If-Match names a revision, only as it was then. Raises Refused."""
        found = self.draft(draft)
        seen = revision_in(request) if request.headers.get("If-Match") else None
        if seen is not None and seen != found.revision:
            sentence = f"The draft is at revision {found.revision} now."
            raise Refused("changed_meanwhile", sentence, [("If-Match", sentence)], status=412)
        return found

    def said(self, draft: str, *, status: int = 200) -> Response:
        """The draft as it is now, its revision in the ETag."""
        found = self.draft(draft)
        return Response(draft_item(found), status=status, headers={"ETag": f'"{found.revision}"'})


VERSIONS = ("plan__live_version", "base", "version")


class Drafts(OfDrafts):
    @extend_schema(
        operation_id="drafts_list", parameters=paging.PARAMETERS, responses=DraftPage, tags=["drafts"]
    )
    def get(self, request: Request, plan: str) -> Response:
        """A plan's open drafts, the newest first."""
        rows = Draft.objects.for_workspace(self.workspace).filter(
            plan=self.plan(plan), status=DraftStatus.OPEN
        )
        rows = rows.select_related("plan__live_version", "base", "author", "version")
        return paging.page(request, rows, _draft_items, order=["-id"])

    @extend_schema(
        operation_id="drafts_start",
        request={"application/json": NewDraft, "application/yaml": OpenApiTypes.STR},
        responses={201: DraftOut},
        tags=["drafts"],
    )
    def post(self, request: Request, plan: str) -> Response:
        """Start a draft of the live version; a plan in any format, or an older `version`, is what it makes of it."""
        found = self.plan(plan)
        try:
            if holds_a_plan(request):
                asked = PlanBody(request)
                wanted = self.proposed(found, asked)
                name = "" if asked.carried is not None else asked.name
                draft = proposing.as_draft(found, wanted, self.actor, name)
            else:
                draft = drafting.start(found, self.actor, text_in(json_object(request), "name"))
        except PlanError as error:
            raise plan_problems(error) from None
        return self.said(draft.public_id, status=201)


class OneDraft(OfDrafts):
    @extend_schema(operation_id="drafts_get", responses=WholeDraft, tags=["drafts"])
    def get(self, request: Request, draft: str) -> Response:  # noqa: ARG002  # DRF's signature
        """A draft with its plan document."""
        found = self.draft(draft)
        said = draft_item(found) | {"document": drafting.document(found)}
        return Response(said, headers={"ETag": f'"{found.revision}"'})

    @extend_schema(
        operation_id="drafts_rename", parameters=[SEEN], request=DraftIn, responses=DraftOut, tags=["drafts"]
    )
    def patch(self, request: Request, draft: str) -> Response:
        found = self.as_seen(request, draft)
        name = text_in(json_object(request), "name")
        refusing(lambda: drafting.rename(found, self.actor, name))
        return self.said(draft)

    @extend_schema(operation_id="drafts_discard", parameters=[SEEN], responses={204: None}, tags=["drafts"])
    def delete(self, request: Request, draft: str) -> Response:
        """Discard a draft. Its log stays."""
        found = self.as_seen(request, draft)
        refusing(lambda: drafting.discard(found, self.actor))
        return Response(status=204)


class Changes(OfDrafts):
    @extend_schema(
        operation_id="drafts_changes", parameters=paging.PARAMETERS, responses=StepPage, tags=["drafts"]
    )
    def get(self, request: Request, draft: str) -> Response:
        """What was done in a draft, the newest first."""
        rows = DraftStep.objects.for_workspace(self.workspace).filter(draft=self.draft(draft))
        return paging.page(request, rows.select_related("author"), _step_items, order=["-number"])

    @extend_schema(
        operation_id="drafts_change",
        parameters=[IF_MATCH],
        request=ChangesIn,
        responses={201: DraftOut},
        tags=["drafts"],
    )
    def post(self, request: Request, draft: str) -> Response:
        """Change the plan in a draft: all of the changes or none.

        An event with traffic that is renamed keeps its former name for 30 days, unless `keep_former` says otherwise.
        """
        found = self.draft(draft)
        body = json_object(request)
        changes = body.get("changes")
        if not isinstance(changes, list):
            raise Refused("invalid", "Some values cannot be used.", [("changes", "Send a list of changes.")])
        expected = revision_in(request)
        why = text_in(body, "why")
        changes = renaming.keeping_former(found.plan, changes, now=timezone.now())
        refusing(lambda: drafting.change(found, self.actor, changes, expected=expected, why=why))
        return self.said(draft, status=201)


class Undo(OfDrafts):
    @extend_schema(
        operation_id="drafts_undo", parameters=[SEEN], request=None, responses=DraftOut, tags=["drafts"]
    )
    def post(self, request: Request, draft: str) -> Response:
        """Take back your last step."""
        found = self.as_seen(request, draft)
        refusing(lambda: drafting.undo(found, self.actor))
        return self.said(draft)


class Redo(OfDrafts):
    @extend_schema(
        operation_id="drafts_redo", parameters=[SEEN], request=None, responses=DraftOut, tags=["drafts"]
    )
    def post(self, request: Request, draft: str) -> Response:
        """Do again what you took back last."""
        found = self.as_seen(request, draft)
        refusing(lambda: drafting.redo(found, self.actor))
        return self.said(draft)


def refusing(verb: Callable[[], Any]) -> Any:
    """Runs a verb of a draft; what it refuses becomes an answer."""
    try:
        return verb()
    except PlanError as error:
        raise plan_problems(error) from None
    except drafting.Conflict as error:
        places = [(one.thing, one.sentence) for one in error.others]
        message = f"Somebody changed the same thing since; the draft is at revision {error.revision} now."
        raise Refused("changed_meanwhile", message, places, status=412) from None
    except drafting.NotOpen as error:
        raise Refused("not_open", str(error), status=409) from None
    except drafting.NothingTo as error:
        raise Refused("nothing_to_do", str(error), status=409) from None


def draft_item(draft: Draft) -> dict[str, Any]:
    live = draft.plan.live_version
    return {
        "id": draft.public_id,
        "plan": draft.plan.public_id,
        "name": draft.name,
        "author": draft.author.email if draft.author else None,
        "status": draft.status,
        "base": draft.base.number if draft.base else None,
        "live": live.number if live else None,
        "published_as": draft.version.number if draft.version else None,
        "revision": draft.revision,
        "created_at": draft.created_at,
        "updated_at": draft.updated_at,
    }


def text_in(body: dict[str, Any], key: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise Refused("invalid", "Some values cannot be used.", [(key, "This must be text.")])
    return value


def _draft_items(drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    return [draft_item(draft) for draft in drafts]


def _step_items(steps: Sequence[DraftStep]) -> list[dict[str, Any]]:
    items = []
    for step in steps:
        edits = drafting.edits_of(step)
        items.append(
            {
                "number": step.number,
                "author": step.author.email if step.author else None,
                "at": step.created_at,
                "why": step.why,
                "undone": step.undone_at is not None,
                "changes": edits,
                "sentences": [narrating.sentence(edit) for edit in edits],
            }
        )
    return items


def revision_in(request: Request) -> int | None:
    """What If-Match names. Raises Refused: 428 without one."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        sentence = 'Send If-Match: "<revision>", the one you saw, so that nobody\'s work is overwritten.'
        raise Refused("precondition_required", sentence, [("If-Match", sentence)], status=428)
    bare = text.removeprefix("W/").strip('"')
    if bare == "*":
        return None
    if not bare.isdecimal() or len(bare) > 9:
        raise Refused(
            "invalid", "Some values cannot be used.", [("If-Match", 'This must be a revision, like "12".')]
        )
    return int(bare)
