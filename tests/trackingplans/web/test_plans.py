import re

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Role
from tests.factories import PlanFactory, SourceFactory, TeamFactory
from tests.trackingplans import plans
from tests.trackingplans.pages import HTMX, a_person, a_plan, page, send, text_of
from trackingplans.models import PlanVersion
from trackingplans.traffic import counting

pytestmark = pytest.mark.django_db

HOSTILE = '</td><script>alert(1)</script>"\u202e'


@pytest.fixture
def ana(client):
    return a_person(client, Role.PUBLISHER)


def test_an_empty_list_teaches_three_ways_to_begin(client, ana):
    shown = text_of(page(client, "plan_list", ana))

    assert "No plan yet" in shown
    for words in ("Import the one you have", "Start from one of ours", "Start empty"):
        assert words in shown


def test_a_viewer_is_told_who_can_begin(client):
    viewer = a_person(client, Role.VIEWER)

    shown = text_of(page(client, "plan_list", viewer))

    assert "An editor of this workspace can add one." in shown
    assert "Start empty" not in shown


def test_the_list_shows_each_plan_in_one_query_a_kind(client, ana, django_assert_max_num_queries):
    for n in range(5):
        a_plan(ana.workspace, plans.a_document(name=f"Plan {n}"))
    PlanFactory(workspace=ana.workspace, name="Not published")

    with django_assert_max_num_queries(9):
        shown = text_of(page(client, "plan_list", ana))

    assert "Plan 4" in shown
    assert "nothing yet" in shown


@pytest.mark.parametrize(("start", "rules"), [("ecommerce", 29), ("empty", 0)])
def test_a_plan_begins_with_a_starter_or_with_nothing(client, ana, start, rules):
    response = send(client, "plan_new", ana, data={"start": start, "name": "Ours"}, follow=True)

    version = PlanVersion.objects.get(plan__name="Ours")
    assert len(version.rules) == rules
    assert "Ours is there." in text_of(response)


def test_the_events_of_a_plan_stand_with_their_facts(client, ana):
    TeamFactory(workspace=ana.workspace, slug="checkout", name="Checkout team")
    meta = {"purpose": "Which orders make money?", "owner": "checkout", "importance": "critical"}
    document = plans.a_document(
        metrics=[
            {
                "name": "Orders",
                "north_star": True,
                "question": "Do people buy?",
                "funnel": ["Order Completed"],
            }
        ],
        rules=[
            plans.a_rule("Order Completed", {"id": {}, "total": {}}, ["id"], meta=meta),
            plans.a_rule("Order Completed", {"id": {}}, version=2, meta=meta),
            plans.a_rule("", {}, kind="identify", section="traits"),
            plans.a_rule("", {}, kind="page"),
            plans.a_rule("", {}, kind="common"),
        ],
    )
    plan = a_plan(ana.workspace, document)

    shown = text_of(page(client, "plan_detail", ana, plan.public_id))

    for words in (
        "Order Completed", "Which orders make money?", "Checkout team", "critical", "2 versions", "v1 live",
        "Identify", "Any other page", "Every message", "Do people buy?", "north star", "not in 7 d",
    ):  # fmt: skip
        assert words in shown


def test_the_counts_are_those_of_production_in_24_hours(client, ana):
    plan = a_plan(ana.workspace)
    now = timezone.now()
    hour = counting.hour_of(now)
    counts = counting.Counts()
    for environment, received in (("production", 41), ("staging", 7)):
        source = SourceFactory(workspace=ana.workspace, plan=plan, environment=environment)
        key = counting.Key(ana.workspace.pk, source.pk, hour, "track", "Order Completed")
        counts.add(key, "conforming", "passed", received - 1)
        counts.add(key, "violating", "passed")
    counting.ensure([hour])
    with connection.cursor() as cursor:
        counting.write(cursor, counts.rows)

    shown = text_of(page(client, "plan_detail", ana, plan.public_id))

    assert 'data-label="24 h" data-text="41">41<' in shown
    assert "97.6 %" in shown


