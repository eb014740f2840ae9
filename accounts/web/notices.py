"""The line that says what just happened, with the way back."""

from django.contrib import messages
from django.http import HttpRequest


def done(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say that it worked; `undo`: an address whose POST takes it back. Seen once, on the next page."""
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")


def failed(request: HttpRequest, text: str) -> None:
    messages.error(request, text)
