from datetime import UTC, datetime

import pytest

from accounts.models import AuditEntry, Role
from tests.factories import MembershipFactory, SourceFactory, TeamFactory, UserFactory, WorkspaceFactory
from tests.trackingplans import plans
from trackingplans import (
    assembling,
    commenting,
    drafting,
    posting,
    publishing,
    rebasing,
    releasing,
    reviewing,
)
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import DraftStatus, DraftStep, PlanMail, ReviewState
from trackingplans.models import PlanVersion

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORDER = {"type": "track", "name": "Order Completed", "version": 1}
SECTION = "/properties/properties"
ADD = {"op": "add_property", "of": ORDER, "at": SECTION, "name": "coupon", "schema": {"type": "string"}}


@pytest.fixture
def workspace(db):
    return WorkspaceFactory()


@pytest.fixture
def people(workspace):
    """Ana edits, Bob and Cem publish."""
    roles = {"Ana": Role.EDITOR, "Bob": Role.PUBLISHER, "Cem": Role.PUBLISHER}
    return {
        name: MembershipFactory(
            workspace=workspace, role=role, user=UserFactory(name=name, email=f"{name.lower()}@example.com")
        )
        for name, role in roles.items()
    }


@pytest.fixture
def ana(people):
    return people["Ana"].user


@pytest.fixture
def bob(people):
    return people["Bob"].user


@pytest.fixture
def plan(workspace):
    document = plans.a_document()
    document["rules"][0]["meta"] = {"owner": "checkout"}
    return publishing.create(workspace, document, actor=None).plan


@pytest.fixture
def draft(plan, ana):
    return drafting.change(drafting.start(plan, ana, "Coupons"), ana, [ADD])


def asked(draft, user, **more):
    before, after = drafting.base(draft), drafting.value(draft)
    return reviewing.ask(draft, user, now=NOW, before=before, after=after, **more)


def standing(draft):
    draft.refresh_from_db()
    return reviewing.standing(draft, drafting.value(draft), on=NOW.date())


def approve(draft, user):
    return reviewing.decide(draft, user, ReviewState.APPROVED, now=NOW)


def test_a_draft_goes_live_when_somebody_else_approved_it(draft, plan, ana, bob):
    with pytest.raises(releasing.Blocked, match="1 more approval"):
        releasing.release(draft, bob, now=NOW)
    with pytest.raises(reviewing.NotTheirs):
        approve(draft, ana)

    approve(draft, bob)
    version = releasing.release(draft, bob, now=NOW, message="Coupons are counted")

    draft.refresh_from_db()
    plan.refresh_from_db()
    assert plan.live_version == version == draft.version
    assert draft.status == DraftStatus.PUBLISHED
    assert (version.message, version.published_by) == ("Coupons are counted", bob)
    assert "coupon" in str(assembling.document(plan.live_version))
    with pytest.raises(drafting.NotOpen):
        drafting.change(draft, ana, [ADD])


def test_whoever_is_alone_publishes_alone(draft, people, ana):
    for name in ("Bob", "Cem"):
        people[name].delete()

    assert standing(draft).needed == 0
    assert releasing.release(draft, ana, now=NOW).number == 2


def test_an_approval_is_of_what_the_draft_was(draft, ana, bob):
    approve(draft, bob)
    assert standing(draft).may_publish

    drafting.change(
        draft,
        ana,
        [{"op": "set_required", "of": ORDER, "at": f"{SECTION}/properties/coupon", "required": True}],
    )

    found = standing(draft)
    assert (len(found.given), len(found.stale), found.may_publish) == (0, 1, False)
    [step] = reviewing.since_review(draft, bob)
    assert step.number == 2
    approve(draft, bob)
    assert standing(draft).may_publish
    assert reviewing.since_review(draft, bob) == []


def test_whoever_changes_a_draft_does_not_approve_it(draft, ana, bob):
    approve(draft, bob)
    drafting.change(draft, bob, [{"op": "set_plan", "path": ["description"], "value": "Shoes"}])

    assert standing(draft).given == []


def test_somebody_who_wants_changes_stands_in_the_way(draft, people, bob):
    approve(draft, bob)
    reviewing.decide(draft, people["Cem"].user, ReviewState.CHANGES, now=NOW, note="Why?")

    assert standing(draft).blockers == ["Cem wants changes."]


def test_the_owners_of_what_is_touched_are_asked_by_themselves(draft, workspace, people, ana):
    team = TeamFactory(workspace=workspace, slug="checkout", name="Checkout")
    team.members.set([people["Cem"], people["Ana"]])

    [review] = asked(draft, ana)

    assert (review.reviewer, review.reason) == (people["Cem"].user, "Checkout owns Order Completed")
    letter = PlanMail.objects.get()
    assert (letter.recipient, letter.subject) == ("cem@example.com", "Please review: Coupons")
    assert f"/drafts/{draft.public_id}/" in letter.text


def test_without_owners_those_who_may_publish_are_asked(draft, ana, bob, people):
    assert {review.reviewer for review in asked(draft, ana)} == {bob, people["Cem"].user}
    assert {review.reviewer for review in asked(draft, ana, people=[bob])} == {bob}


