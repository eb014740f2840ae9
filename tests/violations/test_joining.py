"""Who a violation concerns: one person is one, before and after sign-in, on the web and on a server."""

import random
from datetime import timedelta
from functools import reduce
from operator import or_

import psycopg
import pytest
from django.db import connection

from tests.factories import PlanFactory, SourceFactory, WorkspaceFactory
from tests.threads import at_once
from tests.violations.judging import NOON, origin_of, record, store, tally_of, track
from trackingplans.traffic import partitions
from trackingplans.traffic.partitions import Period
from violations import joining, people
from violations.models import Violation
from violations.persons import digest
from violations.spreading import affected

MONTH = timedelta(days=31)


def bad(user=None, device=None):
    return {**track("Product Viewed", {"price": "cheap"}), "userId": user, "anonymousId": device}


def identify(user, device):
    return {"type": "identify", "userId": user, "anonymousId": device, "traits": {}}


def alias(user, previous, device=None):
    return {"type": "alias", "userId": user, "previousId": previous, "anonymousId": device}


def company():
    """Two sources of a workspace, and one of a tenant next door."""
    ours, theirs = WorkspaceFactory.create(), WorkspaceFactory.create()
    plan = PlanFactory.create(workspace=ours)
    web, server = (SourceFactory.create(workspace=ours, plan=plan) for _ in range(2))
    return {
        "web": web,
        "server": server,
        "next door": SourceFactory.create(
            workspace=theirs, plan=PlanFactory.create(workspace=theirs), slug="n"
        ),
    }


def concerned(*sources):
    return affected(list(Violation.objects.filter(source__in=sources, code="type")))


