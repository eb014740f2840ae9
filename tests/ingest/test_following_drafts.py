"""A development source may be judged by a draft, at once by what it is now; every other one by what is live."""

import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import MembershipFactory
from tests.ingest.stores import drain, receive, shop, totals
from tests.messages import track
from trackingplans import drafting, sourcing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return MembershipFactory(role=Role.ADMIN)


def new_event(name):
    return {"op": "add_rule", "rule": {"type": "track", "name": name, "schema": {"type": "object"}}}


def verdicts(source, name):
    receive(source, track(name), kind="track")
    drain()
    return totals(source)


def test_a_development_source_follows_a_draft_as_it_changes(ana, client):
    source = shop(workspace=ana.workspace, environment="development")
    draft = drafting.start(source.plan, ana.user, "New")
    drafting.change(draft, ana.user, [new_event("Cart Shared")])
    assert verdicts(source, "Cart Shared")["unplanned"] == 1
    client.force_login(ana.user)
    path = reverse("draft_follow", args=[ana.workspace.public_id, source.plan.public_id, draft.public_id])

    client.post(path, {"source": source.public_id})

    assert verdicts(source, "Cart Shared")["conforming"] == 1
    drafting.change(draft, ana.user, [new_event("Cart Saved")])
    assert verdicts(source, "Cart Saved")["conforming"] == 2
    client.post(path, {"source": source.public_id})
    assert verdicts(source, "Cart Saved")["unplanned"] == 2


def test_a_discarded_draft_judges_nothing(ana):
    source = shop(workspace=ana.workspace, environment="development")
    draft = drafting.start(source.plan, ana.user, "New")
    sourcing.follow(source, drafting.change(draft, ana.user, [new_event("Cart Shared")]), actor=ana.user)
    drafting.discard(draft, ana.user)

    assert verdicts(source, "Cart Shared")["unplanned"] == 1


def test_production_and_other_plans_drafts_are_refused(ana):
    production = shop(workspace=ana.workspace)
    draft = drafting.start(production.plan, ana.user, "New")
    development = shop(workspace=ana.workspace, environment="development")

    for source in (production, development):
        with pytest.raises(sourcing.CannotFollow):
            sourcing.follow(source, draft, actor=ana.user)
