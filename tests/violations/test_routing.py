import pytest

from tests.factories import SourceFactory, TeamFactory, WorkspaceFactory
from tests.violations.judging import NOON
from tests.violations.rows import violation
from trackingplans import publishing
from violations.models import Violation
from violations.routing import routing


def document(owner=""):
    rules = [
        {"type": "track", "name": "Order Completed", "schema": {}, "meta": {"owner": "checkout"}},
        {
            "type": "track",
            "name": "Order Completed",
            "version": 2,
            "schema": {},
            "meta": {"owner": "payments"},
        },
        {"type": "track", "name": "Product Viewed", "schema": {}},
        {"type": "track", "name": "Signed Up", "schema": {}, "meta": {"owner": "left-the-company"}},
        {"type": "track", "name": "Page Viewed", "schema": {}, "meta": {"owner": "checkout"}},
        {"type": "identify", "schema": {}, "meta": {"owner": "growth"}},
    ]
    return {"planwright": 1, "name": "Shop", "owner": owner, "rules": rules}


def world(*slugs, plan_owner="", source_owner=""):
    workspace = WorkspaceFactory.create()
    teams = {slug: TeamFactory.create(workspace=workspace, slug=slug) for slug in slugs}
    plan = publishing.create(workspace, document(plan_owner), actor=None).plan
    source = SourceFactory.create(workspace=workspace, plan=plan, owner=teams.get(source_owner))
    return workspace, teams, source


def wrong(source, event, kind="track"):
    return violation(source, event, first_seen_at=NOON, code="type", type=kind)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "event", "source_owner", "plan_owner", "team"),
    [
        ("track", "Order Completed", "growth", "growth", "payments"),  # the newest version's owner
        ("track", "Product Viewed", "growth", "checkout", "growth"),
        ("track", "Product Viewed", "", "checkout", "checkout"),
        ("track", "Product Viewed", "", "", None),
        ("track", "Product Viewed", "", "left-the-company", None),
        ("track", "Signed Up", "growth", "", "growth"),  # its owner is no team here
        ("track", "Nobody Planned This", "growth", "", "growth"),
        ("identify", "", "checkout", "", "growth"),
        ("page", "Page Viewed", "growth", "", "checkout"),  # a track rule speaks for the page call
        ("page", "Home", "growth", "", "growth"),
    ],
)
def test_the_owner_of_the_event_goes_before_the_sources_and_the_plans(
    kind, event, source_owner, plan_owner, team
):
    workspace, teams, source = world(
        "checkout", "payments", "growth", source_owner=source_owner, plan_owner=plan_owner
    )
    row = wrong(source, event, kind)
    routes = routing(workspace)
    found = routes.team_of(row)
    assert (found.slug if found else None) == team
    for slug, one in teams.items():
        assert Violation.objects.filter(routes.belongs_to(one)).exists() == (slug == team)


@pytest.mark.django_db
def test_what_nobody_owns_belongs_to_the_only_team():
    workspace, teams, source = world("solo")
    row, planless = wrong(source, "Product Viewed"), wrong(source, "Odd")
    Violation.objects.filter(pk=planless.pk).update(plan=None)
    routes = routing(workspace)
    assert routes.team_of(row) == teams["solo"]
    assert Violation.objects.filter(routes.belongs_to(teams["solo"])).count() == 2


@pytest.mark.django_db
def test_a_published_change_of_owner_takes_effect_at_once():
    workspace, teams, source = world("checkout", "payments", "growth")
    row = wrong(source, "Product Viewed")
    changed = document()
    changed["rules"][2]["meta"] = {"owner": "growth"}
    publishing.publish(source.plan, changed, actor=None)
    assert routing(workspace).team_of(row) == teams["growth"]