def test_the_filter_is_in_the_address_and_htmx_gets_the_rows_alone(client, ana):
    meta = {"owner": "growth", "status": "deprecated"}
    document = plans.a_document(
        rules=[plans.a_rule("Signed Up", {}, meta=meta), plans.a_rule("Order Placed", {})]
    )
    plan = a_plan(ana.workspace, document)

    whole = text_of(page(client, "plan_detail", ana, plan.public_id, data={"q": "sign UP"}))
    rows = text_of(
        page(
            client,
            "plan_detail",
            ana,
            plan.public_id,
            data={"owner": "growth"},
            headers=HTMX,
        )
    )
    none = text_of(page(client, "plan_detail", ana, plan.public_id, data={"q": "zzz"}))

    assert "Signed Up" in whole
    assert "Order Placed" not in whole
    assert "<html" not in rows
    assert "1 of 2 events" in rows
    assert "No event fits." in none


def test_a_large_plan_is_paged_and_costs_the_same_few_queries(client, ana, django_assert_max_num_queries):
    plan = a_plan(ana.workspace, plans.many_events(250))
    page(client, "plan_detail", ana, plan.public_id)

    with django_assert_max_num_queries(9):
        first = page(client, "plan_detail", ana, plan.public_id)
    last = page(client, "plan_detail", ana, plan.public_id, data={"start": "240"})

    assert "60 of 250" in text_of(first)
    assert "start=60" in text_of(first)
    assert "Thing 0249 Done" in text_of(last)
    assert "Thing 0000 Done" not in text_of(last)


@pytest.mark.parametrize("start", ["-1", "x", "99999999999", "100000"])
def test_a_page_that_is_not_there_is_empty_not_an_error(client, ana, start):
    plan = a_plan(ana.workspace)

    assert page(client, "plan_detail", ana, plan.public_id, data={"start": start}).status_code == 200


def test_an_event_shows_its_properties_as_a_tree(client, ana):
    properties = {
        "currency": {"type": "string", "enum": ["EUR", "USD"], "description": "ISO 4217"},
        "paid_at": {"type": ["string", "null"], "format": "date-time"},
        "sku": {"type": "string", "pattern": "^[A-Z]+$"},
        "products": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "integer", "minimum": 1}},
            },
        },
        "email": {"type": "string", "format": "email"},
        "choice": {"anyOf": [{"type": "string"}, {"type": "number"}]},
    }
    pointer = "/properties/properties/properties/email"
    meta = {"trigger": "The server has confirmed it.", "properties": {pointer: {"pii": "email"}}}
    plan = a_plan(
        ana.workspace, plans.a_document(rules=[plans.a_rule("Order", properties, ["currency"], meta=meta)])
    )

    shown = text_of(page(client, "plan_event", ana, plan.public_id, data={"type": "track", "name": "Order"}))

    for words in (
        "one of EUR, USD", "ISO 4217", "date and time or empty", "like ^[A-Z]+$", "list of objects", "indent-1",
        "at least 1", "e-mail address", "personal", "The server has confirmed it.", "more in its JSON Schema",
        "6, 1 required", "JSON Schema of the whole message", "&quot;event&quot;: &quot;Order&quot;",
    ):  # fmt: skip
        assert words in shown, words


def test_an_event_has_a_page_for_each_version(client, ana):
    document = plans.a_document(rules=[plans.a_rule("A", {"x": {}}, version=v) for v in (1, 3)])
    plan = a_plan(ana.workspace, document)

    newest = text_of(page(client, "plan_event", ana, plan.public_id, data={"type": "track", "name": "A"}))
    oldest = text_of(
        page(client, "plan_event", ana, plan.public_id, data={"type": "track", "name": "A", "version": "1"})
    )

    assert "v3, shown" in newest
    assert "v1, shown" in oldest


@pytest.mark.parametrize("name", ["a/b", "..", "?x=1&y", "100 %", " Space ", "Ünï ✓", HOSTILE, "a\u0000b"])
def test_any_name_has_a_page_and_cannot_break_it(client, ana, name):
    plan = a_plan(ana.workspace, plans.a_document(rules=[plans.a_rule(name, {name: {"description": name}})]))
    listed = page(client, "plan_detail", ana, plan.public_id)

    link = listed.content.decode().split('class="name mono" href="')[1].split('"')[0].replace("&amp;", "&")
    shown = client.get(link)

    assert shown.status_code == 200
    assert "<script>alert" not in shown.content.decode() + listed.content.decode()


