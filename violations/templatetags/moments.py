"""Times as the sentences of violations say them."""

from datetime import UTC, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.templatetags.looks import NOTHING, exactly, visible
from violations import remembering, wording
from violations.digest_models import Digest
from violations.models import Violation
from violations.remembering import Number

register = template.Library()


@register.simple_tag
def since(moment: datetime) -> SafeString:
    """`Tuesday 09:10`, the exact time on hover: `430 since {% since violation.first_seen_at %}`."""
    return _time(moment, wording.since(moment, timezone.now(), UTC))


@register.simple_tag
def day(moment: datetime) -> SafeString:
    """`Friday` within a week, else `12 Dec`; the exact time on hover: `until {% day violation.muted_until %}`."""
    far = abs(moment - timezone.now()) > timedelta(days=6)
    return _time(moment, f"{moment.astimezone(UTC):%-d %b}" if far else f"{moment.astimezone(UTC):%A}")


@register.filter
def lasting(duration: timedelta | None) -> str:
    """`40 min`, `5 h`, `3.5 d`; a dash for None."""
    return NOTHING if duration is None else wording.lasting(duration)


@register.simple_tag
def growth(rate: float | None) -> str:
    """How much more than the day before, in words: `3 % more than the day before`."""
    if rate is None:
        return "none the day before"
    if abs(rate) < 0.005:
        return "as many as the day before"
    return f"{abs(rate):.0%} {'more' if rate > 0 else 'fewer'} than the day before".replace("%", "\u202f%", 1)


@register.filter
def mute_ends(violation: Violation) -> str:
    """What ends its mute, after "until"."""
    if violation.muted_until is None:
        return "somebody reopens it"
    return wording.mute_ends(violation.muted_until, timezone.now(), violation.mute)


@register.filter
def cause(violation: Violation) -> str:
    """Why it is new; '' while nobody looked."""
    return wording.changed_by(violation.changed_by)


@register.filter
def plain(sentence: str) -> str:
    """A sentence without the marks of code, for titles."""
    return visible(sentence).replace("`", "")


@register.filter
def numbers(digest: Digest) -> list[Number]:
    """What changed in a digest's time, as it was mailed."""
    return remembering.numbers(digest)


def _time(moment: datetime, words: str) -> SafeString:
    told = moment.astimezone(UTC).isoformat(timespec="seconds")
    return SafeString(f'<time datetime="{told}" title="{exactly(moment)}">{words}</time>')
