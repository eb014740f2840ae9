"""One violation: the page says what is wrong, where, since when, with an example."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from delivery.models import SkippedHour, Target
from tests.factories import MembershipFactory
from trackingplans import publishing
from trackingplans.models import EventProfile, PlanVersion, Source
from violations import deciding, tracing
from violations.models import Sample, Violation, ViolationHour

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(shop, ana):
    def seen(name, query=""):
        found = ana.get(
            reverse("violation_detail", args=[shop.workspace.public_id, shop.rows[name].public_id]) + query
        )
        assert found.status_code == 200
        return found

    return seen


def words(page):
    return " ".join(page.content.decode().split())


def test_it_says_what_was_expected_what_came_and_how_often(seen):
    page = seen("total")
    html = words(page)
    assert "<code>total</code> should be a number, but text came." in html
    assert "<dd>a number</dd>" in html
    assert page.context["got"] == '"89.90"'
    assert (page.context["told"].count, page.context["told"].base) == (340, 432)
    assert "Invalid Type: Invalid type. Expected: number, given: string" in html


def test_the_place_is_lit_in_the_payload(seen):
    html = words(seen("total"))
    assert 'class="line lit"' in html
    assert "&quot;total&quot;" in html.split('class="line lit"')[1].split("</span>")[0]


def test_a_masked_value_is_shown_masked(seen, shop):
    Sample.objects.update(message='{"properties": {"total": "***"}}')
    assert seen("total").context["got"] == '"***"'


def test_an_event_under_a_new_name_says_which_one_stopped(seen):
    html = words(seen("rename"))
    assert "Android orders vanished from the funnel: people are buying, 2.4.0 renamed the event" in html
    assert "Did you mean" in html
    assert "and never since; this name began in 2.4.0" in html


def test_sources_with_the_same_problem_are_listed_together(seen, shop):
    page = seen("coupon_web")
    assert {row.violation.source.name for row in page.context["in_sources"]} == {"Web", "Android"}
    counted = 2 * 5 * 200
    assert seen("coupon_web", "?span=90d").context["trend"].count == counted


@pytest.mark.parametrize(("span", "columns"), [("24h", 24), ("7d", 56), ("14d", 56), ("90d", 90), ("x", 56)])
def test_the_trend_covers_the_span(seen, span, columns):
    trend = seen("total", f"?span={span}").context["trend"]
    assert len(trend.points) == columns
    assert trend.count == 340


def test_the_trend_marks_releases_and_versions(seen, shop):
    today = timezone.now().date()
    for release, ago in (("3.0.9", 12), ("3.1.4", 6), ("3.1.4", 2), ("", 1)):
        EventProfile.objects.create(
            workspace=shop.workspace, source=shop.sources["web"], type="track", event="Order Completed",
            release=release, day=today - timedelta(days=ago), body="{}", is_folded=True,
        )  # fmt: skip
    texts = [text for _, text in seen("total").context["trend"].marks]
    assert texts == ["3.1.4 came", "v3 published", "began in 3.2.0"]


TOTAL = {"type": "number", "description": "What they paid"}


def publish(shop, schema, ago):
    """A version whose Order Completed has this `total` (None: none)."""
    properties = {"order_id": {"type": "string"}} | ({"total": schema} if schema else {})
    rule = {
        "type": "track", "name": "Order Completed", "version": 1,
        "schema": {"type": "object", "properties": {"properties": {"type": "object", "properties": properties}}},
    }  # fmt: skip
    document = {"planwright": 1, "name": "Shop", "description": str(ago), "rules": [rule]}
    version = publishing.publish(shop.plan, document, actor=None)
    PlanVersion.objects.filter(pk=version.pk).update(published_at=timezone.now() - ago)


WAS = "number, optional · What they paid"


@pytest.mark.parametrize(
    ("then", "now", "words", "changed"),
    [
        (TOTAL, TOTAL, WAS, []),
        (TOTAL, {"type": ["number", "string"]}, "number or text, optional", [("total", WAS)]),
        (TOTAL, None, "", [("total", WAS)]),
        (None, TOTAL, WAS, [("total", "")]),
    ],
)
def test_the_rule_is_shown_as_it_stands_and_stood(seen, shop, then, now, words, changed):
    publish(shop, then, timedelta(hours=5))
    publish(shop, now, timedelta(seconds=30))
    rule = seen("total").context["rule"]
    assert (rule.number, rule.former_number, rule.words) == (5, 4, words)
    assert [(line.label, line.was) for line in rule.changed] == changed
    assert list(rule.known) == ([] if words else ["order_id"])


def test_it_says_who_fixes_it_and_why(seen, shop):
    shop.teams["checkout"].members.add(shop.ana)
    html = words(seen("total"))
    assert '<strong>Checkout</strong> <span class="muted">owns the source: Ana</span>' in html
    Source.objects.update(owner=None)
    assert "Nobody's: give the event, its source or the plan an owner." in words(seen("total"))


def test_calls_that_were_not_forwarded_are_counted(seen, shop):
    row, now = shop.rows["total"], timezone.now()
    target = Target.objects.create(
        workspace=shop.workspace, source=row.source, url="https://example.com", write_key=b""
    )
    for key, hour in ((row.key, now), (row.key, now - timedelta(days=8)), (shop.rows["signup"].key, now)):
        SkippedHour.objects.create(
            target_id=target.pk, key=key, hour=hour.replace(minute=0, second=0, microsecond=0), calls=1204
        )
    assert "1,204 calls skipped in 7 days" in words(seen("total"))
    assert "skipped" not in words(seen("coupon_web"))


def test_the_trend_counts_each_hour_once_in_its_column(shop):
    now = timezone.now()
    row = shop.rows["total"]
    for span in tracing.SPANS.values():
        total = sum(
            ViolationHour.objects.filter(violation_id=row.pk, hour__gte=now - span.length).values_list(
                "count", flat=True
            )
        )
        assert total - 17 <= tracing.trend(row, [], span, now).count <= total + 17


def test_samples_are_reached_by_their_place(seen, shop):
    for ago in range(1, 4):
        Sample.objects.create(
            workspace=shop.workspace, violation=shop.rows["total"], release=f"3.2.{ago}", path="properties.total",
            received_at=timezone.now() - timedelta(hours=ago), message=f'{{"properties": {{"total": "{ago}"}}}}',
        )  # fmt: skip
    assert seen("total", "?sample=3").context["sample"].release == "3.2.2"
    for odd in ("0", "99", "x", "-1"):
        assert seen("total", f"?sample={odd}").status_code == 200


def test_without_samples_it_says_why(seen):
    assert "None kept" in words(seen("currency"))


@pytest.mark.parametrize(
    ("path", "message", "got"),
    [
        ("properties.products.1.sku", '{"properties": {"products": [{}, {"sku": 7}]}}', "7"),
        ("properties.a\\.b", '{"properties": {"a.b": "x"}}', '"x"'),
        ("properties.gone", '{"properties": {}}', ""),
        ("properties.list.9", '{"properties": {"list": []}}', ""),
        ("properties.text.deep", '{"properties": {"text": "x"}}', ""),
        ("(root)", "[]", "[]"),
    ],
)
def test_what_came_is_read_at_the_samples_path(path, message, got):
    assert tracing.got(Sample(path=path, message=message)) == got


def test_the_note_holds_what_a_ticket_needs(seen, shop):
    note = seen("total").context["note"]
    for part in (
        "**Order Completed**: `total` should be a number, but text came.",
        "- Field: `properties.total`",
        "- Expected: a number",
        '- Got: `"89.90"`',
        "- Source: Web (production), release 3.2.0",
        "340 of 432 in 24 h",
        f"/violations/{shop.rows['total'].public_id}/",
        '```json\n{\n  "type": "track"',
    ):
        assert part in note


def test_a_note_cannot_be_ended_by_a_value(seen, shop):
    Sample.objects.update(message='{"properties": {"total": "```"}}')
    assert seen("total").context["note"].rstrip().endswith("````")


def test_activity_tells_who_did_what(seen, shop, ana):
    now = timezone.now()
    row = Violation.objects.get(pk=shop.rows["total"].pk)
    deciding.mute(row, deciding.Mute(reason="known"), actor=shop.ana.user, now=now)
    deciding.reopen(row, actor=shop.ana.user, now=now + timedelta(seconds=1))
    deciding.assign(row, shop.ana.user, actor=shop.ana.user, now=now + timedelta(seconds=2))
    told = [f"{line.who} {line.did}".strip() for line in seen("total").context["activity"]]
    assert told[0] == "Ana assigned it to ana@strider.example"
    assert told[1] == "Ana reopened it"
    assert told[2].startswith("Ana muted it until ")
    assert told[2].endswith(": known")
    assert told[-1] == "Seen first in 3.2.0"


def test_a_violation_whose_plan_is_gone_still_opens(seen, shop):
    Violation.objects.update(plan=None)
    PlanVersion.objects.all().delete()
    assert seen("rename").status_code == 200


def test_those_who_may_not_decide_see_who_may(shop, client):
    viewer = MembershipFactory(workspace=shop.workspace, role=Role.VIEWER)
    client.force_login(viewer.user)
    page = client.get(
        reverse("violation_detail", args=[shop.workspace.public_id, shop.rows["total"].public_id])
    )
    html = words(page)
    assert "Editors can change this: Ana." in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]


def test_what_grows_says_so_as_in_the_list(seen, shop):
    assert "Growing" not in words(seen("email"))

    hours = ViolationHour.objects.filter(violation_id=shop.rows["email"].pk)
    hours.filter(hour__gt=timezone.now() - timedelta(days=1)).update(count=20)

    page = seen("email")
    assert page.context["told"].is_growing
    assert "Growing" in words(page)
