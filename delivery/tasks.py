"""Wake-ups for the way out."""

from celery import shared_task

from delivery import sending


@shared_task(name="delivery.tasks.send_deliveries")
def send_deliveries() -> None:
    """Sends what is due. Queued after a group of messages was closed, and by beat for what has to be tried again."""
    sending.drain()
