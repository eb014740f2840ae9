"""What beat wakes in here."""

from celery import shared_task
from django.utils import timezone

from trackingplans import implementing, posting, uploading


@shared_task(name="trackingplans.tasks.send_plan_mail")
def send_plan_mail() -> None:
    """Send the mail about plans that is due."""
    while posting.send_due(timezone.now()) == posting.MOST:
        pass


@shared_task(name="trackingplans.tasks.note_implemented")
def note_implemented(*, is_late: bool = False) -> None:
    """Note which events their sources have begun to send as planned; `is_late`: look further back."""
    back = implementing.LOOKS_FAR_BACK if is_late else implementing.LOOKS_BACK
    implementing.note(timezone.now(), back)


@shared_task(name="trackingplans.tasks.read_sheets")
def read_sheets() -> None:
    """Read the sheets that wait to be looked at, and drop those that nobody brought in."""
    while uploading.read_next(timezone.now()):
        pass
    uploading.drop_old(timezone.now())