def test_new_errors_of_the_plan_stop_publishing_or_warn(draft, plan, ana, bob):
    twin = plans.a_rule("order_completed", {"x": {"type": "string"}})
    drafting.change(draft, ana, [{"op": "add_rule", "rule": twin}])
    approve(draft, bob)

    found = standing(draft)
    assert found.errors
    assert found.blockers == [found.blockers[0]]
    assert "plan problem" in found.blockers[0]

    reviewing.set_policy(plan, approvals=1, asks_owners=True, errors_block=False, actor=bob)
    draft.plan.refresh_from_db()
    found = standing(draft)
    assert found.may_publish
    assert "plan problem" in found.warnings[0]


def test_the_policy_says_how_many_approve(draft, plan, bob, people):
    reviewing.set_policy(plan, approvals=2, asks_owners=True, errors_block=True, actor=bob)
    draft.plan.refresh_from_db()
    approve(draft, bob)
    assert standing(draft).blockers == ["It needs 1 more approval by somebody else."]

    approve(draft, people["Cem"].user)
    assert standing(draft).may_publish
    assert AuditEntry.objects.filter(action="plan.policy_changed").exists()


def test_a_draft_that_changes_nothing_is_not_published(plan, ana, bob):
    draft = drafting.start(plan, ana)
    approve(draft, bob)

    with pytest.raises(PlanError, match="changes nothing"):
        releasing.release(draft, bob, now=NOW)

    assert PlanVersion.objects.count() == 1


def live_changes(plan, *edits):
    """Somebody publishes these meanwhile."""
    plan.refresh_from_db()
    other = drafting.change(drafting.start(plan, None, "Other"), None, list(edits))
    publishing.publish(plan, drafting.document(other), actor=None)


def test_a_draft_is_brought_up_to_date_and_stays_as_it_was_built(draft, plan, ana, bob):
    approve(draft, bob)
    live_changes(plan, {"op": "set_rule", "of": ORDER, "path": ["meta", "owner"], "value": "growth"})
    draft.refresh_from_db()
    assert standing(draft).blockers == ["The live version has moved on: update the draft first."]

    updated = rebasing.update(draft, ana)

    plan.refresh_from_db()
    assert updated.base == plan.live_version
    [rule] = drafting.document(updated)["rules"]
    assert rule["meta"]["owner"] == "growth"
    assert "coupon" in rule["schema"]["properties"]["properties"]["properties"]
    assert [step.author for step in DraftStep.objects.filter(draft=draft, is_folded=False)] == [ana]
    assert standing(draft).may_publish, "the approved change is the same"
    drafting.undo(updated, ana)
    assert drafting.document(updated) == assembling.document(plan.live_version)


def test_what_contradicts_the_live_version_is_chosen_about(draft, plan, ana):
    total = f"{SECTION}/properties/total"
    set_type = {"op": "set_property", "of": ORDER, "at": total, "path": ["type"]}
    drafting.change(draft, ana, [{**set_type, "value": "integer"}])
    live_changes(plan, {**set_type, "value": "string"})
    draft.refresh_from_db()

    with pytest.raises(rebasing.Contradicts) as refused:
        rebasing.update(draft, ana)

    [conflict] = refused.value.conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == ("number", "integer", "string")
    updated = rebasing.update(draft, ana, {conflict.key: "theirs"})
    properties = drafting.document(updated)["rules"][0]["schema"]["properties"]["properties"]["properties"]
    assert (properties["total"], properties["coupon"]) == ({"type": "string"}, {"type": "string"})
    kept = DraftStep.objects.filter(draft=draft).order_by("number")
    assert [step.is_folded for step in kept] == [True, True, False]


def test_publishing_brings_the_sources_that_follow_a_draft_back_to_the_plan(draft, plan, bob):
    source = SourceFactory(workspace=plan.workspace, plan=plan, draft=draft, environment="development")
    approve(draft, bob)

    releasing.release(draft, bob, now=NOW)

    source.refresh_from_db()
    assert source.draft is None


def test_who_is_mentioned_and_who_made_the_draft_hear_of_a_comment(draft, plan, ana, bob):
    rule = ("track", "Order Completed", 1)

    comment = commenting.add(
        plan, bob, "@cem why? @bob", draft=draft, rule=rule, path=f"{SECTION}/properties/coupon"
    )

    assert commenting.about(comment) == "Order Completed, coupon"
    letters = PlanMail.objects.order_by("recipient")
    assert [one.recipient for one in letters] == ["ana@example.com", "cem@example.com"]
    assert letters[0].subject == "Bob on Order Completed, coupon"
    commenting.resolve(comment, ana, now=NOW)
    assert comment.resolved_by == ana


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001])
def test_a_comment_that_says_nothing_or_too_much_is_refused(draft, plan, bob, text):
    with pytest.raises(PlanError):
        commenting.add(plan, bob, text, draft=draft)


def test_mail_is_sent_once(draft, ana, mailoutbox):
    asked(draft, ana)
    due = PlanMail.objects.latest("due_at").due_at

    assert (posting.send_due(due), posting.send_due(due)) == (2, 0)

    assert {mail.subject for mail in mailoutbox} == {"Please review: Coupons"}
    assert not PlanMail.objects.filter(sent_at=None).exists()


def test_mail_that_cannot_be_sent_waits_and_says_why(draft, ana, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    asked(draft, ana)
    due = PlanMail.objects.latest("due_at").due_at

    posting.send_due(due)

    letter = PlanMail.objects.first()
    assert "cannot be reached" in letter.error
    assert letter.due_at > due
