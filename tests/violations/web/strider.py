"""The demo's story in rows, small: a shop whose Android orders vanished, and what else is wrong there."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Membership, Role, Team, Workspace
from tests.factories import (
    MembershipFactory,
    PlanFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
    WorkspaceFactory,
)
from tests.violations.rows import traffic_hours, violation
from trackingplans.models import Environment, PlanVersion, Source, TrackingPlan
from violations.models import Sample, State, Turn, TurnKind, Violation

FUNNEL = ["Application Installed", "Signed Up", "Product Viewed", "Checkout Started", "Order Completed"]
METRICS = [{"name": "First order within 7 days", "kind": "leading", "north_star": True, "funnel": FUNNEL}]


@dataclass
class Shop:
    workspace: Workspace
    ana: Membership
    plan: TrackingPlan
    teams: dict[str, Team]
    sources: dict[str, Source]
    rows: dict[str, Violation]


def open_shop(now: datetime) -> Shop:
    """Everything was attached 14 days before `now`; see `_rows` for what is wrong."""
    workspace = WorkspaceFactory(name="Strider")
    ana = MembershipFactory(
        workspace=workspace, user=UserFactory(name="Ana", email="ana@strider.example"), role=Role.EDITOR
    )
    plan = PlanFactory(workspace=workspace, name="Sneaker shop")
    plan.live_version = PlanVersion.objects.create(
        workspace=workspace, plan=plan, number=3, rules=[], published_at=now - timedelta(days=3),
        settings=json.dumps({"planwright": 1, "name": plan.name, "metrics": METRICS}),
    )  # fmt: skip
    plan.save()
    teams = {
        slug: TeamFactory(workspace=workspace, slug=slug, name=slug.capitalize())
        for slug in ("checkout", "growth", "mobile")
    }
    sources = {}
    for slug, name, environment, team in (
        ("web", "Web", Environment.PRODUCTION, "checkout"),
        ("ios", "iOS", Environment.PRODUCTION, "mobile"),
        ("android", "Android", Environment.PRODUCTION, "mobile"),
        ("staging", "Web staging", Environment.STAGING, "checkout"),
    ):
        sources[slug] = SourceFactory(
            workspace=workspace, plan=plan, slug=slug, name=name, environment=environment, owner=teams[team],
            plan_attached_at=now - timedelta(days=14),
        )  # fmt: skip
    shop = Shop(workspace, ana, plan, teams, sources, {})
    _traffic(shop, now)
    _rows(shop, now)
    return shop


def _traffic(shop: Shop, now: datetime) -> None:
    hours = [now - timedelta(hours=n) for n in range(14 * 24)]
    renamed = now - timedelta(hours=50)
    web, ios, android = (shop.sources[slug] for slug in ("web", "ios", "android"))
    traffic_hours(web, "track", "Order Completed", dict.fromkeys(hours[:20], 18), violating=17)
    traffic_hours(web, "track", "Order Completed", dict.fromkeys(hours[20:], 18))
    traffic_hours(web, "track", "Product Viewed", dict.fromkeys(hours, 60))
    traffic_hours(web, "track", "Signed Up", dict.fromkeys(hours, 10), violating=2)
    traffic_hours(web, "identify", "", dict.fromkeys(hours, 12), violating=3, duplicate=1)
    traffic_hours(ios, "track", "Checkout Started", dict.fromkeys(hours, 12), violating=2)
    traffic_hours(android, "track", "Order Completed", {h: 9 for h in hours if h < renamed})
    traffic_hours(android, "track", "Order Complete", {h: 9 for h in hours if h >= renamed}, unplanned=9)
    traffic_hours(ios, "track", "Product <id> Viewed", dict.fromkeys(hours, 1), unplanned=1)
    traffic_hours(shop.sources["staging"], "track", "Product View", dict.fromkeys(hours[:6], 5), unplanned=5)


def _rows(shop: Shop, now: datetime) -> None:
    web, ios, android = (shop.sources[slug] for slug in ("web", "ios", "android"))
    last = now - timedelta(minutes=3)

    def add(
        name: str, source: Source, event: str, ago: int, per_hour: int, gap: int = 0, **columns: Any
    ) -> None:
        spans = (*range(gap, ago), *columns.pop("earlier", ()))
        hours = {now - timedelta(hours=n): per_hour for n in spans}
        columns.setdefault("passed_at", min(hours))
        columns.setdefault("last_seen_at", last - timedelta(hours=gap))
        shop.rows[name] = violation(source, event, first_seen_at=min(hours), hours=hours, **columns)

    add(
        "rename",
        android,
        "Order Complete",
        50,
        9,
        meant="Order Completed",
        release="2.4.0",
        message="This event is not in the plan.",
    )
    add(
        "total",
        web,
        "Order Completed",
        20,
        17,
        code="type",
        path="properties.total",
        is_critical=True,
        release="3.2.0",
        message="`total` should be a number, but text came.",
        detail={
            "expected": "a number",
            "segment_type": "Invalid Type",
            "segment_text": "Invalid type. Expected: number, given: string",
        },
    )
    add(
        "currency",
        ios,
        "Checkout Started",
        144,
        2,
        code="required",
        path="properties.currency",
        release="5.8.1",
        message="`currency` is missing.",
    )
    add(
        "signup",
        web,
        "Signed Up",
        19,
        2,
        code="enum",
        path="properties.type",
        release="3.1.4",
        message="`type` is none of the values the plan allows.",
        earlier=range(220, 240),
        regressed_at=now - timedelta(hours=18),
    )
    for kind, ago in ((TurnKind.FIXED, 190), (TurnKind.BACK, 18)):
        Turn.objects.create(
            workspace=shop.workspace,
            violation=shop.rows["signup"],
            kind=kind,
            at=now - timedelta(hours=ago),
        )
    add(
        "email",
        web,
        "",
        200,
        3,
        type="identify",
        code="format",
        path="traits.email",
        message="`email` should be an e-mail address.",
    )
    add(
        "quantity",
        android,
        "Product Added",
        120,
        1,
        code="minimum",
        path="properties.quantity",
        message="`quantity` should be at least 1.",
        state=State.MUTED,
        muted_until=now + timedelta(days=3),
    )
    add(
        "product_id",
        web,
        "Order Completed",
        190,
        3,
        gap=60,
        code="required",
        path="properties.products.$.product_id",
        message="`products.$.product_id` is missing.",
        state=State.RESOLVED,
        resolution="fixed",
        resolved_at=now - timedelta(hours=12),
    )
    add("dynamic", ios, "Product <id> Viewed", 200, 1, message="This event is not in the plan.")
    for name, source in (("coupon_web", web), ("coupon_android", android)):
        add(
            name,
            source,
            "Order Completed",
            200,
            5,
            code="unplanned_property",
            path="properties.coupon_code",
            message="`coupon_code` is not in the plan.",
        )
    add(
        "staging",
        shop.sources["staging"],
        "Product View",
        6,
        5,
        meant="Product Viewed",
        message="This event is not in the plan.",
    )
    _sample(
        shop.rows["total"],
        last,
        {"order_id": "SO-1", "total": "89.90", "currency": "EUR"},
        "properties.total",
    )


def _sample(row: Violation, at: datetime, properties: dict[str, object], path: str) -> None:
    message = {"type": "track", "event": row.event, "userId": "u1", "properties": properties}
    Sample.objects.create(
        workspace_id=row.workspace_id, violation=row, received_at=at, release=row.last_release, path=path,
        message=json.dumps(message),
    )  # fmt: skip
