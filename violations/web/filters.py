"""The filters of a list as they stand in its URL: what they mean, what the form shows, how to take one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import QueryDict

from accounts.models import Workspace
from trackingplans.models import Environment, Source
from violations import filtering, grouping, inbox, triage
from violations.filtering import BadFilters
from violations.querying import Filters, Window
from violations.routing import Routing

ANY = "any"
PRESETS: Mapping[str, tuple[timedelta, str]] = {
    "1h": (timedelta(hours=2), "Last hour"),  # the hour before the running one, and that
    "24h": (timedelta(hours=24), "Last 24 hours"),
    "7d": (timedelta(days=7), "Last 7 days"),
    "14d": (timedelta(days=14), "Last 14 days"),
    "30d": (timedelta(days=30), "Last 30 days"),
    "90d": (timedelta(days=90), "Last 90 days"),
    "365d": (timedelta(days=365), "Last 12 months"),  # its older part by days
}
USUAL_PRESET = "24h"
STATUSES = {
    "": "Open",
    "new": "New",
    "regressed": "Back",
    "resolved": "Resolved",
    "muted": "Muted",
    ANY: "Any state",
}
ENVIRONMENTS = {"": "Production", "staging": "Staging", "development": "Development", ANY: "All environments"}
CHANGES = {
    "new": "new then",
    "back": "back then",
    "growing": "growing then",
    "unmuted": "mute ended then",
    "fixed": "fixed then",
    "debt": "starting debt",
    "rare": "rare then",
    "open": "open before and then",
}
FAMILIES = {
    "violation": "rule of the plan",
    "unplanned": "not in plan",
    "naming": "naming",
    "pii": "personal data",
    "quality": "quality",
}
CARRIED = (
    "event",
    "path",
    "type",
    "code",
    "family",
    "plan",
    "change",
    "copied",
    "cause",
)  # without a control of their own
WITH_CONTROL = ("source", "team", "environment", "status", "q")
LABELS = {"path": "field", "q": "search", "status": "state", "change": "in the digest", "copied": "copied to"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A source, with its plan when it has one."""

    public_id: str
    name: str
    plan: str | None
    plan_name: str | None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, and the address without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list's URL asks for."""

    filters: Filters
    window: Window
    preset: str  # one of PRESETS; '' when the stretch of time is absolute
    sort: str  # one of grouping.SORTS
    query: QueryDict
    errors: Sequence[tuple[str, str]]

    @property
    def stretch(self) -> str:
        """The stretch of time in words."""
        if self.preset:
            return PRESETS[self.preset][1].lower()
        since, until = self.window.since, self.window.until
        end = f"{until:%H:%M}" if since.date() == until.date() else f"{until:%-d %b %Y, %H:%M}"
        return f"{since:%-d %b %Y, %H:%M} to {end} UTC"

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Parameters that a form sends along unseen."""
        return [(name, value) for name in (*CARRIED, "sort") for value in self.query.getlist(name)]

    @property
    def others(self) -> list[tuple[str, str]]:
        """All parameters but those of time, for the form that sets a time."""
        kept = [name for name in self.query if name not in {"range", "since", "until", "page"}]
        return [(name, value) for name in kept for value in self.query.getlist(name)]

    @property
    def times(self) -> list[tuple[str, str]]:
        """What makes the time absolute, for the form that sets the others."""
        return [(name, str(self.query[name])) for name in ("since", "until") if self.query.get(name)]

    @property
    def longer(self) -> str:
        return self.url(range="7d")

    @property
    def is_narrowed(self) -> bool:
        return any(self.query.get(name) for name in (*CARRIED, *WITH_CONTROL, "since", "until"))

    def url(self, **changed: str) -> str:
        """The query string with these parameters changed ('' takes one away), back on the first page."""
        query = self.query.copy()
        query.pop("page", None)
        for name, value in changed.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"?{query.urlencode()}"


def read(query: QueryDict, workspace: Workspace, routing: Routing, now: datetime) -> Asked:
    """Filters of a page. What is not said is production, open and the last 24 hours (DESIGN 5).

    A value that cannot be used is left out and named in `errors`.
    """
    query = query.copy()
    preset = query.get("range", "")
    if preset in PRESETS:  # chosen in the form, which carries the absolute time along
        query.pop("since", None)
        query.pop("until", None)
    else:
        preset = USUAL_PRESET
    filters, errors = _usable(query, workspace, routing, now)
    sort = query.get("sort", "")
    window = filters.window or inbox.last(PRESETS[preset][0], now)
    return Asked(
        filters=replace(filters, window=window),
        window=window,
        preset="" if filters.window else preset,
        sort=sort if sort in grouping.SORTS else grouping.SORTS[0],
        query=query,
        errors=errors,
    )


def sources(workspace: Workspace) -> list[Choice]:
    """What may be chosen from, by name."""
    rows = Source.objects.for_workspace(workspace).order_by("name")
    columns = rows.values_list("public_id", "name", "plan__public_id", "plan__name")
    return [Choice(*row) for row in columns]


def chips(asked: Asked, sources: Sequence[Choice], routing: Routing) -> list[Chip]:
    """Every filter that is set, in words."""
    words: dict[str, dict[str, str]] = {
        "source": {source.public_id: source.name for source in sources},
        "plan": {source.plan: source.plan_name or "" for source in sources if source.plan},
        "team": {slug: team.name for slug, team in routing.teams.items()} | {filtering.NOBODY: "nobody's"},
        "status": STATUSES,
        "environment": ENVIRONMENTS,
        "family": FAMILIES,
        "change": CHANGES,
        "copied": {slug: team.name for slug, team in routing.teams.items()},
        "cause": {"traffic": "the traffic changed", "rule": "the plan changed"},
    }
    found = []
    for name in (*CARRIED, *WITH_CONTROL):
        for value in asked.query.getlist(name):
            parts = [words[name].get(part, part) for part in value.split(",")] if name in words else [value]
            if value:
                found.append(Chip(LABELS.get(name, name), ", ".join(parts), asked.url(**{name: ""})))
    if not asked.preset:
        found.append(Chip("time", asked.stretch, asked.url(since="", until="")))
    return found


def _usable(
    query: QueryDict, workspace: Workspace, routing: Routing, now: datetime
) -> tuple[Filters, Sequence[tuple[str, str]]]:
    try:
        return filtering.read(_said(query), workspace, routing, now), ()
    except BadFilters as bad:
        query = query.copy()
        for name, _ in bad.errors:
            query.pop(name, None)
        return filtering.read(_said(query), workspace, routing, now), bad.errors


def _said(query: QueryDict) -> QueryDict:
    """The parameters with what goes without saying."""
    plain = query.copy()
    if not plain.get("status") and not plain.get("change"):
        plain["status"] = ",".join(triage.UNSOLVED)
    if not plain.get("environment") and not plain.get("source"):
        plain["environment"] = Environment.PRODUCTION
    for name in ("status", "environment"):
        if plain.get(name) == ANY:
            del plain[name]
    return plain
