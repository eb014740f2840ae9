"""What plan pages show of violations."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.violations.rows import violation
from tests.violations.web.test_overview_page import words
from violations import deciding
from violations.models import Violation

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


def test_an_events_page_lists_what_is_open_with_it(shop, ana):
    address = reverse("event_violations", args=[shop.workspace.public_id, shop.plan.public_id])
    html = words(ana.get(address, {"type": "track", "name": "Order Completed"}, headers=HTMX))
    assert "<code>total</code> should be a number" in html
    assert "<code>coupon_code</code> is not in the plan" in html
    assert "currency" not in html
    nothing = words(ana.get(address, {"type": "track", "name": "Cart Viewed"}, headers=HTMX))
    assert "Nothing open in the last 7 days" in nothing


def test_without_htmx_it_is_the_list_of_the_same(shop, ana):
    address = reverse("event_violations", args=[shop.workspace.public_id, shop.plan.public_id])
    page = ana.get(address, {"type": "track", "name": "Order Completed"}, follow=True)
    rows = [row for section in page.context["sections"] for row in section.rows]
    assert {row.name for row in rows} == {"Order Completed"}
    assert len(rows) == 2


def test_a_plan_says_its_starting_debt(shop, ana):
    address = reverse("plan_debt", args=[shop.workspace.public_id, shop.plan.public_id])
    assert words(ana.get(address, headers=HTMX)) == ""
    now = timezone.now() - timedelta(hours=1)
    violation(shop.sources["web"], "Old", first_seen_at=now, is_settling=True, code="type")
    violation(shop.sources["ios"], "Old", first_seen_at=now, is_settling=True, code="type")
    violation(shop.sources["web"], "New", first_seen_at=now, is_settling=True)
    gone = violation(shop.sources["web"], "Gone", first_seen_at=now, is_settling=True, code="type")
    deciding.resolve(gone, actor=None, now=now + timedelta(seconds=1))
    html = words(ana.get(address, headers=HTMX))
    assert "2 violations left</a> of 3 that were there" in html
    page = ana.get(address, follow=True)
    rows = [row for section in page.context["sections"] for row in section.rows]
    assert sorted(row.name for row in rows) == ["New", "Old"]
    for row in Violation.objects.filter(is_settling=True):
        deciding.resolve(row, actor=None, now=now + timedelta(seconds=1))
    assert "All 3 that were there" in words(ana.get(address, headers=HTMX))