WEB, SERVER, NEXT_DOOR = "web", "server", "next door"
STORIES = {
    "before and after an identify": ([(WEB, bad(None, "d")), (WEB, identify("u", "d")), (WEB, bad("u", "d"))], 1),
    "and on a server": ([(WEB, bad(None, "d")), (WEB, identify("u", "d")), (SERVER, bad("u"))], 1),
    "a server sends a device of its own": (
        [(WEB, bad(None, "d")), (WEB, identify("u", "d")), (SERVER, bad("u", "x")), (SERVER, bad("u"))], 1,
    ),
    "nobody said so": ([(WEB, bad(None, "d")), (SERVER, bad("u"))], 2),
    "a violating call says so too": ([(WEB, bad(None, "d")), (WEB, bad("u", "d")), (SERVER, bad("u"))], 1),
    "a second device, after its sign-in": (
        [(WEB, bad("u", "d")), (WEB, identify("u", "e")), (WEB, bad(None, "e")), (WEB, bad("u", "e"))], 1,
    ),
    "a second device, before its sign-in: by then it was counted": (
        [(WEB, bad("u", "d")), (WEB, bad(None, "e")), (WEB, identify("u", "e")), (WEB, bad("u", "e"))], 2, 1,
    ),
    "two on one device": (
        [(WEB, identify("u", "d")), (WEB, identify("v", "d")), (WEB, bad("u", "d")), (WEB, bad("v", "d")),
         (SERVER, bad("u")), (SERVER, bad("v")), (WEB, bad(None, "d"))], 2,
    ),
    "one anonymousId for a whole server": ([(SERVER, bad(f"u{n}", "server")) for n in range(9)], 9),
    "the ids are equal": ([(WEB, identify("u", "u")), (WEB, bad("u", "u")), (WEB, bad(None, "u"))], 1),
    "an alias": ([(WEB, bad(None, "d")), (WEB, alias("u", "d")), (SERVER, bad("u"))], 1),
    "an alias of an alias": (
        [(WEB, bad(None, "d")), (WEB, alias("a", "d")), (WEB, alias("b", "a")), (WEB, alias("c", "b")),
         (SERVER, bad("c")), (SERVER, bad("b"))], 1,
    ),
    "aliases in a ring": (
        [(WEB, alias("a", "b")), (WEB, alias("b", "c")), (WEB, alias("c", "a")), (WEB, bad("a")), (WEB, bad("b")),
         (WEB, bad("c"))], 1,
    ),
    "an alias that comes after the first call under the new id": (
        [(WEB, identify("old", "d")), (WEB, bad("old", "d")), (WEB, identify("new", "d")), (WEB, alias("new", "old")),
         (WEB, bad("new", "d")), (SERVER, bad("new"))], 1,
    ),
    "an alias moves one user, nobody else": (
        [(WEB, identify("u", "d")), (WEB, identify("v", "e")), (WEB, alias("v", "u")), (WEB, bad("v")), (WEB, bad("u")),
         (WEB, bad(None, "e"))], 2,
    ),
    "the tenant next door knows another": (
        [(NEXT_DOOR, identify("u", "d")), (WEB, bad(None, "d")), (SERVER, bad("u"))], 2,
    ),
    "nobody at all is one": ([(WEB, {**bad(), "anonymousId": "", "userId": "u"}), (SERVER, bad("u"))], 1),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("together", [False, True], ids=["each for itself", "in one group"])
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_a_person_is_counted_once(story, together):
    steps, apart, *at_once = story
    sources, tally = company(), None
    for minute, (where, call) in enumerate(steps):
        given = tally if together else None
        tally = tally_of(origin_of(sources[where]), [call], NOON + timedelta(minutes=minute), tally=given)
        if not together:
            store(tally)
    if together:
        store(tally)
    assert concerned(sources[WEB], sources[SERVER]) == (at_once[0] if together and at_once else apart)


@pytest.mark.django_db
def test_what_says_nothing_costs_nothing_and_what_is_known_one_query(monkeypatch):
    web, queries, execute = company()[WEB], [], psycopg.Cursor.execute
    record(web, [identify("u", "d"), identify("v", "e")])
    known = tally_of(origin_of(web), [identify("u", "d")] * 50 + [bad("v"), bad(None, "e"), bad("w")])
    silent = tally_of(origin_of(web), [track("Product Viewed", {"price": 1})])
    monkeypatch.setattr(
        psycopg.Cursor,
        "execute",
        lambda self, *given, **more: queries.append(given) or execute(self, *given, **more),
    )
    joining.join(silent)
    assert not queries
    joining.join(known)
    assert len(queries) == 1


@pytest.mark.django_db
def test_who_is_met_again_is_kept_and_others_are_forgotten_with_their_month():
    sources = company()
    record(sources[WEB], [identify("kept", "d"), identify("gone", "e")], NOON - 5 * MONTH)
    record(sources[WEB], [identify("kept", "d")], NOON - 3 * MONTH)
    record(sources[SERVER], [bad("kept")], NOON - MONTH)
    for month in range(6):
        joining.drop_old((NOON - month * MONTH).date())
    assert [start.month for start in partitions.existing(joining.TABLE, Period.MONTH)] == [10]
    record(sources[WEB], [bad(None, "d")])
    assert concerned(*sources.values()) == 1
    record(sources[SERVER], [bad("gone"), bad(None, "e")])
    assert concerned(*sources.values()) == 3


@pytest.mark.django_db
def test_a_flood_of_people_stops_at_the_cap_of_its_source(monkeypatch):
    monkeypatch.setattr(joining, "A_MONTH", 10)
    sources = company()
    for flood in range(5):
        record(sources[WEB], [identify(f"u{flood}-{n}", f"d{flood}-{n}") for n in range(4)])
    assert kept() == 10
    record(sources[SERVER], [bad(None, "d"), identify("u", "d")])
    record(sources[WEB], [bad("u"), bad("late", "x"), bad(None, "x")])
    assert kept() == 12
    assert concerned(sources[SERVER], sources[WEB]) == 2
    record(sources[WEB], [identify("next", "month")], NOON + MONTH)
    assert kept() == 14


@pytest.mark.django_db(transaction=True)
def test_what_this_process_heard_is_not_asked_again_and_true_none_the_less(monkeypatch):
    sources, find, asked = company(), joining._FIND, []
    joining.forget()
    record(sources[WEB], [bad(None, "d")])
    record(sources[WEB], [identify("u", "d")])
    execute = psycopg.Cursor.execute
    monkeypatch.setattr(
        psycopg.Cursor, "execute", lambda self, *given: asked.append(given[0]) or execute(self, *given)
    )
    record(sources[WEB], [identify("u", "d")])
    assert find not in asked
    record(sources[WEB], [identify("u", "d"), bad("u", "e")])
    record(sources[SERVER], [bad("u"), identify("u", "d")])
    assert asked.count(find) == 3  # one of them again, under the lock
    assert concerned(sources[WEB], sources[SERVER]) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_meet_a_person_at_once_agree():
    sources = company()
    for number in range(10):
        first, second = (
            tally_of(origin_of(sources[where]), [bad(f"u{number}", device), bad(None, device)])
            for where, device in ((WEB, f"d{number}"), (SERVER, f"e{number}"))
        )
        at_once(lambda tally=first: store(tally), lambda tally=second: store(tally))
    assert concerned(sources[WEB], sources[SERVER]) == 10


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_random_traffic_is_told_within_the_error_of_the_sketch(seed):
    """People with some devices each, who sign in on a device before they do anything signed in, or never do."""
    chance, sources = random.Random(seed), company()
    crowd, concerned_ones, calls = 400, set(), []
    for number in range(crowd):
        user, devices = f"u{seed}-{number}", [f"d{seed}-{number}-{n}" for n in range(chance.randint(1, 3))]
        mine = [(WEB, bad(None, devices[0]))] * chance.randint(0, 2)
        for device in devices if chance.random() < 0.7 else ():
            mine.append((WEB, chance.choice([identify(user, device), alias(user, device)])))
            mine += chance.choices(
                [(WEB, bad(user, device)), (WEB, bad(None, device)), (SERVER, bad(user))],
                k=chance.randint(0, 3),
            )
        if any(call["type"] == "track" for _, call in mine):
            concerned_ones.add(devices[0])
        calls += [
            ((n + chance.random()) / (len(mine) + 1), where, call) for n, (where, call) in enumerate(mine)
        ]
    calls.sort(key=lambda call: call[0])
    for start in range(0, len(calls), 100):
        tally = None
        for where, source in sources.items():
            sent = [call for _, at, call in calls[start : start + 100] if at == where]
            tally = tally_of(origin_of(source), sent, NOON, tally=tally) if sent else tally
        store(tally)
    found = Violation.objects.filter(source__in=[sources[WEB], sources[SERVER]], code="type")
    bits = reduce(or_, (people.read(row.people) for row in found))
    assert bits == reduce(or_, (people.bit(digest(one)) for one in concerned_ones))
    assert abs(concerned(sources[WEB], sources[SERVER]) / len(concerned_ones) - 1) < 0.2


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM violations_personlink")
        [(rows,)] = cursor.fetchall()
    return rows
