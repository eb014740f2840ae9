"""What beat wakes in here."""

from celery import shared_task
from django.utils import timezone

from violations import triage


@shared_task(name="violations.tasks.assess")
def assess() -> None:
    """Store the changes of state that nobody makes."""
    triage.assess(timezone.now())
