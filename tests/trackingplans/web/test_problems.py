from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from tests.trackingplans import filthy, plans
from tests.trackingplans.domain.linting.problems import THINGS, event, one
from tests.trackingplans.pages import HTMX, a_person, a_plan, page, send, text_of
from trackingplans import assembling, linting, publishing
from trackingplans.domain.linting.catalogue import RULES

pytestmark = pytest.mark.django_db

BROKEN = {"type": "number", "minimum": 5, "maximum": 3}
HOSTILE = '</td><script>alert(1)</script>"\u202e'


@pytest.fixture
def ana(client):
    return a_person(client, Role.PUBLISHER)


def a_document(*rules, **more):
    return {"planwright": 1, "name": "Shop", "rules": list(rules), **more}


def today():
    return timezone.now().date()


def the_problem(plan, code="contradiction"):
    found = linting.plan_report(plan, on=today()).listed
    return next(one for one in found if one.problem.code == code)


def muting(**change):
    return {"what": "this", "until": str(today() + timedelta(days=7)), "reason": "Soon gone"} | change


def test_a_good_plan_has_nothing_wrong(client, ana):
    plan = a_plan(ana.workspace, a_document(event()))

    assert "Nothing is wrong with this plan" in text_of(page(client, "plan_problems", ana, plan.public_id))


def test_what_to_do_first_stands_above_the_rules(client, ana):
    plan = a_plan(ana.workspace, filthy.document())

    shown = text_of(page(client, "plan_problems", ana, plan.public_id))

    assert "Do these five first" in shown
    assert shown.index("<code>discount</code> has to be at least 100 and at most 0") < shown.index("by rule")
    assert "14 event names that should be <code>Product Viewed</code>." in shown
    assert "There are 12 more of this kind." in shown
    assert 'href="?rule=missing_purpose"' in shown


def test_problems_of_the_first_version_exist_and_later_ones_are_new(client, ana):
    plan = a_plan(ana.workspace, a_document(one(BROKEN)))
    publishing.publish(
        plan, a_document(one(BROKEN), event("Cart Viewed", meta={"owner": ""})), actor=ana.user
    )

    new = text_of(page(client, "plan_problems", ana, plan.public_id, data={"state": "new"}))
    existing = text_of(page(client, "plan_problems", ana, plan.public_id, data={"state": "existing"}))

    assert "Existing ones were there in v1 already" in new
    assert "Cart Viewed" in new
    assert "has to be at least 5" not in new
    assert "has to be at least 5" in existing


def test_new_naming_rules_make_no_old_name_a_new_problem(ana):
    plan = a_plan(ana.workspace, a_document(event(), event("Cart Viewed", meta={"owner": ""})))
    naming = {"event": {"casing": "snake"}}
    publishing.publish(
        plan, a_document(event(), event("Cart Viewed", meta={"owner": ""}), naming=naming), actor=ana.user
    )

    report = linting.plan_report(plan, on=today())

    assert report.since == 2
    assert report.counts["new"] == 0


def test_what_was_fixed_is_counted(client, ana):
    plan = a_plan(ana.workspace, a_document(one(BROKEN)))
    publishing.publish(
        plan, a_document(one({"type": "number"}), event("Other", meta={"owner": ""})), actor=ana.user
    )

    assert "1 fixed since" in text_of(page(client, "plan_problems", ana, plan.public_id))


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ({"rule": "contradiction"}, True),
        ({"rule": "casing"}, False),
        ({"severity": "error"}, True),
        ({"severity": "warn"}, False),
        ({"q": "order LEAST"}, True),
        ({"q": "cart"}, False),
        ({"type": "track", "name": "Order Completed"}, True),
        ({"type": "track", "name": "Cart Viewed"}, False),
        ({"state": "muted"}, False),
        ({"rule": "no such"}, False),
        ({"start": "100"}, False),
        ({"start": "x"}, True),
    ],
)
def test_the_filter_is_in_the_address_and_htmx_gets_the_rows_alone(client, ana, query, is_there):
    plan = a_plan(ana.workspace, a_document(one(BROKEN), event("Cart Viewed", meta={"owner": ""})))

    rows = page(
        client,
        "plan_problems",
        ana,
        plan.public_id,
        data=query | {"severity": query.get("severity", "")},
        headers=HTMX,
    )
    shown = text_of(rows)

    assert "<html" not in shown
    assert ("has to be at least 5" in shown) == is_there


