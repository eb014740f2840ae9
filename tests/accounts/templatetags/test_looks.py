from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.templatetags import looks

THIN = "\u202f"


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (412, 9804, f"4.2{THIN}%"),
        (0, 100, f"0{THIN}%"),
        (100, 100, f"100{THIN}%"),
        (1, 100_000, f"<0.1{THIN}%"),
        (99_999, 100_000, f">99.9{THIN}%"),
        (5, 0, looks.NOTHING),
    ],
)
def test_shares_never_round_to_nothing_or_all(part, whole, words):
    assert looks.percent(part, whole) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=2), "just now"),
        (timedelta(seconds=42), "42 s ago"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3, minutes=50), "3 h ago"),
        (timedelta(days=6), "6 d ago"),
        (timedelta(hours=-5, seconds=-30), "in 5 h"),
    ],
)
def test_times_are_relative_with_the_exact_one_beside(age, words):
    moment = timezone.now() - age

    html = looks.when(moment)

    assert f">{words}</time>" in html
    assert looks.exactly(moment) in html
    assert moment.astimezone(UTC).isoformat(timespec="seconds") in html


def test_old_times_are_days_of_the_calendar():
    assert ">3 Feb 2021</time>" in looks.when(datetime(2021, 2, 3, tzinfo=UTC))


def test_what_never_happened_says_so():
    assert looks.when(None) == "never"
    assert looks.number(None) == looks.NOTHING


def test_a_state_has_an_icon_and_a_word():
    assert "<svg" in looks.state("violating")
    assert "Violates" in looks.state("violating")
    assert "Muted to Friday" in looks.state("muted", "Muted to Friday")
    assert "&lt;b&gt;" in looks.state("muted", "<b>")


@pytest.mark.parametrize("kind", looks.STATES)
def test_every_state_can_be_drawn(kind):
    assert 'aria-hidden="true"' in looks.state(kind)


def test_nothing_hides_in_text_from_outside():
    assert looks.visible("a\u202eb\u200bc\ud800\x00d\n\t") == "a\\u202eb\\u200bc\\ud800\\u0000d\n\t"
    looks.visible("\udfff").encode()
