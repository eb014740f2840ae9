"""When a message happened, told by clocks that may be wrong."""

from datetime import UTC, datetime


def parse(text: str | None) -> datetime | None:
    """An ISO 8601 time as an aware datetime (without a zone: UTC); None when it cannot be read."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def corrected(received_at: datetime, sent_at: str | None, original: str | None) -> datetime:
    """When the message happened by our clock (Segment's rule for a client whose clock is off).

    received_at - (sent_at - original); without a readable sent_at the original time; without that
    received_at.
    """
    happened = parse(original)
    if happened is None:
        return received_at
    sent = parse(sent_at)
    if sent is None:
        return happened
    try:
        return received_at - (sent - happened)
    except OverflowError:
        return received_at


def written(moment: datetime) -> str:
    """A time as Segment writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
