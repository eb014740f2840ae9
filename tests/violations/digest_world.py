"""A workspace whose Checkout team has something to be told on Tuesday, 24 November 2026, at nine."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.models import Team, User, Workspace
from tests.factories import MembershipFactory, SourceFactory, TeamFactory, UserFactory, WorkspaceFactory
from tests.violations.rows import traffic_hours, violation
from trackingplans import publishing
from trackingplans.models import Source
from violations.models import Turn, Violation

DUE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RUN = DUE + timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Shop:
    workspace: Workspace
    checkout: Team
    growth: Team
    web: Source
    ios: Source

    def wrong(self, path="total", *, ago=3.0, source=None, event="Order Completed", **columns) -> Violation:
        """Something wrong in Checkout's event, first seen `ago` hours before the digest."""
        began = DUE - ago * HOUR
        hours = columns.pop("hours", None) or {began: columns.pop("count", 10)}
        columns.setdefault("message", f"`{path}` should be a number.")
        return violation(
            source or self.web, event, first_seen_at=began, last_seen_at=max(hours), hours=hours,
            code=columns.pop("code", "type"), path=columns.pop("full_path", f"properties.{path}"), **columns,
        )  # fmt: skip

    def new(self, path="total", *, ago=3.0, **columns) -> Violation:
        return self.wrong(path, ago=ago, passed_at=DUE - ago * HOUR, **columns)


def shop(**team) -> Shop:
    workspace = WorkspaceFactory.create(name="Strider")
    checkout = TeamFactory.create(
        workspace=workspace, slug="checkout", name="Checkout", addresses=["checkout@example.com"], **team
    )
    reader = User.objects.filter(email="checkout@example.com").first() or UserFactory.create(
        email="checkout@example.com"
    )
    MembershipFactory.create(workspace=workspace, user=reader)  # the team's address reads with an account
    growth = TeamFactory.create(workspace=workspace, slug="growth", name="Growth", digest_enabled=False)
    Team.objects.update(created_at=DUE - 400 * DAY)
    rules = [
        {"type": "track", "name": "Order Completed", "schema": {}, "meta": {"owner": "checkout"}},
        {"type": "track", "name": "Product Viewed", "schema": {}},
    ]
    document = {"planwright": 1, "name": "Shop", "owner": "growth", "rules": rules}
    plan = publishing.create(workspace, document, actor=None).plan
    web, ios = (
        SourceFactory.create(workspace=workspace, plan=plan, name=name, slug=name.lower())
        for name in ("Web", "iOS")
    )
    traffic_hours(web, "track", "Order Completed", {DUE - n * HOUR: 100 for n in range(1, 30)})
    return Shop(workspace, checkout, growth, web, ios)


def member(team: Team, email: str):
    membership = MembershipFactory.create(workspace=team.workspace, user__email=email)
    team.members.add(membership)
    return membership


def back(row: Violation, ago: float) -> None:
    at = DUE - ago * HOUR
    Violation.objects.filter(pk=row.pk).update(regressed_at=at)
    Turn.objects.create(workspace=row.workspace, violation=row, kind="back", at=at)


def fixed(row: Violation, ago: float) -> None:
    at = DUE - ago * HOUR
    Violation.objects.filter(pk=row.pk).update(state="resolved", resolution="fixed", resolved_at=at)
    Turn.objects.create(workspace=row.workspace, violation=row, kind="fixed", at=at)


def processed(workspace_id: int) -> datetime:
    """A watermark: nothing waits in the inbox."""
    return datetime(2100, 1, 1, tzinfo=UTC)
