"""The policy of a plan cannot be passed by: every way to a new version is judged by it, or makes a draft."""

import io
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import AuditEntry, Membership, Role
from tests.factories import MembershipFactory, UserFactory
from tests.trackingplans import plans
from trackingplans import assembling, drafting, history, linting, publishing, reviewing
from trackingplans.models import PlanVersion, TrackingPlan

pytestmark = pytest.mark.django_db

TEXT = {"type": "string"}
WISH = plans.a_document(rules=[plans.a_rule("Signed Up", {"plan": TEXT}, meta={"owner": "growth"})])
WORSE = plans.a_document(rules=[plans.a_rule(name, {"x": TEXT}) for name in ("Signed Up", "signed_up")])


@dataclass
class Shop:
    plan: TrackingPlan
    publisher: Membership
    admin: Membership
    client: object
    tmp_path: object

    def post(self, by, page, /, *args, **data):
        self.client.force_login(by.user)
        path = reverse(page, args=[self.plan.workspace.public_id, self.plan.public_id, *args])
        return self.client.post(path, data).content.decode()

    def rest(self, by, path, body):
        _, text = tokens.create(self.plan.workspace, by.user, name="CI", role=Role(by.role))
        path, headers = f"/api/v1/plans/{self.plan.public_id}/{path}", {"authorization": f"Bearer {text}"}
        said = self.client.post(path, json.dumps(body), content_type="application/json", headers=headers)
        return said.content.decode()

    def command(self, *options, document=WISH):
        (self.tmp_path / "plan.json").write_text(json.dumps(document))
        words = ["--workspace", self.plan.workspace.public_id, "--plan", self.plan.public_id]
        try:
            call_command(
                "import_plan", str(self.tmp_path / "plan.json"), *words, *options, stdout=io.StringIO()
            )
        except CommandError as error:
            return str(error)
        return ""


@pytest.fixture
def shop(client, tmp_path):
    """Version 2 said what WISH says; version 3 is another plan, with a problem that could be muted."""
    publisher = MembershipFactory(role=Role.PUBLISHER, user=UserFactory(name="Pat"))
    workspace = publisher.workspace
    plan = publishing.create(workspace, plans.a_document(), actor=None).plan
    publishing.publish(plan, WISH, actor=None)
    publishing.publish(plan, plans.a_document(), actor=None)
    admin = MembershipFactory(workspace=workspace, role=Role.ADMIN, user=UserFactory(name="Ada"))
    return Shop(plan, publisher, admin, client, tmp_path)


def mute(shop, by, **more):
    [problem, *_] = linting.problems(shop.plan.live_version_id)
    until = (timezone.now() + timedelta(days=9)).date().isoformat()
    return shop.post(
        by, "plan_problem", problem.fingerprint, what="rule", until=until, reason="Later", **more
    )


def rest_more(more):
    return {"override": more["reason_to_override"]} if more.get("do") == "override" else {}


def rest_path(more):
    return "drafts" if more.get("do") == "draft" else "versions"


def command_more(more):
    if more.get("do") == "draft":
        return ["--draft"]
    return ["--override", more["reason_to_override"]] if more.get("do") == "override" else []


DOORS = {
    "a file over it": lambda shop, by, **more: shop.post(
        by, "plan_replace", text=json.dumps(WISH), **({"do": "import"} | more)
    ),
    "an older version": lambda shop, by, **more: shop.post(by, "plan_version", 2, **more),
    "another name": lambda shop, by, **more: shop.post(by, "plan_rename", name="Shoes", **more),
    "a lint rule muted": mute,
    "REST, a document": lambda shop, by, **more: shop.rest(
        by, rest_path(more), {"document": WISH} | rest_more(more)
    ),
    "REST, an older version": lambda shop, by, **more: shop.rest(
        by, rest_path(more), {"version": 2} | rest_more(more)
    ),
    "the command line": lambda shop, by, **more: shop.command(*command_more(more)),
}


def newest(shop):
    return PlanVersion.objects.filter(plan=shop.plan).latest("number")


@pytest.mark.parametrize("door", DOORS)
def test_what_needs_an_approval_is_not_published_by_any_door(shop, door):
    said = DOORS[door](shop, shop.publisher)

    assert newest(shop).number == 3
    assert "It needs the approval of somebody else, which a draft can get." in said
    assert "draft" in said


@pytest.mark.parametrize("door", DOORS)
def test_a_policy_that_asks_for_none_lets_it_through(shop, door):
    reviewing.set_policy(shop.plan, approvals=0, asks_owners=False, errors_block=True, actor=shop.admin.user)

    DOORS[door](shop, shop.publisher)

    assert newest(shop).number == 4
    assert "without review" not in newest(shop).message


@pytest.mark.parametrize("door", DOORS)
def test_it_becomes_a_draft_instead(shop, door):
    reviewing.set_policy(shop.plan, approvals=0, asks_owners=False, errors_block=True, actor=shop.admin.user)

    DOORS[door](shop, shop.publisher, do="draft")

    assert newest(shop).number == 3
    draft = shop.plan.drafts.get()
    DOORS[door](shop, shop.publisher)
    assert drafting.document(draft) == assembling.document(newest(shop))


@pytest.mark.parametrize("door", DOORS)
def test_an_admin_may_and_history_tells(shop, door):
    more = {"do": "override", "reason_to_override": "The shop is down"}
    if door != "the command line":
        DOORS[door](shop, shop.publisher, **more)
        assert newest(shop).number == 3, "a publisher may not"

    DOORS[door](shop, shop.admin, **more)

    assert newest(shop).number == 4
    assert newest(shop).message.endswith("(published without review: The shop is down)")
    assert "The shop is down" in history.of_plan(shop.plan)[0].why
    assert AuditEntry.objects.get(action="plan.review_overridden").detail["reason"] == "The shop is down"


@pytest.mark.parametrize("blocks", [True, False])
def test_new_errors_stop_a_document_or_warn(shop, blocks):
    reviewing.set_policy(
        shop.plan, approvals=0, asks_owners=False, errors_block=blocks, actor=shop.admin.user
    )

    preview = shop.post(shop.publisher, "plan_replace", text=json.dumps(WORSE), do="preview")
    said = shop.rest(shop.publisher, "versions", {"document": WORSE})

    assert "new plan problem" in preview
    assert ('"blocked"' in said) is blocks
    assert newest(shop).number == (3 if blocks else 4)


def test_whoever_is_alone_publishes_alone(shop):
    shop.admin.delete()

    shop.post(shop.publisher, "plan_version", 2)

    assert newest(shop).number == 4


def test_what_changes_nothing_is_no_version_and_no_draft(shop):
    said = shop.rest(shop.publisher, "versions", {"version": 3})
    shop.post(shop.publisher, "plan_version", 3, do="draft")

    assert json.loads(said)["number"] == 3
    assert not shop.plan.drafts.exists()