def test_a_problem_has_an_address_of_its_own_with_its_rule_and_event(client, ana):
    plan = a_plan(ana.workspace, a_document(one(BROKEN)))
    fingerprint = the_problem(plan).problem.fingerprint

    shown = text_of(page(client, "plan_problem", ana, plan.public_id, fingerprint))

    assert reverse("lint_rule", args=["contradiction"]) in shown
    assert (
        reverse("plan_event", args=[ana.workspace.public_id, plan.public_id])
        + "?type=track&amp;name=Order%20Completed"
        in shown
    )
    assert "/schema/properties/properties/properties/total/minimum" in shown
    assert page(client, "plan_problem", ana, plan.public_id, "0" * 16).status_code == 404


def test_muting_publishes_a_version_that_says_why_and_can_be_taken_back(client, ana):
    document = a_document(one(BROKEN), lint={"severity": {"casing": "off"}}, kept="as it was")
    plan = a_plan(ana.workspace, document)
    fingerprint = the_problem(plan).problem.fingerprint

    response = send(client, "plan_problem", ana, plan.public_id, fingerprint, data=muting(), follow=True)

    plan.refresh_from_db()
    until = str(today() + timedelta(days=7))
    path = "/schema/properties/properties/properties/total/minimum"
    mute = {"code": "contradiction", "type": "track", "name": "Order Completed", "path": path}
    mute |= {"reason": "Soon gone", "owner": str(ana.user), "until": until}
    after = assembling.document(plan.live_version)
    assert after == document | {"lint": {"severity": {"casing": "off"}, "mutes": [mute]}}
    assert plan.live_version.message == f"Muted contradiction of Order Completed until {until}: Soon gone"
    assert f"Muted until {until}; version 2 is live." in text_of(response)
    assert the_problem(plan).state == "muted"

    undo = reverse("plan_problem_unmute", args=[ana.workspace.public_id, plan.public_id, fingerprint])
    assert undo in text_of(response)
    client.post(undo)
    plan.refresh_from_db()
    assert assembling.document(plan.live_version)["lint"] == {"severity": {"casing": "off"}, "mutes": []}
    assert the_problem(plan).state == "existing"
    assert client.post(undo).status_code == 302  # a second click does no harm


def test_a_whole_rule_can_be_muted(client, ana):
    plan = a_plan(ana.workspace, a_document(*(one(BROKEN, name=name) for name in THINGS[:3])))

    send(
        client,
        "plan_problem",
        ana,
        plan.public_id,
        the_problem(plan).problem.fingerprint,
        data=muting(what="rule"),
    )

    plan.refresh_from_db()
    assert plan.live_version.message.startswith("Muted every contradiction until")
    assert {
        one.state
        for one in linting.plan_report(plan, on=today()).listed
        if one.problem.code == "contradiction"
    } == {"muted"}


def test_a_mute_that_ended_is_a_problem_itself(ana):
    plan = a_plan(
        ana.workspace,
        a_document(
            one(BROKEN), lint={"mutes": [{"code": "contradiction", "reason": "x", "until": "2020-01-01"}]}
        ),
    )

    assert {"contradiction", "mute_ended"} <= {
        one.problem.code for one in linting.plan_report(plan, on=today()).open
    }


