"""Whom and what a violation concerns."""

import pytest

from tests.factories import PlanFactory, SourceFactory, WorkspaceFactory
from tests.violations.judging import record, track
from violations import facets
from violations.models import Facet, FacetKind


def shop():
    workspace = WorkspaceFactory.create()
    return SourceFactory.create(workspace=workspace, plan=PlanFactory.create(workspace=workspace))


def view(price, person=None, device=None, **context):
    ids = {"userId": person, "anonymousId": device}
    return {**track("Product Viewed", {"price": price}), **ids, "context": context}


def kept(kind):
    return dict(Facet.objects.filter(kind=kind).values_list("value", "count"))


@pytest.mark.django_db
def test_platform_sdk_release_and_value_are_counted():
    source = shop()
    ios = {
        "os": {"name": "iOS"},
        "library": {"name": "analytics-swift", "version": "1.5"},
        "app": {"version": "2.4"},
    }
    web = {"library": {"name": "analytics.js", "version": "npm:next-1.7"}, "os": {"name": "Windows"}}
    record(source, [view("12.50", "u", **ios), view("13.99", "u", **ios), view("cheap", "u", **web)])
    record(source, [view("14.00", "u", **ios), view(True, "u", os="odd", library=7)])

    assert kept(FacetKind.PLATFORM) == {"iOS": 3, "Web": 1}
    assert kept(FacetKind.LIBRARY) == {"analytics-swift 1.5": 3, "analytics.js npm:next-1.7": 1}
    assert kept(FacetKind.RELEASE) == {"2.4": 3}
    assert kept(FacetKind.VALUE) == {"text like 00.00": 3, '"cheap"': 1, "true": 1}


@pytest.mark.django_db
def test_values_of_personal_fields_are_told_by_their_kind_only():
    source = shop()
    record(source, [track("Order Completed", {"order_id": "1", "note": "Ana's flat"})])
    record(source, [track("Order Completed", {"order_id": "1", "note": "Ben's house"})])
    assert kept(FacetKind.VALUE) == {"text": 2}


@pytest.mark.django_db
def test_beyond_the_cap_they_are_others(monkeypatch):
    monkeypatch.setattr(facets, "FACETS", 3)
    source = shop()
    record(source, [view("x", "u", app={"version": str(n)}) for n in range(5)])
    record(source, [view("x", "u", app={"version": str(n)}) for n in range(4, 8)])
    found = kept(FacetKind.RELEASE)
    assert (len(found), found["(other)"], sum(found.values())) == (4, 6, 9)


@pytest.mark.django_db
def test_facets_go_with_their_violation():
    source = shop()
    record(source, [view("x", "u", app={"version": "1"})])
    source.delete()
    assert not Facet.objects.exists()
