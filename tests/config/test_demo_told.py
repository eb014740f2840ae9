"""What a visitor of the demo finds: each row of the story in its state and place, on the pages, by REST and by mail."""

import html
import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from config.demo import building, story
from config.first_run import Access
from violations.digest_models import Digest
from violations.models import Violation

FRESH = timedelta(hours=4)
HEADLINE = "Android orders vanished from the funnel: people are buying, 2.4.0 renamed the event"


@pytest.fixture(scope="module")
def mails(tmp_path_factory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "EMAIL_BACKEND", "accounts.mail_files.FileBackend")
        patch.setattr(settings, "MAIL_DIR", folder := tmp_path_factory.mktemp("mail"))
        yield folder


@pytest.mark.django_db
def test_the_story_is_told_on_pages_by_rest_and_by_mail(mails):
    now = timezone.now()
    told = Told(building.build(now), now, mails)
    _rows_stand_where_the_story_puts_them(told)
    _the_headline_leads(told)
    _the_mail_says_what_changed(told)
    _rest_says_the_same(told)


class Told:
    """The demo, asked as a visitor asks it."""

    def __init__(self, access: Access, now: datetime, mails: Any) -> None:
        self.access, self.now = access, now
        self.workspace = Workspace.objects.get(public_id=access.workspace)
        self.client = Client()
        self.client.force_login(User.objects.get(email=access.email))
        self.letters: list[EmailMessage] = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(mails.glob("*.eml"))
        ]

    def listed(self, tab: str, **query: str) -> dict[tuple[str, str], Any]:
        """Rows of a list by event and field."""
        page = self.client.get(reverse(tab, args=[self.workspace.public_id]), query)
        rows = [row for section in page.context["sections"] for row in section.rows]
        return {(row.violation.event, row.violation.path): row for row in rows}

    def rest(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.client.get(
            "/api/v1/violations", query | {"limit": 200},
            headers={"authorization": f"Bearer {self.access.api_token}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.content
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


# Tab, query, event, field; what a row there says: state, sources, and more.
PLACES = [
    ("violation_list", {}, "Order Completed", "properties.total", "new", "Web"),
    ("violation_list", {}, "Checkout Started", "properties.currency", "open", "iOS"),
    ("violation_list", {}, "Signed Up", "properties.type", "regressed", "Web"),
    ("violation_list", {}, "", "traits.email", "open", "Web"),
    ("muted_list", {}, "Product Added", "properties.quantity", "muted", "Android"),
    ("violation_list", {"status": "resolved", "range": "14d"}, "Order Completed",
     "properties.products.$.product_id", "resolved", "Web"),
    ("not_in_plan", {}, "Order Complete", "event", "open", "Android"),
    ("not_in_plan", {"range": "14d"}, "Product <id> Viewed", "event", "open", "iOS"),
]  # fmt: skip


def _rows_stand_where_the_story_puts_them(told: Told) -> None:
    seen = {}
    for tab, query, event, path, state, source in PLACES:
        rows = told.listed(tab, **query)
        assert (event, path) in rows, (tab, query, event, path, sorted(rows))
        row = rows[event, path]
        assert (row.group.status, row.violation.source.name) == (state, source), (event, path)
        seen[event, path] = row
    total, mail = seen["Order Completed", "properties.total"], seen["", "traits.email"]
    assert total.group.is_critical
    assert (total.violation.first_release, total.violation.code) == ("3.2.0", "type")
    assert mail.group.is_growing
    assert [row.group.is_growing for row in seen.values()].count(True) == 1
    currency = seen["Checkout Started", "properties.currency"].violation
    began = told.now - timedelta(days=6) - story.SLOT  # what is sent within one arrives together
    assert began <= currency.first_seen_at < told.now - timedelta(days=5)
    muted = seen["Product Added", "properties.quantity"].violation
    assert muted.muted_until == told.now + timedelta(days=3)
    fixed = seen["Order Completed", "properties.products.$.product_id"].violation
    assert fixed.resolution == "fixed"
    renamed = seen["Order Complete", "event"].violation
    assert (renamed.count, renamed.detail["meant"], renamed.first_release) == (
        430,
        "Order Completed",
        "2.4.0",
    )
    assert renamed.first_seen_at == (told.now - timedelta(days=2)).replace(
        hour=9, minute=10, second=0, microsecond=0
    )
    assert seen["Product <id> Viewed", "event"].violation.folded_names.count() == 318
    coupons = told.listed("not_in_plan", range="7d")["Order Completed", "properties.coupon_code"].group
    assert 0.27 < coupons.share < 0.35
    assert set(told.listed("violation_list")) == {
        (e, p) for tab, q, e, p, *_ in PLACES if tab == "violation_list" and not q
    }
    for row in Violation.objects.filter(event="", path="traits.email"):
        assert row.samples.exists()
        assert not any("@example.com" in sample.message for sample in row.samples.all())


def _the_headline_leads(told: Told) -> None:
    page = told.client.get(reverse("overview", args=[told.workspace.public_id]))
    words = " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.content.decode())).split())
    assert HEADLINE in words
    assert "Order Completed" in words
    assert "430" in words


def _the_mail_says_what_changed(told: Told) -> None:
    due = building.latest_digest(told.now)
    latest = {
        one.team.slug: one for one in Digest.objects.filter(due_at=due, kind="team").select_related("team")
    }
    lines = {
        (line["change"], line["title"]): slug for slug, one in latest.items() for line in one.numbers["lines"]
    }
    wanted = {
        ("back", "Signed Up › type"): "growth",
        ("fixed", "Order Completed › products.$.product_id"): "checkout",
    }
    # On weekends and early in the morning, what began since the latest mail is not told yet.
    is_fresh = told.now - due < FRESH
    if is_fresh:
        wanted |= {
            ("new", "Order Completed › total"): "checkout",
            ("growing", "identify › email"): "growth",
        }
    assert wanted.items() <= lines.items(), lines
    assert not any("quantity" in title for _, title in lines)
    texts = [
        "".join(part.get_content() for part in [mail.get_body(("plain",))] if part) for mail in told.letters
    ]
    is_mailed = Violation.objects.get(event="Order Complete").first_seen_at < due
    assert not is_mailed or any(f"RENAMED  {HEADLINE}" in text for text in texts)
    today = [text for text in texts if f"{due:%A, %-d %B}" in text]
    assert len(today) == sum(one.state == "sent" for one in latest.values())
    assert not is_fresh or any("total should be a number" in text and "Web 3.2.0" in text for text in today)


def _rest_says_the_same(told: Told) -> None:
    found = told.rest(environment="production")
    items = {(item["event"] or "", item["path"]): item for item in found}
    for _, _, event, path, state, _ in PLACES:
        assert items[event, path]["status"] == state, (event, path)
    assert items["Order Complete", "event"]["count"] == 430
    assert items["Order Completed", "properties.products.$.product_id"]["resolution"] == "fixed"
