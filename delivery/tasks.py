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
    pacing.drop_old(now)
    for work in (expiring.give_up, expiring.drop_deliveries):
        for _ in range(expiring.BATCHES):
            if not work(now):
                break
