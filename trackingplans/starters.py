"""Plans to start from. Names are those of the Segment Spec; what is required, and why, is ours."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trackingplans.interchange import reading

FOLDER = Path(__file__).parent / "starter_plans"


@dataclass(frozen=True, slots=True)
class Starter:
    """`key`: its file's name and its word in URLs; `words`: what a person chooses it by."""

    key: str
    title: str
    words: str


STARTERS = {
    one.key: one
    for one in (
        Starter(
            "ecommerce",
            "E-commerce",
            "28 events from the first look at a product to the order and the refund: what must be in each, "
            "which question it answers, one metric and its funnel.",
        ),
        Starter(
            "saas",
            "SaaS",
            "15 events from signing up over trial and invitations to the subscription, with identify and group; two "
            "metrics and their funnels.",
        ),
        Starter(
            "mobile",
            "Mobile app",
            "15 events from the install over the first run to coming back, with notifications and links; two metrics.",
        ),
        Starter(
            "video",
            "Video",
            "16 events of playback, content and ads, with what broke a playback off; two metrics and their funnels.",
        ),
        Starter(
            "marketplace",
            "Marketplace",
            "18 events of both sides, from the listing to the payout and from the search to the review; two metrics.",
        ),
    )
}


def document(starter: Starter) -> dict[str, Any]:
    """The plan document of a starter."""
    found: dict[str, Any] = reading.read((FOLDER / f"{starter.key}.yaml").read_bytes())
    return found
