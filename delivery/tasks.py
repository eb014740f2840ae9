"""Wake-ups for the way out."""

from celery import shared_task
from django.utils import timezone

from delivery import expiring, sending


@shared_task(name="delivery.tasks.send_deliveries")
def send_deliveries() -> None:
    """Sends what is due. Queued after a group of messages was closed, and by beat for what has to be tried again."""
    sending.drain()


@shared_task(name="delivery.tasks.keep_house")
def keep_house() -> None:
    """Drop deliveries whose time is over."""
    now = timezone.now()
    while expiring.drop_deliveries(now):
        pass
