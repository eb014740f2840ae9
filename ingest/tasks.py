"""What wakes the processing: hints from the door, and beat."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Team
from ingest import processing, sweeping, waking
from ingest.watermark import watermarks
from violations import digests

log = logging.getLogger(__name__)
PACE = timedelta(milliseconds=50)
SENDER = "delivery.tasks.send_deliveries"


@shared_task(name="ingest.tasks.drain")
def drain() -> None:
    """Process what waits in the inbox; wakes the senders when something is to be forwarded."""
    try:
        drained = processing.drain(pace=PACE)
    except OperationalError as error:
        log.warning("the inbox waits: %s", error)
        return
    if drained.forwarded:
        waking.wake(SENDER)
    if not drained.is_empty:
        waking.wake()


@shared_task(name="ingest.tasks.sweep")
def sweep() -> None:
    """Process what no wake-up came for, or whose worker died; trim what Live shows."""
    drain()
    sweeping.trim()


@shared_task(name="ingest.tasks.keep_house")
def keep_house() -> None:
    """Make the partitions of the next days, drop what is kept no longer."""
    sweeping.keep_house()


@shared_task(name="ingest.tasks.send_digests")
def send_digests() -> None:
    """Send the digests that are due. Here because only ingest knows up to when everything was processed."""
    now = timezone.now()
    digests.send_due(now, watermarks(now), Team.objects.select_related("workspace").order_by("pk"))
