"""Lists of more violations than are counted, and what search finds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import SourceFactory
from tests.violations.rows import traffic_hours, violation
from violations import heat, inbox, searching
from violations.inbox import Counted, Wanted
from violations.models import Violation
from violations.querying import Filters
from violations.routing import routing
from violations.searching import words

HOUR = timedelta(hours=1)


def pages(source, sort="rank", **filters):
    """Events of the rows, a list a page."""
    now = timezone.now()
    window, owners = inbox.last(24 * HOUR, now), routing(source.workspace)
    wanted = Filters(window=window, statuses=("new", "open", "regressed"), **filters)
    found = [
        inbox.listing(source.workspace, wanted, owners, window, now, Wanted(sort, page)) for page in (1, 2, 3)
    ]
    return [[group.first.event for group in one.page] for one in found], found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("most", "in_order"),
    [(3, 3), (100, 3), (100, 100)],
    ids=["more than are known", "known by number", "all counted"],
)
def test_the_order_is_the_same_however_many_there_are(monkeypatch, most, in_order):
    now = timezone.now()
    source = SourceFactory.create()
    other = SourceFactory.create(workspace=source.workspace)
    for number, count in enumerate((3, 500, 60, 9_000, 20, 1)):
        violation(source, f"Event {number}", first_seen_at=now - HOUR, count=count)
        traffic_hours(source, "track", f"Event {number}", {now - HOUR: 9_000}, violating=count)
    violation(other, "Event 0", first_seen_at=now - HOUR, count=1)
    violation(source, "Old", first_seen_at=now - 90 * HOUR, count=90_000)
    monkeypatch.setattr(inbox, "MOST", most)
    monkeypatch.setattr(inbox, "MOST_IN_ORDER", in_order)
    monkeypatch.setattr(inbox, "PAGE", 2)

    shown, found = pages(source)

    assert shown == [["Event 3", "Event 1"], ["Event 2", "Event 4"], ["Event 0", "Event 5"]]
    assert [one.has_more for one in found] == [True, True, False]
    [folded] = [group for group in found[2].page if group.first.event == "Event 0"]
    assert (len(folded.entries), folded.count) == (2, 4)
    assert found[0].rows == (Counted(6, is_all=True) if most == 100 else Counted(4, is_all=False))
    assert found[0].is_counted == (in_order == 100)


@pytest.mark.django_db
def test_heat_of_two_writes_is_that_of_one():
    now = timezone.now()
    source = SourceFactory.create()
    hours = {now: 7, now - 5 * HOUR: 90, now - 500 * HOUR: 3}
    row = violation(source, "Event", first_seen_at=now, count=1)
    parts = [heat.of({hour: count}) for hour, count in hours.items()]
    for a, b in (parts[:2], (heat.of(dict(list(hours.items())[:2])), parts[2])):
        merged = heat.MERGED.format(a=f"{a!r}::float8", b=f"{b!r}::float8")
        [found] = Violation.objects.raw(f"SELECT *, {merged} AS together FROM violations_violation")
    assert found == row
    assert found.together == pytest.approx(heat.of(hours))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("orderId", ["orderid", "order", "id"]),
        ("order_id", ["order", "id"]),
        ("HTTPServer2Error", ["httpserver2error", "http", "server2", "error"]),
        ("Ünïcode Sentence", ["ünïcode", "sentence"]),
        ("'; DROP -- \\u0000 ':*", ["drop", "u0000"]),
        ("", []),
    ],
)
def test_words_are_cut_where_names_are_cut(text, found):
    assert words([text]) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "places", [(9, 9, 9), (0, 9, 9), (0, 0, 9), (0, 0, 0)], ids=["named", "few", "many", "everywhere"]
)
@pytest.mark.parametrize(
    ("asked", "events"),
    [
        ("order", ["Order Completed", "orderRefunded"]),
        ("REFUND", ["orderRefunded"]),
        ("order comp", ["Order Completed"]),
        ("rder", []),
        ("'x':* | !y \\", []),
        ("  ", ["Order Completed", "Signed Up", "orderRefunded"]),
    ],
)
def test_search_finds_how_words_begin(monkeypatch, places, asked, events):
    for name, most in zip(("NAMED", "FEW", "MANY"), places, strict=True):
        monkeypatch.setattr(searching, name, most)
    now = timezone.now()
    source = SourceFactory.create()
    for event in ("Order Completed", "orderRefunded", "Signed Up"):
        violation(source, event, first_seen_at=now - HOUR, path="event")
    shown, _ = pages(source, q=asked)
    assert sorted(shown[0]) == events
