"""What a plan says of an event beside its properties, as its page tells it."""

from dataclasses import dataclass
from typing import Any

from trackingplans.domain.plan import Rule
from trackingplans.domain.sheets.cells import labels_text
from trackingplans.models import Source
from trackingplans.web.editions import Edition

WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Sends:
    """Whether a source sends the event, and since which release."""

    source: str
    presence: str
    since: str


@dataclass(frozen=True, slots=True)
class Facts:
    """`steps`: metric, place in its funnel, how many steps that has. `links`: each with whether it leads to the web."""

    description: str
    labels: str
    steps: list[tuple[str, int, int]]
    code: list[str]
    links: list[tuple[str, bool]]
    sends: list[Sends]
    former_names: list[tuple[str, str]]


def facts(edition: Edition, rule: Rule) -> Facts:
    """What the rule's `meta` and the plan's metrics say of the event; one query, for the names of sources."""
    schema = rule.schema if isinstance(rule.schema, dict) else {}
    former = [one for one in rule.meta.get("former_names") or () if isinstance(one, dict)]
    return Facts(
        description=str(schema.get("description") or ""),
        labels=labels_text(schema.get("labels")),
        steps=[
            (str(metric.get("name", "")), funnel.index(rule.name) + 1, len(funnel))
            for metric in edition.value.metrics
            for funnel in [metric.get("funnel") or []]
            if rule.type == "track" and rule.name in funnel
        ],
        code=_texts(rule.meta.get("code")),
        links=[(link, link.startswith(WEB)) for link in _texts(rule.meta.get("links"))],
        sends=_sends(edition, rule),
        former_names=[(str(one.get("name", "")), str(one.get("until") or "")) for one in former],
    )


def _sends(edition: Edition, rule: Rule) -> list[Sends]:
    presence, since = _dict(rule.meta.get("sources")), _dict(rule.meta.get("since_release"))
    slugs = [*dict.fromkeys([*presence, *since])]
    if not slugs:
        return []
    rows = Source.objects.for_workspace(edition.plan.workspace).filter(slug__in=slugs)
    names = dict(rows.values_list("slug", "name"))
    return [
        Sends(names.get(slug, slug), str(presence.get(slug, "")), str(since.get(slug, ""))) for slug in slugs
    ]


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
