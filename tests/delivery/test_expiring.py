from datetime import timedelta

import pytest

from delivery import expiring, targeting
from delivery.models import Delivery
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
