from datetime import timedelta

import pytest

from tests.factories import SourceFactory
from tests.violations.judging import NOON
from tests.violations.rows import violation
from violations import expiring
from violations.models import Sample

DAY = timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("environment", "days", "kept"),
    [
        ("production", 29, True),
        ("production", 31, False),
        ("staging", 29, True),
        ("development", 6, True),
        ("development", 8, False),
    ],
)
def test_samples_are_kept_for_thirty_days_in_development_seven(environment, days, kept):
    source = SourceFactory.create(environment=environment)
    row = violation(source, "Order Completed", first_seen_at=NOON)
    Sample.objects.create(
        workspace=source.workspace, violation=row, received_at=NOON - days * DAY, release="", path="x", message="{}"
    )  # fmt: skip
    assert expiring.drop_samples(NOON) == (0 if kept else 1)
    assert Sample.objects.exists() is kept
