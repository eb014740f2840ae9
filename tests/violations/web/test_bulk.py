"""Several rows of a list decided at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.violations.rows import violation
from tests.world import a_world
from trackingplans import drafting, sourcing
from violations import filtering, inbox, undoing
from violations.models import State, Violation

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db):
    found = a_world()
    Violation.objects.all().delete()
    return found


@pytest.fixture
def rows(world):
    """Two rows; the first in two sources."""
    now = timezone.now()
    ios = sourcing.create_source(world.workspace, name="iOS", type="ios", actor=None, now=now)
    both = [violation(source, "A", first_seen_at=now - HOUR) for source in (world.source, ios)]
    return [both, [violation(world.source, "B", first_seen_at=now - HOUR)]]


@pytest.fixture
def post(client, world):
    def post(rows, member=None, **data):
        client.force_login((member or world.editor).user)
        ids = [",".join(one.public_id for one in row) for row in rows]
        address = reverse("violation_bulk", args=[world.workspace.public_id])
        return client.post(
            address, {"row": ids, "tab": "not_in_plan", "query": "range=7d"} | data, follow=True
        )

    return post


@pytest.mark.parametrize(
    ("data", "state", "said"),
    [
        ({"act": "resolve"}, State.RESOLVED, "2 rows resolved"),
        ({"act": "mute", "length": "1d"}, State.MUTED, "2 rows muted for a day"),
        ({"act": "mute", "length": "never"}, State.MUTED, "2 rows muted for a week"),
        ({"act": "assign"}, State.OPEN, "2 rows assigned to nobody already"),
        ({"act": "reopen"}, State.OPEN, "2 rows reopened already"),
        ({"act": "explode"}, State.OPEN, "nothing that can be done"),
        ({"act": "assign", "assignee": "mb_nobody"}, State.OPEN, "nothing that can be done"),
    ],
)
def test_an_act_on_rows_acts_on_all_their_sources(post, rows, data, state, said):
    answer = post(rows, **data)

    assert answer.redirect_chain[-1][0].endswith("/violations/not-in-plan/?range=7d")
    assert said in answer.content.decode()
    assert set(Violation.objects.values_list("state", flat=True)) == {state}


def test_one_undo_takes_all_of_it_back_and_stays_on_the_list(client, post, rows):
    answer = post(rows, act="resolve")
    [message] = answer.context["messages"] if answer.context.get("messages") else [None]
    undo = message.tags.split("undo:")[1].split()[0]
    answer = client.post(
        undo, headers={"referer": "http://testserver" + answer.request["PATH_INFO"]}, follow=True
    )

    assert answer.redirect_chain[-1][0].endswith("/violations/not-in-plan/")
    assert set(Violation.objects.values_list("state", flat=True)) == {State.OPEN}


@pytest.mark.parametrize("act", ["resolve", "mute", "assign"])
def test_many_rows_cost_no_more_queries_than_few(client, world, act):
    now = timezone.now()
    member = world.viewer.public_id
    counts = []
    client.force_login(world.editor.user)
    address = reverse("violation_bulk", args=[world.workspace.public_id])
    for number in (1, 40, 90):  # the first also opens the session
        rows = [[violation(world.source, f"{number} {n}", first_seen_at=now - HOUR)] for n in range(number)]
        with CaptureQueriesContext(connection) as asked:
            client.post(address, {"row": [one.public_id for [one] in rows], "act": act, "assignee": member})
        notes = AuditEntry.objects.filter(action__startswith="violation.").count()
        undo = undoing.ticket([(one, Violation.objects.get(pk=one.pk)) for [one] in rows])
        with CaptureQueriesContext(connection) as taken_back:
            undoing.undo(world.workspace, undo, actor=world.editor.user, now=now)
        counts.append((len(asked), len(taken_back)))
        assert AuditEntry.objects.filter(action__startswith="violation.").count() == notes + number
        ids = [one.pk for [one] in rows]
        assert set(Violation.objects.filter(pk__in=ids).values_list("state", "assignee")) == {("open", None)}
    assert counts[1] == counts[2], counts


def test_rows_are_assigned(world, post, rows):
    post(rows[:1], act="assign", assignee=world.viewer.public_id)
    assert list(Violation.objects.order_by("event", "id").values_list("assignee", flat=True)) == [
        world.viewer.user.pk, world.viewer.user.pk, None,
    ]  # fmt: skip


def test_nothing_selected_is_said(post, rows):
    assert "No row is selected" in post([], act="resolve").content.decode()


def test_rows_of_another_workspace_are_left_alone(world, post, rows):
    stranger = a_world("Other")
    post([[stranger.violation]], act="resolve")
    assert Violation.objects.get(pk=stranger.violation.pk).state == State.OPEN


def test_viewers_see_no_boxes_and_may_not_act(client, world, post, rows):
    assert post(rows, member=world.viewer, act="resolve").status_code == 403
    page = client.get(reverse("not_in_plan", args=[world.workspace.public_id])).content.decode()
    assert "pick-row" not in page


@pytest.fixture
def unplanned(world):
    """An event in two sources, and two properties of another, of which only one was sampled."""
    now = timezone.now()
    ios = sourcing.create_source(
        world.workspace, name="iOS", type="ios", actor=None, now=now, plan=world.version.plan
    )
    both = [
        violation(source, "Card Added", first_seen_at=now - HOUR, count=50) for source in (world.source, ios)
    ]
    inner = [
        violation(
            world.source, "Order Completed", first_seen_at=now - HOUR, code="unplanned_property",
            path=f"properties.{name}", message=f"`{name}` is not in the plan.", count=count,
        )
        for name, count in (("giftWrap", 7), ("shop", 9))
    ]  # fmt: skip
    return [both, inner]


def test_properties_of_an_event_are_one_row_that_unfolds(client, world, unplanned):
    client.force_login(world.viewer.user)
    page = client.get(reverse("not_in_plan", args=[world.workspace.public_id]))
    events, properties = page.context["sections"]
    (card,), (order,) = events.rows, properties.rows
    assert (card.sources, card.group.count) == (["Web", "iOS"], 100)
    assert [(one.key_name, one.better) for one in order.inner] == [("shop", ""), ("giftWrap", "gift_wrap")]
    assert order.group.count == 16
    assert order.ids.split(",") == [unplanned[1][1].public_id, unplanned[1][0].public_id]
    html = page.content.decode()
    assert "<code>shop</code> and 1 more property" in html
    assert "better: <code>gift_wrap</code>" in html


@pytest.mark.parametrize("most", [300, 1], ids=["all counted", "more than are counted"])
def test_the_numbers_of_what_is_not_in_the_plan_are_those_of_its_rows(
    client, monkeypatch, world, unplanned, most
):
    monkeypatch.setattr(inbox, "MOST", most)
    Violation.objects.update(passed_at=timezone.now() - HOUR)
    client.force_login(world.viewer.user)
    address = reverse("not_in_plan", args=[world.workspace.public_id])

    def told(page, **query):
        got = client.get(address, {"page": page, **query})
        context = got.context
        [tab] = [tab for tab in context["tabs"] if tab.is_current]
        listed = [
            [one.key_name for one in row.inner] or [row.violation.event]
            for section in context["sections"]
            for row in section.rows
        ]
        assert context["shown"] == len(listed)
        return tab.count, context["total"], listed

    rows = [["Card Added"], ["shop", "giftWrap"]]
    if most == 300:
        assert told(1) == (2, 2, rows)
        tabs = reverse("violation_tabs", args=[world.workspace.public_id])
        beside = client.get(tabs, headers={"hx-request": "true"}).context["links"]
        assert [tab.count for tab in beside if tab.word == "Not in plan"] == [2]
        assert told(1, change="new")[:2] == (3, 3), "a digest counts each"
    monkeypatch.setattr(inbox, "PAGE", 1)
    shown = [told(page)[2] for page in (1, 2, 3)]
    assert sorted(map(str, shown)) == sorted(map(str, [rows[:1], rows[1:], []]))

    opened = filtering.written(timezone.now() - 3 * HOUR)
    arrived = client.get(
        reverse("violation_arrived", args=[world.workspace.public_id]), {"tab": "not_in_plan", "opened": opened},
        headers={"hx-request": "true"},
    )  # fmt: skip
    assert arrived.context["count"] == 2


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_selected_rows_are_looked_at_and_added_to_a_draft(client, world, unplanned, headers):
    client.force_login(world.editor.user)
    workspace = world.workspace.public_id
    ids = [",".join(one.public_id for one in row) for row in unplanned]
    sent = client.post(
        reverse("violation_bulk", args=[workspace]), {"row": ids, "act": "adopt"}, headers=headers
    )
    address = sent["HX-Redirect"] if headers else sent["Location"]
    page = client.get(address)
    (choice,) = page.context["choices"]
    assert [row.newcomer.name for row in choice.rows] == ["Card Added", "giftWrap", "shop"]
    assert [row.messages for row in choice.rows] == [0, 250, 250]
    assert [one.path for one in choice.rows[2].fills] == ["shop"]

    answer = client.post(
        address, {f"draft-{world.version.plan.public_id}": world.draft.public_id}, follow=True
    )
    html = answer.content.decode()
    assert "3 are in this draft" in html
    assert drafting.value(world.draft).rules[-1].name == "Card Added"
    assert all(name in str(drafting.document(world.draft)) for name in ("giftWrap", "shop"))
    undo = reverse("draft_undo", args=[workspace, world.version.plan.public_id, world.draft.public_id])
    assert undo in html
    client.post(undo)
    assert "giftWrap" not in str(drafting.document(world.draft))


def test_viewers_look_but_do_not_add(client, world, unplanned):
    client.force_login(world.viewer.user)
    query = f"?violation={unplanned[0][0].public_id}"
    address = reverse("violation_adopt", args=[world.workspace.public_id]) + query
    assert b"Add to the draft" not in client.get(address).content
    assert client.post(address).status_code == 403


def test_an_unplanned_property_is_accepted_where_it_is_added(client, world, unplanned):
    client.force_login(world.editor.user)
    one = unplanned[1][1].public_id
    answer = client.get(reverse("violation_accept", args=[world.workspace.public_id, one]), follow=True)
    assert answer.redirect_chain[0][0].endswith(f"/violations/adopt/?violation={one}")
    page = client.get(reverse("violation_detail", args=[world.workspace.public_id, one])).content.decode()
    assert "What arrives" in page
    assert "The schema it would get" in page
