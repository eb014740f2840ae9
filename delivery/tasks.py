"""Wake-ups for the way out."""

from celery import shared_task
from django.utils import timezone

from delivery import expiring, pacing, pausing, sending


@shared_task(name="delivery.tasks.send_deliveries")
def send_deliveries() -> None:
    """Sends what is due. Queued after a group of messages was closed, and by beat for what has to be tried again."""
    sending.drain()
    pausing.tell()


@shared_task(name="delivery.tasks.keep_house")
def keep_house() -> None:
    """Drop deliveries and counts whose time is over; give up what waited too long for a paused target."""
    now = timezone.now()
    expiring.give_up(now)
    pacing.drop_old(now)
    while expiring.drop_deliveries(now):
        pass
