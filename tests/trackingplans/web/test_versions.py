import pytest

from accounts.models import Role
from tests.trackingplans import plans
from tests.trackingplans.pages import a_person, a_plan, page, send, text_of
from trackingplans import assembling, publishing
from trackingplans.models import PlanVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    return a_person(client, Role.PUBLISHER)


def test_versions_are_listed_shown_and_gone_back_to(client, ana):
    plan = a_plan(ana.workspace)
    publishing.publish(plan, plans.a_document(rules=[]), actor=ana.user, message="Emptied")

    listed = text_of(page(client, "plan_versions", ana, plan.public_id))
    second = text_of(page(client, "plan_version", ana, plan.public_id, 2))
    send(client, "plan_version", ana, plan.public_id, 1)

    assert "Emptied" in listed
    assert "1 change since the version before" in second
    assert "removed" in second
    assert str(ana.user) in second
    plan.refresh_from_db()
    assert assembling.document(plan.live_version) == plans.a_document()
    assert plan.live_version.number == 3


def test_many_versions_are_paged(client, ana):
    plan = a_plan(ana.workspace)
    first = plan.live_version
    rows = [
        PlanVersion(workspace=ana.workspace, plan=plan, number=n, settings=first.settings, rules=first.rules)
        for n in range(2, 60)
    ]
    PlanVersion.objects.bulk_create(rows)

    shown = text_of(page(client, "plan_versions", ana, plan.public_id))
    older = text_of(page(client, "plan_versions", ana, plan.public_id, data={"before": "10"}))

    assert "v59" in shown
    assert "?before=10" in shown
    assert ">v9<" in older
