"""What well-known events mean to people: "Order Completed" is an order, and somebody buying.

Names follow the Segment Spec (e-commerce, mobile, B2B SaaS). Any other event is called by its own name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any


@dataclass(frozen=True, slots=True)
class Meaning:
    """`things`: what is counted, in the plural. `doing`: what people are up to when the event is sent."""

    things: str
    doing: str


MEANINGS = {
    "applicationinstalled": Meaning("installs", "people are installing"),
    "applicationopened": Meaning("app opens", "people are coming back"),
    "cartviewed": Meaning("cart views", "people are looking at their carts"),
    "checkoutstarted": Meaning("checkouts", "people are checking out"),
    "couponapplied": Meaning("coupons", "people are using coupons"),
    "ordercompleted": Meaning("orders", "people are buying"),
    "ordercancelled": Meaning("cancellations", "people are cancelling"),
    "orderrefunded": Meaning("refunds", "people are being refunded"),
    "paymentinfoentered": Meaning("payments", "people are paying"),
    "productadded": Meaning("cart additions", "people are filling their carts"),
    "productremoved": Meaning("cart removals", "people are emptying their carts"),
    "productviewed": Meaning("product views", "people are looking at products"),
    "productlistviewed": Meaning("list views", "people are looking at lists"),
    "productssearched": Meaning("searches", "people are searching"),
    "signedin": Meaning("sign-ins", "people are signing in"),
    "signedout": Meaning("sign-outs", "people are signing out"),
    "signedup": Meaning("sign-ups", "people are signing up"),
    "trialstarted": Meaning("trials", "people are starting trials"),
}


def meaning(event: str) -> Meaning | None:
    """What `event` stands for, however its name is cased and separated; None when its name is all we know."""
    return MEANINGS.get(re.sub(r"[\W_]+", "", event).lower())


def renamed(planned: str, sources: list[str], release: str, *, in_funnel: bool) -> str:
    """One sentence for a planned event that stopped in `sources` when a name close to it began.

    "Android orders vanished from the funnel: people are buying, 2.4.0 renamed the event".
    """
    where = listed(sources)
    gone = "vanished from the funnel" if in_funnel else "stopped arriving"
    why = f"{release} renamed the event" if release else "the event was renamed"
    known = meaning(planned)
    if known is None:
        return f"{planned} {gone} on {where}: it still happens, {why}"
    return f"{where} {known.things} {gone}: {known.doing}, {why}"


def listed(names: list[str]) -> str:
    """Names as people list them: "Web", "Web and iOS", "Web, iOS and 2 more"."""
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def since(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """When something began, as people say it in `zone`: "09:10", "yesterday 17:00", "Tuesday 09:10", "3 Nov"."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"yesterday {local:%H:%M}"
    if 1 < days < 7:
        return f"{local:%A %H:%M}"
    return f"{local:%-d %b}" if local.year == now.year else f"{local:%-d %b %Y}"


def lasting(duration: timedelta) -> str:
    """How long something took, in the one unit that says it: "40 s", "12 min", "5 h", "3.5 d"."""
    seconds = duration.total_seconds()
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.0f} h"
    days = seconds / 86_400
    return f"{days:.1f} d" if days < 10 else f"{days:.0f} d"


def until(moment: datetime, now: datetime) -> str:
    """When something ends, UTC: "10:30", "tomorrow 10:30", "Friday 10:30", "12 Dec"."""
    local, today = moment.astimezone(UTC), now.astimezone(UTC).date()
    days = (local.date() - today).days
    at = "" if (local.hour, local.minute) == (0, 0) else f" {local:%H:%M}"
    if days <= 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"tomorrow{at}"
    return f"{local:%A}{at}" if days < 8 else f"{local:%-d %b}"


def mute_ends(moment: datetime, now: datetime, mute: Mapping[str, Any]) -> str:
    """What ends a mute, after "until": "Friday", "release 3.2.1 shows it, 20 Feb at the latest"."""
    waits_for = [
        f"release {mute['release']} shows it" if mute.get("release") else "",
        f"it came {mute['count']:,} times more" if mute.get("count") else "",
        f"version {str(mute['version']).lstrip('vV')} is live" if mute.get("version") else "",
    ]
    told = " or ".join(part for part in waits_for if part)
    return f"{told}, {until(moment, now)} at the latest" if told else until(moment, now)


def changed_by(number: int | None) -> str:
    """Why something is new: "v14 changed the rule", "the traffic changed"; '' while nobody looked."""
    if number is None:
        return ""
    return f"v{number} changed the rule" if number else "the traffic changed"
