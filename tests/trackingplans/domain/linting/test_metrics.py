"""Metrics that say nothing, and events that nobody asked for: beside what nearly is such a problem."""

import pytest

from tests.trackingplans.domain.linting.problems import event, found, of

VIEWED, ADDED = event("Product Viewed"), event("Product Added")
FUNNEL = {
    "name": "Buyers",
    "definition": "Share of viewers who buy",
    "funnel": ["Product Viewed", "Product Added"],
}

TOTALS = [
    ({"name": "Total sign-ups"}, True),
    ({"name": "Sign-ups", "definition": "Count of Signed Up"}, True),
    ({"name": "Sign-ups", "definition": "Number of people who ever signed up"}, True),
    ({"name": "Sign-ups", "question": "How many people signed up?"}, True),
    ({"name": "Views", "definition": "Product Viewed"}, True),
    ({"name": "Views", "definition": "All Product Viewed and Product Added events"}, True),
    ({"name": "Page views", "definition": "All-time page views"}, True),
    ({"name": "Sign-ups", "definition": "Number of sign-ups per week"}, False),
    ({"name": "Sign-up rate", "definition": "Number of sign-ups divided by visitors"}, False),
    ({"name": "Completion", "definition": "Count of Order Completed / count of Checkout Started"}, False),
    ({"name": "Revenue", "definition": "Total revenue"}, False),
    ({"name": "GMV", "definition": "Sum of all order totals (GMV)"}, False),
    ({"name": "Active", "definition": "Number of active people"}, False),
    ({"name": "Quick", "definition": "Number of people with an order within 7 days of sign-up"}, False),
    ({"name": "Total", "definition": "They view, then buy", "funnel": ["Product Viewed", "Product Added"]}, False),
    ({"name": "Visitors who order", "question": "Of the people who look at a product, how many order?"}, False),
    ({"name": "Median basket", "definition": "Median of order totals"}, False),
    ({"name": "Accounts", "definition": "Discounts taken"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("metric", "is_bare"), TOTALS, ids=lambda value: str(value)[:70])
def test_a_bare_total_is_told_from_what_people_can_act_on(metric, is_bare):
    assert of("vanity_metric", VIEWED, ADDED, metrics=[metric]) == (["/metrics/0"] if is_bare else [])


FUNNELS = [
    (["Product Viewed", "Product Added"], []),
    (["Product Viewed", "Product Aded"], [("/metrics/0/funnel/1", "Product Added")]),
    (["Product Viewed", "Something Else Done"], [("/metrics/0/funnel/1", None)]),
    (["Product Viewed", "Added"], [("/metrics/0/funnel/1", "Product Added")]),
]


@pytest.mark.parametrize(("funnel", "places"), FUNNELS)
def test_a_funnel_names_events_of_the_plan(funnel, places):
    renamed = event("Product Added", meta={"former_names": [{"name": "Added"}]})

    problems = found(VIEWED, renamed, metrics=[{**FUNNEL, "funnel": funnel}])

    assert [(one.path, one.suggestion) for one in problems if one.code == "unknown_event"] == places


@pytest.mark.parametrize(
    ("rules", "metrics", "places"),
    [
        ([VIEWED, ADDED], [], ["/metrics"]),
        ([VIEWED, ADDED], [{"name": "Share of buyers", "funnel": ["Product Viewed"]}], ["/metrics"]),
        ([VIEWED, ADDED], [FUNNEL], []),
        ([VIEWED], [], []),
        ([VIEWED, event("", type="page")], [], []),
    ],
)
def test_a_plan_of_events_has_a_core_funnel(rules, metrics, places):
    assert of("no_funnel", *rules, metrics=metrics) == places


CLAIMS = [
    ({"purpose": "To know"}, [], ["Product Viewed /meta/metrics"]),
    ({"purpose": ""}, [], ["Product Viewed /meta/metrics"]),
    ({"purpose": "Which products are looked at?"}, [], []),
    ({"purpose": "To know", "metrics": ["Buyers"]}, [FUNNEL], []),
    ({"purpose": "To know"}, [FUNNEL], []),
    ({"purpose": "To know"}, [{"name": "Looks", "definition": "Median Product Viewed per visit"}], []),
    ({"purpose": "To know"}, [{"name": "Looks", "definition": "Product Viewedness"}], ["Product Viewed /meta/metrics"]),
]  # fmt: skip


@pytest.mark.parametrize(("meta", "metrics", "places"), CLAIMS)
def test_every_event_serves_a_metric_or_answers_a_question(meta, metrics, places):
    assert of("unclaimed_event", event("Product Viewed", meta=meta), metrics=metrics) == places


@pytest.mark.parametrize(
    ("named", "places"),
    [(["Buyers"], []), (["buyers"], ["/meta/metrics/0"]), (["Buyers", "Nothing"], ["/meta/metrics/1"])],
)
def test_an_event_names_metrics_that_are_there(named, places):
    rules = [event("Product Viewed", meta={"metrics": named}), ADDED]

    assert of("unknown_metric", *rules, metrics=[FUNNEL]) == [f"Product Viewed {place}" for place in places]
