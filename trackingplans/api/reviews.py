"""REST: a draft's review, publishing it, bringing it up to date; a plan's policy."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from accounts.api.permissions import role
from accounts.models import Membership, Role, User
from trackingplans import drafting, rebasing, releasing, reviewing
from trackingplans.api import shapes
from trackingplans.api.bodies import json_object
from trackingplans.api.drafts import SEEN, DraftOut, OfDrafts, refusing, text_in
from trackingplans.domain.merging import Choice
from trackingplans.draft_models import Draft, ReviewState, review_state_choices

OPEN = ("asked", "approved", "changes")


class ReviewItem(serializers.Serializer[Any]):
    reviewer = serializers.EmailField()
    state = serializers.ChoiceField(review_state_choices())
    counts = serializers.BooleanField(help_text="An approval by somebody else, of what the draft is now.")
    note = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)


class Standing(serializers.Serializer[Any]):
    needed = serializers.IntegerField(help_text="Approvals.")
    may_publish = serializers.BooleanField()
    blockers = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    reviews = ReviewItem(many=True)


class ReviewIn(serializers.Serializer[Any]):
    state = serializers.ChoiceField(review_state_choices())
    people = serializers.ListField(
        child=serializers.EmailField(), required=False, help_text="Whom to ask, beside the owners."
    )
    note = serializers.CharField(required=False)


class PublishIn(serializers.Serializer[Any]):
    message = serializers.CharField(required=False)


class UpdateIn(serializers.Serializer[Any]):
    choices = serializers.DictField(
        required=False,
        help_text='For each key of a conflict "ours" (the draft\'s) or "theirs" (what is live).',
    )


class OneReview(OfDrafts):
    @extend_schema(operation_id="drafts_standing", responses=Standing, tags=["drafts"])
    def get(self, request: Request, draft: str) -> Response:  # noqa: ARG002  # DRF's signature
        """How a draft's review stands, and what stands in the way of publishing."""
        return Response(_standing(self.draft(draft)))

    @extend_schema(
        operation_id="drafts_review", parameters=[SEEN], request=ReviewIn, responses=Standing, tags=["drafts"]
    )
    def post(self, request: Request, draft: str) -> Response:
        """Ask for a review, approve the draft as it is now, or ask for changes."""
        found, body, now = self.as_seen(request, draft), json_object(request), timezone.now()
        state = text_in(body, "state")
        if state not in OPEN:
            raise Refused(
                "invalid",
                "Some values cannot be used.",
                [("state", f"This must be one of {', '.join(OPEN)}.")],
            )
        if state == ReviewState.ASKED:
            people = self._people(body.get("people", []))
            before, after = drafting.base(found), drafting.value(found)
            refusing(
                lambda: reviewing.ask(found, self.actor, now=now, before=before, after=after, people=people)
            )
        else:
            note = text_in(body, "note")
            try:
                refusing(lambda: reviewing.decide(found, self.actor, ReviewState(state), now=now, note=note))
            except reviewing.NotTheirs as error:
                raise Refused("own_draft", str(error), status=409) from None
        return Response(_standing(self.draft(draft)))

    def _people(self, wanted: object) -> list[User]:
        if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
            raise Refused("invalid", "Some values cannot be used.", [("people", "Send a list of addresses.")])
        members = Membership.objects.for_workspace(self.workspace).select_related("user")
        known = {member.user.email.casefold(): member.user for member in members}
        strangers = [(f"people.{place}", f"{one} is not in this workspace.") for place, one in enumerate(wanted)
                     if one.casefold() not in known]  # fmt: skip
        if strangers:
            raise Refused("invalid", "Some values cannot be used.", strangers)
        return [known[one.casefold()] for one in wanted]