@pytest.mark.parametrize(
    "change", [{"reason": ""}, {"until": "2020-01-01"}, {"until": "soon"}, {"what": "all"}]
)
def test_a_mute_needs_a_reason_and_an_end_to_come(client, ana, change):
    plan = a_plan(ana.workspace, a_document(one(BROKEN)))

    response = send(
        client,
        "plan_problem",
        ana,
        plan.public_id,
        the_problem(plan).problem.fingerprint,
        data=muting(**change),
    )

    assert response.status_code == 422
    plan.refresh_from_db()
    assert plan.live_version.number == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_muting_needs_a_publisher(client, role):
    member = a_person(client, role)
    plan = a_plan(member.workspace, a_document(one(BROKEN)))
    fingerprint = the_problem(plan).problem.fingerprint

    assert send(client, "plan_problem", member, plan.public_id, fingerprint, data=muting()).status_code == 403
    assert send(client, "plan_problem_unmute", member, plan.public_id, fingerprint).status_code == 403
    assert "A publisher of this workspace can mute it" in text_of(
        page(client, "plan_problem", member, plan.public_id, fingerprint)
    )


def test_the_plans_and_the_events_page_show_their_problems(client, ana):
    plan = a_plan(ana.workspace, a_document(one(BROKEN), event("Cart Viewed")))
    at = {"type": "track", "name": "Order Completed"}

    note = text_of(page(client, "plan_problem_note", ana, plan.public_id, headers=HTMX))
    of_event = text_of(page(client, "event_problems", ana, plan.public_id, data=at, headers=HTMX))
    of_other = text_of(
        page(client, "event_problems", ana, plan.public_id, data=at | {"name": "Cart Viewed"}, headers=HTMX)
    )

    assert "2 problems</a>" in note
    assert "1 of them error" in note
    assert "has to be at least 5" in of_event
    assert "Nothing is wrong with its rule." in of_other
    assert reverse("plan_problem_note", args=[ana.workspace.public_id, plan.public_id]) in text_of(
        page(client, "plan_detail", ana, plan.public_id)
    )
    assert page(client, "plan_problem_note", ana, plan.public_id).status_code == 302
    assert page(client, "event_problems", ana, plan.public_id, data=at).url.endswith(
        "?type=track&name=Order+Completed"
    )


def test_hostile_names_are_text(client, ana):
    plan = a_plan(ana.workspace, a_document(one(BROKEN, name=HOSTILE)))
    fingerprint = the_problem(plan).problem.fingerprint

    for shown in (
        text_of(page(client, "plan_problems", ana, plan.public_id)),
        text_of(page(client, "plan_problems", ana, plan.public_id, data={"rule": "contradiction"})),
        text_of(page(client, "plan_problem", ana, plan.public_id, fingerprint)),
    ):
        assert "<script>alert" not in shown
        assert "\u202e" not in shown


def test_a_large_plan_is_shown_with_few_queries_and_linted_once(client, ana, django_assert_max_num_queries):
    plan = a_plan(ana.workspace, plans.many_events(500))
    page(client, "plan_problems", ana, plan.public_id)

    with django_assert_max_num_queries(8):
        page(client, "plan_problems", ana, plan.public_id)
    with django_assert_max_num_queries(6):
        page(client, "plan_problem_note", ana, plan.public_id, headers=HTMX)
    with django_assert_max_num_queries(6):
        page(client, "event_problems", ana, plan.public_id, data={"name": "Thing 0001 Done"}, headers=HTMX)


def test_the_problems_of_another_workspace_are_not_there(client, ana, django_user_model):
    other = a_person(client, Role.ADMIN)
    plan = a_plan(other.workspace, a_document(one(BROKEN)))
    client.force_login(ana.user)
    fingerprint = the_problem(plan).problem.fingerprint

    assert page(client, "plan_problems", ana, plan.public_id).status_code == 404
    assert page(client, "plan_problem", ana, plan.public_id, fingerprint).status_code == 404
    assert send(client, "plan_problem_unmute", ana, plan.public_id, fingerprint).status_code == 404


def test_every_rule_has_its_page_for_anyone(client):
    listed = text_of(client.get(reverse("lint_rules")))

    for code, rule in RULES.items():
        assert reverse("lint_rule", args=[code]) in listed
        assert f"<h1>{code}: {rule.title}</h1>" in text_of(client.get(reverse("lint_rule", args=[code])))
    assert client.get(reverse("lint_rule", args=["nothing"])).status_code == 404