def test_an_event_that_is_not_in_the_plan_is_404(client, ana):
    plan = a_plan(ana.workspace)

    assert page(client, "plan_event", ana, plan.public_id, data={"name": "Nothing"}).status_code == 404
    assert page(client, "plan_event", ana, PlanFactory(workspace=ana.workspace).public_id).status_code == 404


@pytest.mark.parametrize(
    "format", ["planwright-yaml", "planwright-json", "segment", "segment-flat", "", "bogus"]
)
def test_a_plan_is_exported_as_a_file_and_shown_with_its_losses(client, ana, format):
    plan = a_plan(ana.workspace, plans.a_document(name="Schöne Schuhe", closed=True))

    shown = text_of(page(client, "plan_export", ana, plan.public_id, data={"format": format}))
    file = page(client, "plan_export", ana, plan.public_id, data={"format": format, "download": "1"})

    is_segment = format.startswith("segment")
    assert ("properties outside of the plan" in shown) == is_segment
    assert 'filename="schone-schuhe-v1.' in file["Content-Disposition"]


def test_a_plan_is_renamed_by_a_version(client, ana):
    plan = a_plan(ana.workspace)

    send(client, "plan_rename", ana, plan.public_id, data={"name": "Shoe shop"})

    plan.refresh_from_db()
    assert (plan.name, plan.live_version.number) == ("Shoe shop", 2)


def test_a_search_finds_events_by_their_properties(client, ana):
    nested = {"products": {"type": "array", "items": {"type": "object", "properties": {"sku": {}}}}}
    rules = [plans.a_rule("Order Placed", nested), plans.a_rule("Signed Up", {})]
    plan = a_plan(ana.workspace, plans.a_document(rules=rules))

    shown = text_of(page(client, "plan_detail", ana, plan.public_id, data={"q": "SKU"}))

    assert "Order Placed" in shown
    assert "Signed Up" not in shown


def test_events_stand_under_what_they_are_about_or_under_their_owner(client, ana):
    TeamFactory(workspace=ana.workspace, slug="growth", name="Growth team")
    rules = [
        plans.a_rule("Product List Viewed", {}, meta={"owner": "growth"}),
        plans.a_rule("Products Searched", {}),
        plans.a_rule("Cart Viewed", {}),
        plans.a_rule("", {}, kind="identify", section="traits"),
    ]
    plan = a_plan(ana.workspace, plans.a_document(rules=rules))

    assert groups(page(client, "plan_detail", ana, plan.public_id)) == ["Cart", "Product", "Other calls"]
    by_owner = page(client, "plan_detail", ana, plan.public_id, data={"group": "owner"})
    assert groups(by_owner) == ["Growth team", "No owner"]
    assert groups(page(client, "plan_detail", ana, plan.public_id, data={"group": "none"})) == []


def groups(response):
    return re.findall(r'scope="rowgroup"[^>]*>([^<]*)<', text_of(response))


def test_the_properties_of_an_event_come_as_rows(client, ana):
    plan = a_plan(ana.workspace)

    rows = text_of(page(client, "grid_properties", ana, plan.public_id, data={"name": "Order Completed"}))

    assert re.findall(r'data-column="name" data-text="(\w+)"', rows) == ["order_id", "total"]
    assert "<html" not in rows
    assert page(client, "grid_properties", ana, plan.public_id, data={"name": "X"}).status_code == 404


def test_the_columns_are_remembered(client, ana):
    plan = a_plan(ana.workspace)
    page(client, "plan_detail", ana, plan.public_id, data={"columns": ["owner", "nonsense"], "q": "order"})

    shown = text_of(page(client, "plan_detail", ana, plan.public_id))

    assert re.findall(r'class="column-(\w+)', shown) == ["name", "owner"]


def test_the_page_opens_with_the_convention_in_plain_words(client, ana):
    naming = {
        "event": {"order": "object_action", "tense": "past", "casing": "title"},
        "synonyms": {"seen": "viewed"},
    }
    plan = a_plan(ana.workspace, plans.a_document(naming=naming))

    shown = text_of(page(client, "plan_detail", ana, plan.public_id))

    assert (
        "Events: what it is about, then what happened, in the past tense, in Title Case (<code>Order Completed</code>)."
        in shown
    )
    assert "Say viewed, not seen." in shown