class Publish(OfDrafts):
    writer = Role.PUBLISHER

    @extend_schema(
        operation_id="drafts_publish",
        parameters=[SEEN],
        request=PublishIn,
        responses={201: shapes.Version},
        tags=["drafts"],
    )
    def post(self, request: Request, draft: str) -> Response:
        """Publish a draft as the plan's next version. 409 says what stands in the way."""
        found, message = self.as_seen(request, draft), text_in(json_object(request), "message")
        try:
            version = refusing(
                lambda: releasing.release(found, self.actor, now=timezone.now(), message=message)
            )
        except releasing.Blocked as error:
            places = [("(root)", sentence) for sentence in error.standing.blockers]
            raise Refused("blocked", "Something stands in the way.", places, status=409) from None
        plan = self.plan(found.plan.public_id)
        return Response(shapes.version_item(plan, version, len(version.rules)), status=201)


class Update(OfDrafts):
    @extend_schema(
        operation_id="drafts_update", parameters=[SEEN], request=UpdateIn, responses=DraftOut, tags=["drafts"]
    )
    def post(self, request: Request, draft: str) -> Response:
        """Bring a draft up to the live version. 409 lists what contradicts itself, by the key to choose about."""
        found, choices = self.as_seen(request, draft), _choices(json_object(request).get("choices", {}))
        try:
            refusing(lambda: rebasing.update(found, self.actor, choices))
        except rebasing.Contradicts as error:
            places = [
                (one.key, f"{one.name}: {'.'.join(map(str, one.path)) or 'the whole of it'} differs")
                for one in error.conflicts
            ]
            raise Refused("contradicts", "Choose ours or theirs for each.", places, status=409) from None
        return self.said(draft)


class PolicyOut(serializers.Serializer[Any]):
    approvals = serializers.IntegerField(
        allow_null=True, min_value=0, max_value=reviewing.MOST_APPROVALS,
        help_text="null: one by somebody else, none while nobody else could give it.",
    )  # fmt: skip
    asks_owners = serializers.BooleanField()
    errors_block = serializers.BooleanField()


class Policy(OfDrafts):
    writer = Role.PUBLISHER

    def get_permissions(self) -> list[BasePermission]:
        return [role(Role.VIEWER if self.request.method in {"GET", "HEAD", "OPTIONS"} else self.writer)()]

    @extend_schema(operation_id="plans_policy", responses=PolicyOut, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:  # noqa: ARG002  # DRF's signature
        """What must be true before a draft of the plan is published."""
        return Response(PolicyOut(self.plan(plan)).data)

    @extend_schema(operation_id="plans_set_policy", request=PolicyOut, responses=PolicyOut, tags=["plans"])
    def patch(self, request: Request, plan: str) -> Response:
        found = self.plan(plan)
        asked = PolicyOut(data={**PolicyOut(found).data, **json_object(request)})
        asked.is_valid(raise_exception=True)
        reviewing.set_policy(found, actor=self.actor, **asked.validated_data)
        return Response(PolicyOut(found).data)


def _standing(draft: Draft) -> dict[str, Any]:
    found = reviewing.standing(draft, drafting.value(draft), on=timezone.now().date())
    given = {review.pk for review in found.given}
    return {
        "needed": found.needed,
        "may_publish": found.may_publish,
        "blockers": found.blockers,
        "warnings": found.warnings,
        "reviews": [
            {
                "reviewer": one.reviewer.email,
                "state": one.state,
                "counts": one.pk in given,
                "note": one.note,
                "decided_at": one.decided_at,
            }
            for one in found.reviews
        ],
    }


def _choices(value: object) -> dict[str, Choice]:
    wrong = "Send an object of ours and theirs."
    if not isinstance(value, dict):
        raise Refused("invalid", "Some values cannot be used.", [("choices", wrong)])
    choices: dict[str, Choice] = {}
    for key, side in value.items():
        if side not in ("ours", "theirs"):
            raise Refused("invalid", "Some values cannot be used.", [(f"choices.{key}", wrong)])
        choices[str(key)] = "ours" if side == "ours" else "theirs"
    return choices
