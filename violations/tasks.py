"""What beat wakes in here."""

from celery import shared_task
from django.utils import timezone

from violations import expiring, joining, looking, triage


@shared_task(name="violations.tasks.assess")
def assess() -> None:
    """Store the changes of state that nobody makes."""
    triage.assess(timezone.now())


@shared_task(name="violations.tasks.look_for_missing")
def look_for_missing() -> None:
    """Look for what is missing where that takes too long to do it for a page."""
    looking.look_again(timezone.now())


@shared_task(name="violations.tasks.keep_house")
def keep_house() -> None:
    """Drop samples and links of people whose time is over."""
    now = timezone.now()
    joining.drop_old(now.date())
    while expiring.drop_samples(now):
        pass
