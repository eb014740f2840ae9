"""Filters as they stand in a URL: read for REST and pages, written for links."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from accounts.models import Workspace
from trackingplans.domain.findings import Family
from trackingplans.models import Environment, Source, TrackingPlan
from violations import changing, querying, triage
from violations.querying import Filters, Window
from violations.routing import Routing

FAMILIES = tuple(family.value for family in Family if family is not Family.REJECTED)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = "none"  # the team of what no team owns


class BadFilters(ValueError):
    """Some values cannot be used: `errors` names each parameter and says why."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors))
        self.errors = errors


class Query(Protocol):
    """What is used of a QueryDict."""

    def get(self, key: str, /) -> Any: ...

    def getlist(self, key: str, /) -> list[str]: ...


def read(query: Query, workspace: Workspace, routing: Routing, now: datetime) -> Filters:
    """Filters out of a query string. Lists are separated by commas (`event` and `path`, whose values may hold commas,
    are repeated instead). Raises BadFilters naming every parameter that cannot be used."""
    return _Reading(query, workspace, routing, now).filters()


def changed(query: Query, workspace: Workspace, routing: Routing, now: datetime) -> Filters:
    """What a link of a digest says besides the stretch of time: how it changed, and whose it is; always in production.
    Raises BadFilters."""
    reading = _Reading(query, workspace, routing, now)
    found = Filters(
        changes=reading.known("change", changing.CHANGES),
        teams=reading.known("team", routing.teams),
        environments=(Environment.PRODUCTION,),
    )
    if reading.errors:
        raise BadFilters(reading.errors)
    return found


def window(query: Query, now: datetime) -> Window | None:
    """The stretch of time a query string asks for; None when it asks for none. Raises BadFilters."""
    reading = _Span(query, now)
    found = reading.window()
    if reading.errors:
        raise BadFilters(reading.errors)
    return found


class _Span:
    def __init__(self, query: Query, now: datetime) -> None:
        self.query = query
        self.now = now
        self.errors: list[tuple[str, str]] = []

    def window(self) -> Window | None:
        """From `since` (the beginning of time when only the end is given) to `until` (now)."""
        since, until = self.moment("since"), self.moment("until")
        if since is None and until is None:
            return None
        until = until or self.now
        since = since or BEGINNING
        if since >= until:
            self.errors.append(("since", "This is not before the end."))
        return Window(since, until)

    def moment(self, name: str) -> datetime | None:
        text = (self.query.get(name) or "").strip()
        if not text:
            return None
        try:
            return moment(text)
        except ValueError:
            self.errors.append((name, f"{text!r} is no time such as 2026-11-20T09:00:00Z."))
            return None


class _Reading(_Span):
    def __init__(self, query: Query, workspace: Workspace, routing: Routing, now: datetime) -> None:
        super().__init__(query, now)
        self.workspace = workspace
        self.routing = routing

    def filters(self) -> Filters:
        found = Filters(
            sources=self.ids("source", Source),
            plans=self.ids("plan", TrackingPlan),
            types=tuple(self.parts("type")),
            events=tuple(self.query.getlist("event")),
            paths=tuple(self.query.getlist("path")),
            families=self.known("family", FAMILIES),
            codes=tuple(self.parts("code")),
            statuses=self.known("status", triage.STATUSES),
            environments=self.known("environment", Environment.values),
            teams=tuple(
                "" if slug == NOBODY else slug for slug in self.known("team", [*self.routing.teams, NOBODY])
            ),
            changes=self.known("change", changing.CHANGES),
            copied=self.known("copied", self.routing.teams),
            causes=self.known("cause", querying.CAUSES),
            q=self.query.get("q") or "",
            window=self.window(),
        )
        if self.errors:
            raise BadFilters(self.errors)
        return found

    def parts(self, name: str) -> list[str]:
        joined = ",".join(self.query.getlist(name))
        return [part.strip() for part in joined.split(",") if part.strip()]

    def known(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        values, known = self.parts(name), list(allowed)
        for value in values:
            if value not in known:
                self.errors.append((name, f"{value!r} is none of {', '.join(known)}."))
        return tuple(value for value in values if value in known)

    def ids(self, name: str, model: type[Source] | type[TrackingPlan]) -> tuple[int, ...]:
        """Primary keys for public ids."""
        asked = self.parts(name)
        if not asked:
            return ()
        rows = model.objects.for_workspace(self.workspace).filter(public_id__in=asked)
        found = dict(rows.values_list("public_id", "pk"))
        for value in asked:
            if value not in found:
                self.errors.append((name, f"There is no {name} {value!r}."))
        return tuple(found.values())


def moment(text: str) -> datetime:
    """An ISO 8601 time or date, UTC unless it says otherwise. A `+` that a URL turned into a space is understood.

    Raises ValueError.
    """
    try:
        read = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", text) if "T" in text else text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def written(moment: datetime) -> str:
    """A time as links carry it: `2026-11-20T09:00:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
