from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from tests.factories import PlanFactory, SourceFactory, TeamFactory, WorkspaceFactory, WriteKeyFactory
from tests.trackingplans.pages import a_person, text_of
from trackingplans import sourcing
from trackingplans.models import Source, SourceType, WriteKey
from trackingplans.traffic import counting, recent
from trackingplans.web import setup

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    return a_person(client, Role.ADMIN)


DAY = timedelta(days=1)


def url(name, member, *args):
    return reverse(name, args=[member.workspace.public_id, *args])


def arrived(source, *, event="Order Completed", verdict="conforming", **more):
    shown = recent.Shown(
        source.workspace_id, source.pk, timezone.now(), "track", event, verdict, "", "[]", '{"type": "track"}'
    )._replace(**more)
    with connection.cursor() as cursor:
        recent.write(cursor, [shown])


def test_an_empty_list_teaches(client, ana):
    assert "No source yet" in text_of(client.get(url("source_list", ana)))


def test_the_list_shows_counts_and_the_last_message(client, ana, django_assert_max_num_queries):
    for n in range(6):
        source = SourceFactory(
            workspace=ana.workspace, plan=PlanFactory(workspace=ana.workspace, name=f"Plan {n}")
        )
    hour = counting.hour_of(timezone.now())
    counts = counting.Counts()
    counts.add(counting.Key(ana.workspace.pk, source.pk, hour, "track", "A"), "conforming", "passed", 1234)
    counting.ensure([hour])
    with connection.cursor() as cursor:
        counting.write(cursor, counts.rows)
    arrived(source)

    with django_assert_max_num_queries(11):
        shown = text_of(client.get(url("source_list", ana)))

    for words in ("Plan 5", "1,234", "100 %", "just now", "never"):
        assert words in shown


def test_a_new_source_lands_on_its_set_up_and_waits(client, ana):
    team, plan = TeamFactory(workspace=ana.workspace), PlanFactory(workspace=ana.workspace)
    data = {"name": "Web shop", "type": "web", "environment": "staging", "owner": team.pk, "plan": plan.pk}

    shown = text_of(client.post(url("source_new", ana), data, follow=True))

    source = Source.objects.get()
    assert (source.slug, source.environment, source.owner, source.plan) == ("web-shop", "staging", team, plan)
    assert source.plan_attached_at is not None
    assert WriteKey.objects.get(source=source).key in shown
    assert "Waiting for the first event" in shown
    assert "every 2s" in shown


def test_what_belongs_to_others_cannot_be_chosen(client, ana):
    data = {
        "name": "Web",
        "type": "web",
        "environment": "staging",
        "plan": PlanFactory().pk,
        "owner": TeamFactory().pk,
    }

    assert client.post(url("source_new", ana), data).status_code == 200
    assert not Source.objects.exists()


@pytest.mark.parametrize("way", ["python", "node", "browser", "curl", "webhook", "", "bogus"])
def test_each_snippet_holds_the_real_key_and_address(client, ana, settings, way):
    settings.BASE_URL = "https://plan.example.com"
    key = WriteKeyFactory(source__workspace=ana.workspace, source__type="web")

    response = client.get(url("source_setup", ana, key.source.public_id), {"with": way})

    shown = response.content.decode()
    assert key.key in shown
    if way != "bogus":
        assert "plan.example.com" in shown.split("<pre")[1]


def test_a_snippet_leaves_nothing_to_fill_in():
    for snippet in setup.snippets("wk_1", "http://127.0.0.1:8000"):
        assert "wk_1" in snippet.code
        assert "<" not in snippet.code
        assert "127.0.0.1:8000" in snippet.code


def test_the_wait_ends_with_the_first_event(client, ana):
    source = WriteKeyFactory(source__workspace=ana.workspace).source
    address = url("source_first_event", ana, source.public_id)

    before = text_of(client.get(address))
    arrived(source, event="Setup Checked")
    after = text_of(client.get(address))

    assert "every 2s" in before
    assert "Received ✓" in after
    assert "Setup Checked" in after
    assert "every 2s" not in after


def test_a_source_shows_its_day_plan_and_keys(client, ana):
    plan = PlanFactory(workspace=ana.workspace, name="Shop")
    source = sourcing.create_source(
        ana.workspace, name="Web", type=SourceType.WEB, plan=plan, actor=ana.user, now=timezone.now()
    )

    shown = text_of(client.get(url("source_detail", ana, source.public_id)))

    for words in ("Checked by", "Shop", "Settling in until", "wk_", "Last 24 hours", "Delete this source"):
        assert words in shown


