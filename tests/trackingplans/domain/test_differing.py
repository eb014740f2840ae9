"""`apply(a, diff(a, b))` is b, and what edits say of a change."""

from hypothesis import given, settings

from tests.trackingplans import plans
from tests.trackingplans.domain.plan_strategies import PLANS, TWO
from trackingplans.domain.differing import edits
from trackingplans.domain.editing import apply
from trackingplans.domain.paths import same
from trackingplans.domain.plan import from_document, to_document


@settings(deadline=None, max_examples=80)
@given(TWO)
def test_the_edits_between_two_plans_make_the_second_out_of_the_first(two):
    before, after = map(from_document, two)

    made = apply(to_document(before), edits(before, after))

    assert same(made, to_document(after))


@settings(deadline=None, max_examples=20)
@given(PLANS)
def test_nothing_is_to_be_done_between_a_plan_and_itself(plan):
    assert edits(plan, plan) == []
    assert edits(plan, from_document(to_document(plan))) == []


def test_a_rename_is_a_rename_and_the_funnel_follows_by_itself():
    rule = plans.a_rule("Order Completed", {"total": {"type": "number"}})
    metrics = [{"name": "Sales", "funnel": ["Order Completed"]}]
    before = from_document(plans.a_document(rules=[rule], metrics=metrics))
    renamed = [{"name": "Sales", "funnel": ["Order Placed"]}]
    after = from_document(plans.a_document(rules=[{**rule, "name": "Order Placed"}], metrics=renamed))

    assert edits(before, after) == [
        {
            "op": "rename_rule",
            "of": {"type": "track", "name": "Order Completed", "version": 1},
            "name": "Order Placed",
            "keep_former": None,
        }
    ]


def test_true_is_not_one():
    before, after = (
        from_document(plans.a_document(rules=[plans.a_rule("A", {"x": {"const": value}})]))
        for value in (1, True)
    )

    [edit] = edits(before, after)

    assert edit["path"][-1] == "const"
    assert edit["value"] is True
