"""Who changed what, when and why: an event and a property keep their history under every name they had."""

import pytest
from django.utils import timezone

from accounts.models import Role
from tests.factories import MembershipFactory, UserFactory
from tests.trackingplans import plans
from trackingplans import commenting, drafting, history, publishing, releasing

pytestmark = pytest.mark.django_db

ORDER = {"type": "track", "name": "Order Completed", "version": 1}
PLACED = ORDER | {"name": "Order Placed"}
AT = "/properties/properties/properties"
TOTAL, AMOUNT = f"{AT}/total", f"{AT}/amount"


@pytest.fixture
def ana():
    return MembershipFactory(role=Role.ADMIN, user=UserFactory(name="Ana")).user


@pytest.fixture
def plan(ana, release):
    """Imported, its total made a whole number by a second import; then the event and the property are renamed."""
    workspace = ana.memberships.get().workspace
    plan = publishing.create(workspace, plans.a_document(), actor=ana, message="From Segment").plan
    rule = plans.a_rule(
        "Order Completed", {"order_id": {"type": "string"}, "total": {"type": "integer"}}, ["order_id"]
    )
    publishing.publish(plan, plans.a_document(rules=[rule]), actor=ana, message="Whole numbers")
    release(
        plan,
        [{"op": "set_property", "of": ORDER, "at": TOTAL, "path": ["description"], "value": "All"}],
        "Told",
    )
    release(plan, [{"op": "rename_rule", "of": ORDER, "name": "Order Placed"}], "Better name")
    release(
        plan, [{"op": "rename_property", "of": PLACED, "at": TOTAL, "name": "amount"}], "As the bank has it"
    )
    return plan


@pytest.fixture
def release(ana, now):
    def made(plan, edits, why):
        plan.refresh_from_db()
        draft = drafting.change(drafting.start(plan, ana, why), ana, edits, why=why)
        return releasing.release(draft, ana, now=now)

    return made


@pytest.fixture
def now():
    return timezone.now()


def told(entries):
    return [(one.kind, one.version, one.who, one.why, list(one.sentences)) for one in reversed(entries)]


def test_an_event_keeps_its_history_when_it_is_renamed(plan, ana):
    commenting.add(plan, ana, "Why this name?", rule=("track", "Order Completed", 1))
    plan.refresh_from_db()

    names = history.names_of(plan, "track", "Order Placed")
    found = history.of_rule(plan, names)

    assert names == [("track", "Order Placed", 1), ("track", "Order Completed", 1)]
    assert {(one.kind, one.version) for one in found} == {
        *(("published", number) for number in (1, 2, 3, 4, 5)), *(("changed", number) for number in (3, 4, 5)),
        ("comment", None),
    }  # fmt: skip


def test_a_property_keeps_its_history_with_imports_and_its_former_name(
    plan, ana, django_assert_max_num_queries
):
    plan.refresh_from_db()
    names = history.names_of(plan, "track", "Order Placed")

    with django_assert_max_num_queries(8):
        found = history.of_rule(plan, names, AMOUNT)

    assert told(found) == [
        ("published", 1, "Ana", "From Segment", ["Added"]),
        ("published", 2, "Ana", "Whole numbers", ["Changed: type"]),
        ("changed", 3, "Ana", "Told", ["Order Completed: total: description set to All"]),
        ("changed", 5, "Ana", "As the bank has it", ["Order Placed: property total renamed to amount"]),
    ]
