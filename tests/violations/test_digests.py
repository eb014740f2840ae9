"""When digests go out, to whom, and that nothing makes them go out twice."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Team
from tests.threads import at_once, started
from tests.violations.digest_world import DAY, DUE, HOUR, RUN, member, processed, shop
from tests.violations.rows import traffic_hours
from violations import digests
from violations.digest_models import Digest
from violations.models import Violation


def send(found, now=RUN, **more):
    return digests.send_due(
        now, more.pop("watermark", processed), [Team.objects.get(pk=found.checkout.pk)], **more
    )


def later():
    """As if the waiting time of what is unfinished were over."""
    Digest.objects.update(next_at=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.mark.django_db
def test_a_digest_is_mailed_once_and_stored_with_its_numbers(post):
    found = shop()
    found.new()
    [digest] = send(found)
    assert (digest.state, digest.day, digest.due_at) == ("sent", date(2026, 11, 24), DUE)
    assert (digest.since, digest.until) == (DUE - DAY, DUE)
    assert digest.numbers["changes"]["new"] == {"violations": 1, "not_in_plan": 0, "occurrences": 10}
    assert digest.sent_at is not None
    assert post.recipients == ["checkout@example.com"]
    assert post.ids == [digest.message_id]
    assert send(found, RUN + HOUR) == []
    assert len(post.mails) == 1


@pytest.mark.django_db
def test_each_recipient_gets_an_own_mail_and_sees_nobody_else(post):
    found = shop()
    member(found.checkout, "ana@example.com")
    gone = member(found.checkout, "gone@example.com")
    gone.user.is_active = False
    gone.user.save()
    Team.objects.update(addresses=["ops@example.com", "ANA@example.com"])
    found.new()
    send(found)
    assert post.recipients == ["ana@example.com", "ops@example.com"]
    assert len(set(post.ids)) == 2
    assert not any(mail["Cc"] or mail["Bcc"] for mail in post.mails)


@pytest.mark.django_db
def test_a_team_that_nobody_reads_for_claims_nothing(post):
    found = shop()
    Team.objects.update(addresses=[])
    found.new()
    assert send(found) == []
    assert not Digest.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "sends"),
    [
        (DUE - timedelta(seconds=1), False),  # before nine: yesterday's is not caught up by itself
        (DUE, True),
        (DUE + 14 * HOUR, True),  # beat was down
        (DUE + 24 * HOUR, True),  # the next day's own
    ],
)
def test_it_goes_out_from_nine_local_time_on_its_own_day(post, now, sends):
    found = shop()
    found.new()
    assert bool(send(found, now)) is sends


@pytest.mark.django_db
def test_nothing_goes_out_on_weekends_and_monday_tells_of_the_weekend(post):
    found = shop()
    friday, saturday = DUE + 3 * DAY, DUE + 4 * DAY
    send(found, friday)
    found.new(ago=-(4 * 24 + 3))
    assert send(found, saturday) == []
    assert send(found, saturday + DAY) == []
    [monday] = send(found, saturday + 2 * DAY)
    assert (monday.since, monday.state) == (friday - HOUR, "sent")
    assert monday.numbers["changes"]["new"]["violations"] == 1


@pytest.mark.django_db
def test_asked_for_on_a_weekend_it_is_that_days(post):
    found = shop()
    found.new(ago=-(4 * 24))
    [digest] = send(found, DUE + 4 * DAY + 5 * HOUR, asked=True)
    assert (digest.day, digest.state) == (date(2026, 11, 28), "sent")
    assert send(found, DUE + 4 * DAY + 6 * HOUR, asked=True) == []


@pytest.mark.django_db
def test_a_new_team_waits_for_its_first_slot_unless_asked(post):
    found = shop()
    found.new()
    Team.objects.update(created_at=DUE + timedelta(minutes=1))
    assert send(found) == []
    assert len(send(found, asked=True)) == 1


@pytest.mark.django_db
def test_a_team_that_switched_its_digest_off_gets_none(post):
    found = shop(digest_enabled=False)
    found.new()
    assert send(found, asked=True) == []


@pytest.mark.django_db
def test_the_team_reads_it_at_nine_where_it_lives(post):
    found = shop(timezone="Asia/Kathmandu")
    found.new(ago=8)
    at = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)
    assert send(found, at - timedelta(seconds=1)) == []
    [digest] = send(found, at)
    assert digest.due_at == at


@pytest.mark.django_db
def test_a_changed_zone_sends_no_second_digest_for_the_same_day(post):
    found = shop(timezone="Asia/Kathmandu")
    found.new(ago=8)
    send(found, datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    Team.objects.update(timezone="America/Los_Angeles")
    assert send(found, datetime(2026, 11, 24, 18, 0, tzinfo=UTC)) == []
    [wednesday] = send(found, datetime(2026, 11, 25, 18, 0, tzinfo=UTC))
    assert wednesday.since == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_only_change_is_mailed_but_on_mondays_that_all_is_clear(post):
    found = shop()
    [tuesday] = send(found)
    assert (tuesday.state, post.mails) == ("quiet", [])
    for day in (1, 2, 3):
        send(found, RUN + day * DAY)
    [monday] = send(found, RUN + 6 * DAY)
    assert monday.state == "sent"
    assert "all clear" in str(post.mails[0]["Subject"])


@pytest.mark.django_db
def test_what_waits_in_the_inbox_holds_the_window_back(post):
    found = shop()
    found.new(ago=3)
    found.new("currency", ago=1.2, hours={DUE - 1.2 * HOUR: 10, DUE + 20 * HOUR: 1})
    [digest] = send(found, watermark=lambda workspace_id: DUE - 1.5 * HOUR)
    assert digest.until == DUE - 2 * HOUR
    assert digest.numbers["changes"]["new"]["violations"] == 1
    [wednesday] = send(found, RUN + DAY)
    assert wednesday.since == DUE - 2 * HOUR
    assert wednesday.numbers["changes"]["new"]["violations"] == 1


@pytest.mark.django_db
def test_while_nothing_at_all_is_processed_the_digest_waits(post):
    found = shop()
    found.new()
    assert send(found, watermark=lambda workspace_id: DUE - 30 * HOUR) != []
    Digest.objects.all().delete()
    send(found, RUN - DAY)
    assert send(found, watermark=lambda workspace_id: DUE - DAY) == []
    assert len(send(found)) == 1


# --- once, whatever happens


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_send_once(post):
    found = shop()
    member(found.checkout, "ana@example.com")
    found.new()
    at_once(*[lambda: send(found)] * 4)
    assert post.recipients == ["ana@example.com", "checkout@example.com"]
    assert Digest.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_what_somebody_writes_at_that_moment_is_waited_for_and_told(post):
    found = shop()
    row = found.wrong("a", ago=40, passed_at=DUE - 40 * HOUR)
    traffic_hours(found.web, "track", "Order Completed", {DUE - 35 * HOUR: 80})
    with transaction.atomic():
        Violation.objects.select_for_update().get(pk=row.pk)
        sending = started(lambda: send(found))
        time.sleep(0.5)
    [digest] = sending.result()
    assert digest.numbers["changes"]["fixed"]["violations"] == 1


@pytest.mark.django_db
def test_a_claim_left_by_a_crash_is_taken_up_with_the_same_message_id(post):
    found = shop()
    found.new()
    team = Team.objects.get(pk=found.checkout.pk)
    assert digests.claim(team, RUN, processed(0))
    message_id = Digest.objects.get().message_id
    with connection.cursor() as cursor:
        cursor.execute("UPDATE violations_digest SET next_at = now() + interval '4 minutes', attempts = 1")
    assert send(found) == []
    later()
    [digest] = send(found, RUN + HOUR)
    assert (digest.state, post.ids) == ("sent", [message_id])
    assert digest.until == DUE


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_stops(post):
    found = shop()
    member(found.checkout, "ana@example.com")
    found.new()

    def taken_over():
        at_once(lambda: Digest.objects.update(attempts=7))
        return "250 OK"

    post.answers = [taken_over]
    assert send(found) == []
    digest = Digest.objects.get()
    assert len(post.mails) == 1
    assert (digest.state, digest.attempts) == ("claimed", 7)


@pytest.mark.django_db
def test_a_temporary_failure_is_tried_again_for_those_who_got_nothing(post):
    found = shop()
    member(found.checkout, "ana@example.com")
    found.new()
    post.answers = ["250 OK", "451 Try later"]
    [digest] = send(found)
    assert (digest.state, digest.error) == ("claimed", "451 Try later")
    assert send(found) == []
    later()
    [digest] = send(found)
    assert (digest.state, digest.error, digest.attempts) == ("sent", "", 2)
    assert post.recipients == ["ana@example.com", "checkout@example.com"]


@pytest.mark.django_db
def test_waiting_between_attempts_grows_and_ends(post):
    found = shop()
    found.new()
    post.answers = ["451 Try later"] * 30
    waits = []
    for _ in range(digests.ATTEMPTS):
        later()
        send(found)
        digest = Digest.objects.get()
        waits.append((digest.next_at - datetime.now(UTC)).total_seconds())
    assert digest.state == "failed"
    assert digest.error == "451 Try later"
    assert waits[0] <= 60
    assert 25 * 60 < max(waits[:-1]) <= 60 * 60


@pytest.mark.django_db
def test_a_permanent_failure_is_stored_and_costs_the_others_nothing(post):
    found = shop()
    member(found.checkout, "ana@example.com")
    found.new()
    post.refused = {"ana@example.com"}
    [digest] = send(found)
    assert digest.state == "sent"
    assert "ana@example.com: 550" in digest.error
    assert post.recipients == ["checkout@example.com"]
    assert [recipient["state"] for recipient in digest.recipients] == ["failed", "sent"]


@pytest.mark.django_db
def test_when_nobody_can_be_reached_it_has_failed(post):
    found = shop()
    found.new()
    post.refused = {"checkout@example.com"}
    [digest] = send(found)
    assert digest.state == "failed"
    assert send(found, RUN + HOUR) == []


@pytest.mark.django_db
def test_without_a_mail_server_the_digest_is_kept_as_a_file(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "accounts.mail_files.FileBackend", tmp_path
    found = shop()
    found.new()
    [digest] = send(found)
    [kept] = tmp_path.glob("*.eml")
    assert digest.message_id in kept.read_text()