def test_settings_are_saved_and_noted(client, ana):
    source = SourceFactory(workspace=ana.workspace)
    data = {"name": "Web", "type": "ios", "environment": "development", "owner": "", "settling_hours": "0"}

    client.post(url("source_detail", ana, source.public_id), data)

    source.refresh_from_db()
    assert (source.name, source.type, source.environment, source.settling_hours) == (
        "Web",
        "ios",
        "development",
        0,
    )
    entry = AuditEntry.objects.for_workspace(ana.workspace).get(action="source.changed")
    assert entry.detail["fields"] == ["name", "type", "environment", "settling_hours"]


def test_settling_in_begins_with_the_first_plan_only(client, ana):
    source = SourceFactory(workspace=ana.workspace, plan_attached_at=None)
    first, second = PlanFactory(workspace=ana.workspace), PlanFactory(workspace=ana.workspace)
    address = url("source_plan", ana, source.public_id)

    client.post(address, {"plan": first.pk})
    began = Source.objects.get().plan_attached_at
    client.post(address, {"plan": second.pk})

    source.refresh_from_db()
    assert (source.plan, source.plan_attached_at) == (second, began)
    assert began is not None


def test_a_plan_can_be_taken_off(client, ana):
    source = SourceFactory(workspace=ana.workspace, plan=PlanFactory(workspace=ana.workspace))

    shown = text_of(client.post(url("source_plan", ana, source.public_id), {"plan": ""}, follow=True))

    source.refresh_from_db()
    assert source.plan is None
    assert "is not checked any more" in shown


def test_an_old_key_works_for_its_grace_and_never_longer(client, ana):
    key = WriteKeyFactory(source__workspace=ana.workspace)
    now = timezone.now()

    client.post(url("source_key", ana, key.source.public_id), {"grace": "24"})
    client.post(url("source_key", ana, key.source.public_id), {"grace": "168"})

    key.refresh_from_db()
    newest, second, first = sourcing.keys(key.source, now=timezone.now())
    assert [round((one.expires_at - now) / DAY) for one in (first, second) if one.expires_at] == [1, 7]
    assert newest.expires_at is None
    assert first == key
    assert newest.key in text_of(client.get(url("source_detail", ana, key.source.public_id)))


def test_a_key_can_end_at_once(client, ana):
    key = WriteKeyFactory(source__workspace=ana.workspace)

    client.post(url("source_key", ana, key.source.public_id), {"grace": "0"})

    [current] = sourcing.keys(key.source, now=timezone.now())
    assert current != key


@pytest.mark.parametrize(("typed", "is_gone"), [("Web", True), (" Web ", True), ("web", False), ("", False)])
def test_a_source_is_deleted_by_typing_its_name(client, ana, typed, is_gone):
    source = WriteKeyFactory(source__workspace=ana.workspace, source__name="Web").source

    client.post(url("source_delete", ana, source.public_id), {"typed": typed})

    assert Source.objects.exists() is not is_gone


def test_slugs_stay_apart_and_names_without_letters_get_one(ana):
    made = [
        sourcing.create_source(
            ana.workspace, name=name, type=SourceType.WEB, actor=None, now=timezone.now()
        ).slug
        for name in ("Web", "Web", "web!", "✓", "x" * 100)
    ]

    assert made == ["web", "web-2", "web-3", "source", "x" * 56]


MAY = {
    "source_new": Role.EDITOR,
    "source_plan": Role.PUBLISHER,
    "source_key": Role.EDITOR,
    "source_delete": Role.ADMIN,
}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.PUBLISHER])
@pytest.mark.parametrize("name", MAY)
def test_each_act_needs_its_role(client, role, name):
    member = a_person(client, role)
    source = SourceFactory(workspace=member.workspace)
    args = [] if name == "source_new" else [source.public_id]

    status = client.post(url(name, member, *args)).status_code

    assert (status != 403) is (role >= MAY[name])


def test_a_viewer_reads_and_changes_nothing(client):
    viewer = a_person(client, Role.VIEWER)
    source = SourceFactory(workspace=viewer.workspace, name="Web")

    refused = client.post(url("source_detail", viewer, source.public_id), {"name": "Mine"})
    shown = text_of(client.get(url("source_detail", viewer, source.public_id)))

    source.refresh_from_db()
    assert (refused.status_code, source.name) == (403, "Web")
    for words in ("Replace the key", "Attach", "Delete this source", "Save"):
        assert f">{words}<" not in shown


@pytest.mark.parametrize("name", ["source_detail", "source_setup", "source_first_event"])
def test_a_source_of_another_workspace_is_not_there(client, ana, name):
    other = SourceFactory(workspace=WorkspaceFactory())

    assert client.get(url(name, ana, other.public_id)).status_code == 404
    assert client.get(reverse(name, args=[other.workspace.public_id, other.public_id])).status_code == 404
