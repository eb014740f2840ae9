"""What a digest says, and that REST and the pages it links to say the same."""

import html
import re
from collections import Counter
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import Role, Team
from tests.factories import MembershipFactory
from tests.violations.digest_world import DAY, DUE, HOUR, RUN, back, fixed, processed, shop
from tests.violations.mails import text_of
from tests.violations.rows import traffic_hours
from trackingplans import sourcing
from violations import changing, deciding, digests, unmuting
from violations.digest_models import Digest
from violations.models import Sample, Violation


def digest_of(found, now=RUN) -> Digest:
    [digest] = digests.send_due(now, processed, [Team.objects.get(pk=found.checkout.pk)])
    return digest


def changes(digest):
    """How many violations changed in which way, those that did."""
    told = digest.numbers["changes"]
    return {kind: numbers["violations"] for kind, numbers in told.items() if numbers["violations"]}


@pytest.fixture
def quiet_mail(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "accounts.mail_files.FileBackend", tmp_path


def steady(day, today):
    """So many a day for a week, then so many in the last day, an hour at a time."""
    hours = {DUE - n * HOUR: day // 24 for n in range(25, 25 + 7 * 24)}
    return hours | {DUE - n * HOUR: today // 24 for n in range(1, 25)}


# --- what counts as what


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet_mail")
class TestChanges:
    def test_new_means_passed_the_threshold_inside(self):
        found = shop()
        found.new("a", ago=23)
        found.new("b", ago=0.1)
        found.new("c", ago=25, hours={DUE - 2 * HOUR: 5})
        found.new("d", ago=-0.1)
        found.wrong("e", ago=3)  # below the threshold
        found.new("f", ago=3, is_settling=True)
        assert changes(digest_of(found)) == {"new": 2, "rare": 1, "debt": 1, "open": 1}

    def test_what_somebody_muted_or_resolved_before_the_end_is_not_told(self):
        found = shop()
        muted, resolved, late = found.new("a"), found.new("b"), found.new("c")
        deciding.mute(muted, deciding.Mute(until=DUE + DAY), actor=None, now=DUE - HOUR)
        deciding.resolve(resolved, actor=None, now=DUE - HOUR)
        deciding.mute(late, deciding.Mute(until=DUE + DAY), actor=None, now=DUE + HOUR / 60)
        assert changes(digest_of(found)) == {"new": 1}

    def test_a_mute_that_ended_before_hides_nothing(self):
        found = shop()
        row = found.new("a", ago=9)
        deciding.mute(row, deciding.Mute(until=DUE - HOUR), actor=None, now=DUE - 5 * HOUR)
        assert changes(digest_of(found)) == {"new": 1}

    def test_back_and_fixed(self):
        found = shop()
        again = found.wrong(
            "a", ago=300, passed_at=DUE - 300 * HOUR, hours={DUE - 300 * HOUR: 9, DUE - 4 * HOUR: 2}
        )
        back(again, 4)
        for path, ago in (("b", 5), ("c", 30)):
            fixed(found.wrong(path, ago=90, passed_at=DUE - 90 * HOUR), ago)
        fixed(found.wrong("never-passed", ago=90), 5)
        assert changes(digest_of(found)) == {"back": 1, "fixed": 1}

    @pytest.mark.parametrize(
        ("hours", "growing"),
        [
            (steady(48, 120), True),
            (steady(48, 96), True),
            (steady(72, 120), False),
            (steady(24, 48), False),  # twice as many, but below fifty
            (steady(120, 120), False),
            ({DUE - 60 * HOUR: 10, DUE - 2 * HOUR: 60}, True),  # one and a half days old
            ({DUE - 40 * HOUR: 1, DUE - 2 * HOUR: 600}, False),  # too young to have a mean
            ({DUE - 300 * HOUR: 900, DUE - 2 * HOUR: 60}, True),  # it had been quiet
        ],
    )
    def test_growing_means_fifty_and_twice_the_mean_of_its_week(self, hours, growing):
        found = shop()
        first = min(hours)
        found.wrong("a", ago=(DUE - first) / HOUR, hours=hours, passed_at=first)
        assert changes(digest_of(found)).get("growing") == (1 if growing else None)

    def test_growing_is_told_of_what_is_neither_new_nor_back(self):
        found = shop()
        row = found.wrong("a", ago=300, hours=steady(48, 240), passed_at=DUE - 300 * HOUR)
        back(row, 2)
        assert changes(digest_of(found)) == {"back": 1}

    def test_staging_other_teams_and_other_workspaces_are_left_out(self):
        found, other = shop(), shop()
        other.new()
        staging = sourcing.create_source(
            found.workspace, name="Staging", type="web", environment="staging", actor=None, now=DUE
        )
        found.new("a", source=staging)
        found.new("b", event="Product Viewed")
        found.new("c")
        assert changes(digest_of(found)) == {"new": 1}

    def test_the_same_in_several_sources_is_one(self):
        found = shop()
        found.new("a", count=7)
        found.new("a", count=9, source=found.ios)
        digest = digest_of(found)
        assert changes(digest) == {"new": 1}
        [line] = digest.numbers["lines"]
        assert (line["count"], line["sources"]) == (16, ["iOS", "Web"])

    def test_it_says_how_much_was_checked_and_who_sent_nothing(self):
        found = shop()
        found.new()
        traffic_hours(
            found.web, "track", "Product Viewed", {DUE - 2 * HOUR: 10}, duplicate=2, rejected=1, unchecked=1
        )
        digest = digest_of(found)
        assert digest.numbers["checked"] == 24 * 100 + 6
        assert (digest.numbers["sources"], digest.numbers["silent"]) == (2, ["iOS"])


# --- the mail


@pytest.fixture
def full(post):
    """A day on which everything happens."""
    found = shop()
    row = found.new("total", count=412, release="3.2.0", is_critical=True)
    Sample.objects.create(
        workspace=found.workspace, violation=row, received_at=DUE, release="3.2.0", path="properties.total",
        message='{"properties": {"total": "89.90"}}',
    )  # fmt: skip
    back(
        found.wrong(
            "type", ago=300, passed_at=DUE - 300 * HOUR, hours={DUE - 300 * HOUR: 9, DUE - 4 * HOUR: 3}
        ),
        4,
    )
    found.wrong("quantity", ago=300, hours=steady(48, 240), passed_at=DUE - 300 * HOUR)
    fixed(found.wrong("products.$.sku", ago=90, passed_at=DUE - 90 * HOUR), 5)
    found.new("event", code="unplanned_event", event="Order Complete", full_path="event",
              message="This event is not in the plan.", meant="Order Completed", count=430)  # fmt: skip
    Team.objects.filter(pk=found.checkout.pk).update(slug="checkout")
    found.web.owner = found.checkout
    found.web.save()
    found.wrong("settling", is_settling=True)
    for n in range(7):
        found.wrong(f"rare{n}", count=1)
    return found


@pytest.mark.django_db
def test_the_mail_says_it_in_one_screen(full, post):
    digest_of(full)
    [mail] = post.mails
    assert (
        mail["Subject"].strip() == "Checkout · Tue 24 Nov · 1 new, 1 back, 1 growing, 1 fixed, 1 not in plan"
    )
    text = text_of(mail)
    assert "total` should" not in text
    assert 'total should be a number. For example "89.90".' in text
    assert "412 of 2,400 (17.2\u202f%) since 06:00, Web 3.2.0" in text
    assert "Did you mean Order Completed?" in text
    assert "+7 rare" in text
    assert "1 found while a source settles in" in text
    assert "2,400 messages checked in 2 sources, Monday 09:00 to Tuesday 09:00 (UTC). iOS sent none." in text
    assert len(digest_lines(text)) <= 10
    markup = text_of(mail, "html")
    assert len(markup) < 100_000
    assert "<style" in markup
    assert 'style="' in markup
    assert "prefers-color-scheme: dark" in markup
    for words in ("total", "412 of 2,400", "Order Complete", "+7 rare", "iOS sent none."):
        assert words in markup


def digest_lines(text):
    """The entries of the mail: each has an address of its own."""
    return [line for line in text.splitlines() if line.startswith("  http")]


@pytest.mark.django_db
def test_never_more_than_ten_lines(post):
    found = shop()
    for n in range(40):
        found.new(f"new{n}")
        back(found.wrong(f"back{n}", ago=300, passed_at=DUE - 300 * HOUR, hours={DUE - 4 * HOUR: 3}), 4)
        found.wrong(f"debt{n}", is_settling=True)
        found.wrong(f"rare{n}", count=1)
        fixed(found.wrong(f"fixed{n}", ago=90, passed_at=DUE - 90 * HOUR), 5)
    digest = digest_of(found)
    text = text_of(post.mails[0])
    assert len(digest_lines(text)) == 10
    assert "and 113 more, 120 in all" in text
    assert Counter(line["change"] for line in digest.numbers["lines"]) == {"new": 5, "back": 1, "fixed": 1}


@pytest.mark.django_db
def test_an_event_that_was_renamed_leads_the_mail(post):
    found = shop()
    found.web.owner = found.checkout
    found.web.save()
    traffic_hours(found.web, "track", "Signed Up", {DUE - 20 * HOUR: 300, DUE - 40 * HOUR: 300})
    found.new("a")
    found.new("event", code="unplanned_event", event="Sign Up", full_path="event", ago=3, meant="Signed Up",
              message="This event is not in the plan.", release="3.2.0")  # fmt: skip
    digest = digest_of(found)
    assert digest.numbers["lines"][0]["renamed"].startswith("Web sign-ups stopped arriving")
    assert "RENAMED  Web sign-ups stopped arriving" in text_of(post.mails[0])


@pytest.mark.django_db
def test_hostile_names_stay_text_and_links_stay_ours(post, settings):
    found = shop()
    Team.objects.update(name='Check"out</td><a href=//evil.example>\u202e')
    evil = '</td><a href="//evil.example">x</a>\r\nBcc: x@evil.example\u202e'
    Violation.objects.filter(pk=found.new("a").pk).update(message=evil, path=evil)
    Violation.objects.filter(pk=found.new("b").pk).update(event="Order Completed", detail={"meant": evil})
    digest_of(found)
    [mail] = post.mails
    assert mail["Bcc"] is None
    assert "\u202e" not in mail["Subject"]
    markup = text_of(mail, "html")
    assert "<a href=//evil" not in markup
    assert "\u202e" not in markup + text_of(mail)
    links = links_of(markup)
    assert links
    assert all(link.startswith(settings.BASE_URL + "/") for link in links)


def links_of(markup):
    """Where the links of a page lead, as a browser sees them."""
    links = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            links.extend(value for name, value in attrs if name in {"href", "src", "background"})

    Reader().feed(markup)
    return links


@pytest.mark.django_db
def test_masked_values_are_no_examples(post):
    found = shop()
    row = found.new("email")
    Sample.objects.create(
        workspace=found.workspace, violation=row, received_at=DUE, release="", path="properties.email",
        message='{"properties": {"email": "•••"}}',
    )  # fmt: skip
    assert digest_of(found).numbers["lines"][0]["example"] == ""


@pytest.mark.django_db
def test_nothing_new_does_not_hide_what_is_open(post):
    found = shop()
    found.wrong("a", ago=300, hours={DUE - n * HOUR: 1 for n in range(1, 300)}, passed_at=DUE - 300 * HOUR)
    digest_of(found, RUN + 6 * DAY)
    assert "nothing changed, 1 still open" in post.mails[0]["Subject"]


# --- the same numbers everywhere


@pytest.fixture
def asked(full):
    """Asks REST with a digest's link."""
    admin = MembershipFactory.create(workspace=full.workspace, role=Role.ADMIN)
    _, token = tokens.create(full.workspace, admin.user, name="CI", role=Role.ADMIN)

    def asked(link):
        parts = urlsplit(link)
        one = parts.path if parts.path.startswith("/vi_") else ""
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer = Client().get(
            f"/api/v1/violations{one}",
            query | {"environment": "production", "limit": 200},
            headers={"authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200, answer.content
        return answer.json() if one else answer.json()["items"]

    return asked


@pytest.mark.django_db
@pytest.mark.parametrize("days_later", [0, 3, 60])
def test_rest_shows_the_numbers_of_the_digest_also_later(full, post, asked, days_later):
    digest = digest_of(full)
    much_later(full, days_later)
    told = digest.numbers["changes"]
    stretch = f"since={digest.since:%Y-%m-%dT%H:%M:%SZ}&until={digest.until:%Y-%m-%dT%H:%M:%SZ}"
    for kind in changing.CHANGES:
        items = asked(f"?change={kind}&team=checkout&{stretch}")
        unplanned = [item for item in items if item["family"] == "unplanned"]
        assert told[kind] == {
            "violations": len(items) - len(unplanned),
            "not_in_plan": len(unplanned),
            "occurrences": sum(item["count"] for item in items),
        }, kind
    for line in digest.numbers["lines"]:
        assert asked(f"/{line['violation']}?{stretch}")["count"] == line["count"]


def much_later(found, days):
    """Life goes on: more occurrences, and people who decide."""
    if not days:
        return
    moment = DUE + timedelta(days=days)
    for row in Violation.objects.filter(workspace=found.workspace):
        row.refresh_from_db()
        if row.pk % 3 == 0:
            deciding.resolve(row, actor=None, now=moment)
        elif row.pk % 3 == 1:
            deciding.mute(row, deciding.Mute(until=moment + DAY), actor=None, now=moment)
        Violation.objects.filter(pk=row.pk).update(count=row.count + 50, last_seen_at=moment)


@pytest.mark.django_db
def test_the_links_of_the_mail_ask_for_what_it_says(full, post, asked):
    digest_of(full)
    markup = text_of(post.mails[0], "html")
    counted = re.findall(r'<a href="([^"]*)"[^>]*>(\d+) (new|back|growing|fixed|not in plan)</a>', markup)
    assert len(counted) == 5
    for link, count, word in counted:
        items = asked(html.unescape(link))
        wanted = [item for item in items if (item["family"] == "unplanned") == (word == "not in plan")]
        assert len(wanted) == int(count), word


@pytest.mark.django_db
@pytest.mark.parametrize("days_later", [0, 3, 60])
def test_the_pages_behind_the_links_show_the_same_counts(full, post, days_later):
    digest_of(full)
    much_later(full, days_later)
    client = Client()
    client.force_login(MembershipFactory.create(workspace=full.workspace).user)
    markup = text_of(post.mails[0], "html")
    counted = re.findall(
        r'<a href="([^"]*)"[^>]*>\+?(\d+) (new|back|growing|no longer muted|fixed|not in plan|rare|found|still open)',
        markup,
    )
    assert len(counted) == 8
    for link, count, word in counted:
        page = client.get(html.unescape(link).removeprefix("http://127.0.0.1:8000"))
        assert page.status_code == 200
        [current] = [tab for tab in page.context["tabs"] if tab.is_current]
        assert current.count == int(count), word
    for link in links_of(markup):
        assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200, link


@pytest.mark.django_db
def test_a_mute_that_ended_while_nothing_came_is_told_among_the_same_messages_on_the_page(post):
    found = shop()
    row = found.new("a", ago=100)
    deciding.mute(row, deciding.Mute(until=DUE - 4 * HOUR), actor=None, now=DUE - 50 * HOUR)
    unmuting.unmute(DUE - 3 * HOUR, found.workspace, waits=True)
    [line] = digest_of(found).numbers["lines"]
    assert (line["change"], line["count"], line["base"]) == ("unmuted", 0, 2_400)
    client = Client()
    client.force_login(MembershipFactory.create(workspace=found.workspace).user)
    [link] = [link for link in links_of(text_of(post.mails[0], "html")) if "/violations/vi_" in link]
    told = client.get(link.removeprefix("http://127.0.0.1:8000")).context["told"]
    assert (told.count, told.base) == (line["count"], line["base"])


@pytest.mark.django_db
def test_the_moment_a_digest_is_looked_at_makes_no_difference(full, post):
    digest = digest_of(full)
    stored = digest.numbers
    Digest.objects.all().delete()
    again = digest_of(full, RUN + timedelta(minutes=50))
    assert again.numbers == stored
    assert datetime.fromisoformat(stored["lines"][0]["since"]).tzinfo is not None
