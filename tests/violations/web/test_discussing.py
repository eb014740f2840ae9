"""Comments on a violation: who sees them, who hears of them."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from tests.factories import MembershipFactory, UserFactory
from trackingplans.draft_models import PlanMail
from violations.models import Violation
from violations.remark_models import Remark

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(shop) -> Membership:
    user = UserFactory(name="Ben Okri", email="ben@strider.example")
    return MembershipFactory(workspace=shop.workspace, user=user, role=Role.VIEWER)


def at(shop, name: str, violation: str = "coupon_web") -> str:
    return reverse(name, args=[shop.workspace.public_id, shop.rows[violation].public_id])


def test_it_stands_on_the_page_of_every_source(shop, ana):
    ana.post(at(shop, "violation_comment"), {"text": "  Marketing asked for it <b>\x00  "})
    for name in ("coupon_web", "coupon_android"):
        html = ana.get(at(shop, "violation_detail", name)).content.decode()
        assert "Marketing asked for it &lt;b&gt;" in html
    assert "Marketing asked" not in ana.get(at(shop, "violation_detail", "total")).content.decode()


@pytest.mark.parametrize(
    ("text", "assigned", "heard"),
    [
        ("Who can say?", False, []),
        ("@ben who can say?", False, ["ben@strider.example"]),
        ("@Ben and @nobody and @ana", False, ["ben@strider.example"]),
        ("Who can say?", True, ["ben@strider.example"]),
        ("@ben, yours", True, ["ben@strider.example"]),
    ],
)
def test_who_is_mentioned_or_has_it_hears_of_it(shop, ana, ben, text, assigned, heard):
    if assigned:
        Violation.objects.filter(pk=shop.rows["coupon_web"].pk).update(assignee=ben.user)
    ana.post(at(shop, "violation_comment"), {"text": text})
    letters = list(PlanMail.objects.all())
    assert [letter.recipient for letter in letters] == heard
    for letter in letters:
        assert text in letter.text
        assert at(shop, "violation_detail") in letter.text
        assert "`" not in letter.subject


def test_somebody_who_left_hears_nothing(shop, ana, ben):
    Violation.objects.filter(pk=shop.rows["coupon_web"].pk).update(assignee=ben.user)
    ben.delete()
    ana.post(at(shop, "violation_comment"), {"text": "@ben who can say?"})
    assert not PlanMail.objects.exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001])
def test_no_text_is_no_comment(shop, ana, text):
    assert (
        "between 1 and 5,000"
        in ana.post(at(shop, "violation_comment"), {"text": text}, follow=True).content.decode()
    )
    assert not Remark.objects.exists()


def test_viewers_read_only(shop, ben):
    client = Client()
    client.force_login(ben.user)
    assert client.post(at(shop, "violation_comment"), {"text": "Me too"}).status_code == 403
    assert b"Comment</button>" not in client.get(at(shop, "violation_detail")).content
