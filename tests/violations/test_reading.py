"""Who reads a digest how: members with links into the app, others by a signed page that ends and shows no message."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from accounts.models import Membership, Team
from tests.violations.digest_world import DUE, RUN, member, processed, shop
from tests.violations.mails import text_of
from violations import deciding, digests, reading
from violations.digest_models import Digest
from violations.models import Sample, Violation

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
EVIL = '</td><a href="//evil.example">x</a>\r\nBcc: x@evil.example‮'


@pytest.fixture
def mailed(post):
    """A digest mailed to Ana, a member, and to cfo@example.com, who has no account: (shop, mails by address)."""
    found = shop()
    member(found.checkout, "ana@example.com")
    Team.objects.filter(pk=found.checkout.pk).update(addresses=["cfo@example.com"])
    row = found.new("total")
    Sample.objects.create(
        workspace=found.workspace, violation=row, received_at=DUE, release="", path="properties.total",
        message='{"properties": {"total": "12.50"}}',
    )  # fmt: skip
    [digest] = digests.send_due(RUN, processed, [Team.objects.get(pk=found.checkout.pk)])
    assert digest.state == "sent"
    return found, {str(mail["To"]): mail for mail in post.mails}


def links(mail):
    return sorted(set(re.findall(r"http[^\s\"<>]+", text_of(mail))))


def path(link):
    return link.removeprefix("http://127.0.0.1:8000")


def test_only_members_get_links_into_the_app_and_what_messages_held(mailed):
    found, mails = mailed
    inside, outside = mails["ana@example.com"], mails["cfo@example.com"]
    assert "12.50" in text_of(inside)
    assert "12.50" not in text_of(outside) + text_of(outside, "html")
    assert any(f"/w/{found.workspace.public_id}/" in link for link in links(inside))
    assert {path(link).split("/")[2] for link in links(outside)} == {"read", "leave"}


def test_a_reader_without_an_account_reads_what_was_mailed_and_what_became_of_it(mailed):
    found, mails = mailed
    [link] = {link for link in links(mails["cfo@example.com"]) if "/read/" in link}
    page = Client().get(path(link)).content.decode()
    for words in ("Order Completed › total", "should be a number", "1 new", "10 of"):
        assert words in page, words
    assert "12.50" not in page
    assert f"/w/{found.workspace.public_id}" not in page
    deciding.resolve(Violation.objects.get(), actor=None, now=RUN)
    page = Client().get(path(link)).content.decode()
    assert "as mailed; 1 resolved since" in page
    assert "1 new" in page


def test_the_page_ends_with_its_time_when_its_reader_left_and_when_it_is_not_ours(mailed, monkeypatch):
    found, mails = mailed
    [link] = {link for link in links(mails["cfo@example.com"]) if "/read/" in link}
    client = Client()
    assert client.get(path(link)[:-3] + "xx/").status_code == 410
    assert client.post(path(link)).status_code == 405
    with monkeypatch.context() as patched:
        patched.setattr(reading, "READ_FOR", -1)
        assert client.get(path(link)).status_code == 410
    Team.objects.filter(pk=found.checkout.pk).update(unsubscribed=["cfo@example.com"])
    assert client.get(path(link)).status_code == 410


def test_each_mail_can_be_left_with_one_click_by_its_own_reader(mailed, post):
    found, mails = mailed
    for address, mail in mails.items():
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        target = path(re.fullmatch(r"<(http\S+)>", "".join(mail["List-Unsubscribe"].split()))[1])
        assert Client().get(target).status_code == 200
        Client().post(target, {"List-Unsubscribe": "One-Click"})
        found.checkout.refresh_from_db()
        assert found.checkout.unsubscribed[-1] == address
    found.new("later", ago=-20)
    Digest.objects.update(day=DUE - timedelta(days=5))
    assert digests.send_due(RUN + timedelta(days=1), processed, [found.checkout]) == []


def test_an_address_that_has_an_account_reads_in_the_app(post):
    found = shop()
    found.new("total")
    digests.send_due(RUN, processed, [Team.objects.get(pk=found.checkout.pk)])
    assert not any("/read/" in link for link in links(post.mails[0]))


def test_hostile_names_of_any_length_stay_harmless_and_small(post):
    found = shop()
    Team.objects.filter(pk=found.checkout.pk).update(addresses=["cfo@example.com"])
    member(found.checkout, "ana@example.com")
    for n in range(12):
        row = found.new(f"p{n}")
        long = (EVIL * 400)[:10_000]
        Violation.objects.filter(pk=row.pk).update(
            message=long, path=f"properties.{long[:300]}", detail={"meant": long}
        )
    digests.send_due(RUN, processed, [Team.objects.get(pk=found.checkout.pk)])
    for mail in post.mails:
        assert len(mail.as_bytes()) < 100_000
        assert mail["Bcc"] is None
        assert "‮" not in text_of(mail) + text_of(mail, "html")
        assert '<a href="//evil' not in text_of(mail, "html")
    [link] = {link for mail in post.mails for link in links(mail) if "/read/" in link}
    page = Client().get(path(link)).content.decode()
    assert '<a href="//evil' not in page
    assert "‮" not in page


def test_a_preview_is_stored_nowhere_and_mailed_to_who_asks_only(post, client):
    found = shop()
    ana = Membership.objects.filter(workspace=found.workspace).first()
    client.force_login(ana.user)
    address = f"/w/{found.workspace.public_id}/settings/digests/next/{found.checkout.public_id}/"
    assert client.get(address).status_code == 200
    assert client.get(f"{address}mail/").status_code == 200
    client.post(address)
    assert post.recipients == [ana.user.email]
    assert str(post.mails[0]["Subject"]).startswith("Preview: Checkout")
    assert post.mails[0]["List-Unsubscribe"] is None
    assert not Digest.objects.exists()


def test_a_link_for_one_digest_opens_no_other(mailed):
    signed = signing.dumps(["dg_other", "cfo@example.com"], salt=reading.SALT)
    assert Client().get(f"/digests/read/{signed}/").status_code == 410
