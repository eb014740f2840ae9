import pytest

from tests.factories import UserFactory, WorkspaceFactory
from tests.trackingplans import plans
from trackingplans import assembling, drafting, publishing
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import DraftStatus, DraftStep

pytestmark = pytest.mark.django_db

ORDER = {"type": "track", "name": "Order Completed", "version": 1}
CART = {"type": "track", "name": "Cart Viewed", "version": 1}
SECTION = "/properties/properties"


def add(name, of=ORDER):
    return {"op": "add_property", "of": of, "at": SECTION, "name": name, "schema": {"type": "string"}}


def owner(of, slug):
    return {"op": "set_rule", "of": of, "path": ["meta", "owner"], "value": slug}


@pytest.fixture
def ana(db):
    return UserFactory(name="Ana")


@pytest.fixture
def bob(db):
    return UserFactory(name="Bob")


@pytest.fixture
def plan(db):
    document = plans.a_document()
    document["rules"].append(plans.a_rule("Cart Viewed", {}))
    return publishing.create(WorkspaceFactory(), document, actor=None).plan


@pytest.fixture
def draft(plan, ana):
    return drafting.start(plan, ana, "Coupons")


def names(draft):
    rule = drafting.document(draft)["rules"][0]
    return list(rule["schema"]["properties"]["properties"]["properties"])


def test_a_draft_starts_as_the_live_version_and_leaves_it_alone(plan, draft, ana):
    assert drafting.document(draft) == assembling.document(plan.live_version)

    changed = drafting.change(draft, ana, [add("coupon")], expected=0, why="Growth asked")

    assert (changed.revision, names(draft)) == (1, ["order_id", "total", "coupon"])
    assert "coupon" not in str(assembling.document(plan.live_version))
    step = DraftStep.objects.get()
    assert (step.author, step.why, drafting.edits_of(step)) == (ana, "Growth asked", [add("coupon")])


def test_drafts_live_side_by_side(plan, draft, ana):
    other = drafting.start(plan, ana, "Taxes")
    drafting.change(draft, ana, [add("coupon")])

    assert names(other) == ["order_id", "total"]


def test_two_people_editing_one_rule_never_overwrite_each_other(draft, ana, bob):
    drafting.change(draft, ana, [add("coupon")], expected=0)

    with pytest.raises(drafting.Conflict) as refused:
        drafting.change(draft, bob, [add("tax")], expected=0)

    [other] = refused.value.others
    assert (other.thing, other.sentence) == ("Order Completed", "Ana: Order Completed: property coupon added")
    assert refused.value.revision == 1
    assert names(draft) == ["order_id", "total", "coupon"]
    assert drafting.change(draft, bob, [add("tax")], expected=1).revision == 2


def test_two_people_editing_different_rules_do_not_meet(draft, ana, bob):
    drafting.change(draft, ana, [add("coupon")], expected=0)

    assert drafting.change(draft, bob, [owner(CART, "growth")], expected=0).revision == 2


def test_what_was_undone_meanwhile_is_a_conflict_too(draft, ana, bob):
    drafting.change(draft, ana, [add("coupon")])
    drafting.undo(draft, ana)

    with pytest.raises(drafting.Conflict):
        drafting.change(draft, bob, [owner(ORDER, "growth")], expected=1)


def test_several_edits_are_one_step_of_undo(draft, ana):
    drafting.change(draft, ana, [add("a"), add("b")])
    drafting.change(draft, ana, [add("c")])

    drafting.undo(draft, ana)
    assert names(draft) == ["order_id", "total", "a", "b"]
    drafting.undo(draft, ana)
    assert names(draft) == ["order_id", "total"]
    drafting.redo(draft, ana)
    drafting.redo(draft, ana)
    assert names(draft) == ["order_id", "total", "a", "b", "c"]
    with pytest.raises(drafting.NothingTo):
        drafting.redo(draft, ana)


def test_a_new_change_ends_what_could_be_done_again(draft, ana):
    drafting.change(draft, ana, [add("a")])
    drafting.undo(draft, ana)
    drafting.change(draft, ana, [add("b")])

    with pytest.raises(drafting.NothingTo):
        drafting.redo(draft, ana)


def test_people_undo_their_own_steps(draft, ana, bob):
    drafting.change(draft, ana, [add("coupon")])
    drafting.change(draft, bob, [owner(CART, "growth")])

    drafting.undo(draft, ana)

    assert names(draft) == ["order_id", "total"]
    assert drafting.document(draft)["rules"][1]["meta"] == {"owner": "growth"}
    with pytest.raises(drafting.NothingTo):
        drafting.undo(draft, ana)


def test_what_somebody_built_on_is_not_undone_under_them(draft, ana, bob):
    drafting.change(draft, ana, [add("coupon")])
    drafting.change(draft, bob, [owner(ORDER, "growth")])

    with pytest.raises(drafting.Conflict) as refused:
        drafting.undo(draft, ana)

    assert refused.value.others[0].author == "Bob"


@pytest.mark.parametrize(
    ("edits", "place"),
    [
        ([], "changes"),
        ([{"op": "remove_rule", "of": {"type": "page"}}], "changes.0.of"),
        (
            [
                {
                    "op": "set_property",
                    "of": CART,
                    "at": f"{SECTION}/properties/x",
                    "path": ["type"],
                    "value": "x",
                }
            ],
            "changes.0.at",
        ),
        (
            [{"op": "set_rule", "of": CART, "path": ["schema", "type"], "value": "strnig"}],
            "rules.1.schema.type",
        ),
        ([{"op": "set_plan", "path": ["metrics"], "value": 1}], "metrics"),
    ],
)
def test_what_would_make_no_plan_is_refused_with_its_place(draft, ana, edits, place):
    with pytest.raises(PlanError) as refused:
        drafting.change(draft, ana, edits)

    assert refused.value.problems[0].path == place
    assert not DraftStep.objects.exists()


def test_a_discarded_draft_takes_no_changes(draft, ana):
    drafting.discard(draft, ana)

    draft.refresh_from_db()
    assert draft.status == DraftStatus.DISCARDED
    for verb in (lambda: drafting.change(draft, ana, [add("a")]), lambda: drafting.undo(draft, ana)):
        with pytest.raises(drafting.NotOpen):
            verb()


@pytest.mark.parametrize("name", ["x" * 201, "nul\u0000"])
def test_a_name_that_cannot_be_one_is_refused(plan, ana, name):
    with pytest.raises(PlanError):
        drafting.start(plan, ana, name)


def test_a_change_asks_the_database_little(draft, ana, django_assert_max_num_queries):
    drafting.change(draft, ana, [add("a")])

    with django_assert_max_num_queries(9):
        drafting.change(draft, ana, [add("b"), owner(CART, "growth")], expected=1)
