from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import expiring, targeting, tasks
from delivery.models import Delivery, Target
from tests.factories import SourceFactory
from tests.violations.judging import NOON

DAY = timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "days", "kept"),
    [
        ("delivered", 6, True),
        ("delivered", 8, False),
        ("failed", 29, True),
        ("failed", 31, False),
        ("waiting", 90, True),
    ],
)
def test_what_was_sent_is_dropped_after_its_time_and_what_waits_never_is(state, days, kept):
    target = targeting.set_target(SourceFactory.create(), "https://api.example.com", "wk", actor=None)
    finished_at = None if state == "waiting" else NOON - days * DAY
    Delivery.objects.create(
        workspace=target.workspace, target=target, body="{}", state=state, finished_at=finished_at
    )
    assert expiring.drop_deliveries(NOON) == (0 if kept else 1)
    assert Delivery.objects.exists() is kept


@pytest.mark.django_db
def test_a_batch_takes_the_oldest_and_the_task_goes_on_until_nothing_is_left(monkeypatch):
    now = timezone.now()
    target = targeting.set_target(SourceFactory.create(), "https://api.example.com", "wk", actor=None)
    for days in (8, 40, 9, 1):
        for state in ("failed", "delivered"):
            Delivery.objects.create(
                workspace=target.workspace,
                target=target,
                body="{}",
                state=state,
                finished_at=now - days * DAY,
            )
    for _ in range(3):
        row = Delivery.objects.create(workspace=target.workspace, target=target, body="waits")
        Delivery.objects.filter(pk=row.pk).update(created_at=now - 2 * DAY)
    Target.objects.filter(pk=target.pk).update(paused_at=now)
    monkeypatch.setattr(expiring, "BATCH", 1)
    assert expiring.drop_deliveries(now) == 2
    assert not Delivery.objects.filter(finished_at=now - 40 * DAY).exists()
    tasks.keep_house()
    rows = Delivery.objects.values_list("state", "body")
    assert sorted(rows) == [("delivered", "{}")] + [("failed", "waits")] * 3 + [("failed", "{}")] * 3
