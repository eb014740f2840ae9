"""What is not in the plan, taken into a draft, and accepted once that is published."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from tests.factories import MembershipFactory, SourceFactory, WorkspaceFactory
from tests.violations.judging import SHOP, record, track
from trackingplans import drafting, publishing
from trackingplans.domain import profiling
from trackingplans.domain.messages import from_document as message_of
from trackingplans.domain.plan import PlanError
from trackingplans.domain.profiling import Profile
from trackingplans.draft_models import Draft
from trackingplans.models import EventProfile
from violations import accepting, adopting
from violations.models import Violation
from violations.tallying import OTHER

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CARD = {"card": {"kind": "gift", "value": 20}, "shop": "Berlin"}
SENT = {
    "order_complete": {"order_id": "o1", "total": 12},
    "Order Complete": {"order_id": "o1"},
    "Loyalty Card Added": CARD,
    "Order Completed": {"order_id": "o1", "gift": True, "wrap": {"paper": "red", "card": "Hi"}},
}


@pytest.fixture
def shop():
    workspace = WorkspaceFactory()
    actor = MembershipFactory(workspace=workspace, role=Role.PUBLISHER).user
    version = publishing.create(workspace, SHOP, actor=actor)
    sources = [SourceFactory(workspace=workspace, plan=version.plan, slug=slug) for slug in ("web", "ios")]
    for source in sources:
        documents = [track(name, sent) for name, sent in SENT.items() for _ in range(30)]
        record(source, documents, NOW - timedelta(hours=1))
        for name, sent in SENT.items():
            profile = Profile()
            for _ in range(30):
                profile.add(message_of(track(name, sent)))
            EventProfile.objects.create(
                workspace=workspace, source=source, type="track", event=name, release="", day=NOW.date(),
                body=profiling.encoded(profile), is_folded=True,
            )  # fmt: skip
    return version.plan, actor, sources


def newcomers(plan, *names):
    rows = (
        Violation.objects.for_workspace(plan.workspace)
        .filter(family="unplanned")
        .order_by("event", "path", "pk")
    )
    found = adopting.newcomers(plan.workspace, rows.select_related("plan__live_version", "source"), NOW)
    return [one for name in names for one in found if one.name == name] if names else found


def test_each_row_is_one_newcomer_with_what_was_sampled_in_all_its_sources(
    shop, django_assert_max_num_queries
):
    plan, _, _ = shop
    with django_assert_max_num_queries(6):
        found = newcomers(plan)
    assert [one.name for one in found] == [
        "Loyalty Card Added",
        "Order Complete",
        "gift",
        "wrap",
        "order_complete",
    ]
    card, wrap = found[0], found[3]
    assert (card.profile.messages, card.obstacle) == (60, "")
    inside = card.schema["properties"]["properties"]
    assert inside["required"] == ["card", "shop"]
    assert inside["properties"]["card"]["properties"]["value"] == {"type": "integer"}
    assert sorted(wrap.schema["properties"]) == ["card", "paper"]
    assert wrap.places == ["properties.wrap", "properties.wrap.card", "properties.wrap.paper"]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Loyalty Card Added", ["Loyalty Card Added"]),
        ("order_complete", ["order_complete", "Order Completed", "Order Complete"]),
        ("gift", ["gift"]),
    ],
)
def test_a_newcomer_may_be_called_by_its_name_the_one_meant_or_a_better_one(shop, name, names):
    (one,) = newcomers(shop[0], name)
    assert set(one.names) <= set(names)
    assert one.names[:2] == names[:2]


def test_what_is_added_is_accepted_once_the_draft_is_published(shop):
    plan, actor, _ = shop
    accepting.accept(NOW, None, waits=True)
    chosen = list(
        zip(
            newcomers(plan, "Loyalty Card Added", "order_complete", "Order Complete", "gift", "wrap"),
            ["Loyalty Card Added", "Order Completed", "Order Completed", "gift", "wrap"],
            strict=True,
        )
    )
    (draft,) = adopting.add(chosen, {}, actor=actor, now=NOW)
    assert (draft.plan, draft.author) == (plan, actor)
    after = drafting.value(draft)
    (order,) = [rule for rule in after.rules if rule.name == "Order Completed"]
    assert [one["name"] for one in order.meta["former_names"]] == ["order_complete", "Order Complete"]
    assert {"gift", "wrap"} <= set(order.schema["properties"]["properties"]["properties"])

    publishing.publish(plan, drafting.document(draft), actor=actor)
    accepting.accept(NOW, None, waits=True)
    left = Violation.objects.filter(family="unplanned").exclude(resolution="accepted")
    assert list(left.values_list("event", "path")) == []


def test_two_names_become_one_event_and_go_into_an_open_draft(shop):
    plan, actor, _ = shop
    mine = drafting.start(plan, actor, "Orders")
    pairs = [(one, "Order Finished") for one in newcomers(plan, "order_complete", "Order Complete")]
    (draft,) = adopting.add(pairs, {plan.pk: mine}, actor=actor, now=NOW)
    assert draft.pk == mine.pk
    (rule,) = [rule for rule in drafting.value(draft).rules if rule.name == "Order Finished"]
    assert [one["name"] for one in rule.meta["former_names"]] == ["order_complete", "Order Complete"]
    assert "total" in rule.schema["properties"]["properties"]["properties"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"plan": None}, "follows no plan"),
        ({"event": OTHER}, "beyond the limit"),
        ({"event": "Product <id> Viewed"}, "made at run time"),
        ({"event": "Product Viewed"}, "has it by now"),
        (
            {"code": "unplanned_property", "event": "Order Completed", "path": "properties.total"},
            "has it by now",
        ),
        (
            {"code": "unplanned_property", "event": "Order Completed", "path": "properties.item_<number>"},
            "run time",
        ),
        ({"code": "unplanned_property", "event": "Nothing", "path": "properties.x"}, "no such event"),
    ],
)
def test_what_cannot_be_added_says_why(shop, changes, says):
    plan, actor, _ = shop
    Violation.objects.filter(event="Loyalty Card Added").update(**changes)
    known = Violation.objects.select_related("plan__live_version", "source")
    row = known.filter(**changes).order_by("pk").first()
    (one,) = adopting.newcomers(plan.workspace, [row], NOW)
    assert says in one.obstacle
    with pytest.raises(PlanError, match="None of these"):
        adopting.add([(one, one.name)], {}, actor=actor, now=NOW)
    assert not Draft.objects.exists()
