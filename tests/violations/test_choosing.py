"""Which messages are kept as samples: those that show something new first. Table-driven."""

from datetime import UTC, datetime, timedelta

import pytest

from violations import choosing
from violations.choosing import Candidate, Known

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minute):
    return NOON + timedelta(minutes=minute)


def candidates(text):
    """`text:1.0:GBP number:1.0:0`: type, release and look of one a minute."""
    told = [one.split(":") for one in text.split()]
    return [Candidate(kind, release, looks, at(n), n) for n, (kind, release, looks) in enumerate(told)]


def known(types, releases, looks):
    return Known(set(types.split()), set(releases.split()), set(looks.split()), NOON)


@pytest.mark.parametrize(
    ("came", "before", "most", "chosen"),
    [
        ("", None, 10, []),
        ("text:1:a text:1:a text:1:a", None, 10, [2]),  # the newest of those that are the same
        ("number:1:0 text:1:a text:1:a", None, 10, [0, 2]),  # the only number stays, however old
        ("text:2:a text:1:a text:1:a", None, 10, [0, 2]),  # so does the only one of a release
        ("text:1:b text:1:a text:1:a", None, 10, [0, 2]),  # and of a look
        ("text:1:b text:2:a number:1:0 text:1:a", None, 2, [2, 3]),  # types before releases
        ("text:1:b text:2:a text:1:a", None, 2, [1, 2]),  # releases before looks
        ("text:1:a number:2:0", known("text number", "1", "a 0"), 10, [1]),  # a known type in a new release
        ("text:1:a", known("text", "1", "a"), 10, []),
        ("text:1:a number:1:0", known("", "", ""), 0, []),
    ],
)
def test_what_shows_something_new_is_chosen(came, before, most, chosen):
    assert [one.seen for one in choosing.differing(candidates(came), before, most)] == chosen


@pytest.mark.parametrize(
    ("chosen", "most", "kept"),
    [([0], 2, [0, 3]), ([], 2, [2, 3]), ([0, 1], 2, [0, 1]), ([3], 9, [0, 1, 2, 3]), ([], 0, [])],
)
def test_the_newest_fill_the_rest(chosen, most, kept):
    every = candidates("text:1:a text:1:a text:1:a text:1:a")
    found = choosing.with_newest([every[n] for n in chosen], every, most)
    assert [one.seen for one in found] == kept


@pytest.mark.parametrize(
    ("actual", "told"),
    [
        (None, ""), ("", ""), ('"12"', "text"), ("12", "number"), ("-1", "number"), ("NaN", "number"),
        ("null", "null"), ("true", "boolean"), ("false", "boolean"), ("[1", "list"), ('{"a"', "object"),
    ],
)  # fmt: skip
def test_a_value_has_a_type(actual, told):
    assert choosing.type_of(actual) == told
