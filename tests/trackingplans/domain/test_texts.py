"""One expression over many texts: a match is proof that the engine would accept each of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackingplans.domain import engine, texts
from trackingplans.domain.closing import NO_PLACEHOLDER

FORMATS = ("email", "date", "date-time", "ipv4", "uri")
NEAR = {
    "email": ("a@b.io", "a.b@c-d.example", "a..b@x.io", ".a@x.io", "a@x", "a@-x.io", "a@x-.io", "a@x..io", "@x.io"),
    "date": ("2024-02-28", "2024-02-29", "2023-02-29", "2023-04-31", "2023-13-01", "2023-00-10", "2023-1-1"),
    "date-time": (
        "2024-01-31T23:59:59Z", "2024-01-31T24:00:00Z", "2024-01-31 10:00:00Z", "2024-01-31T10:00:60Z",
        "2024-01-31T10:00:00.123+05:45", "2024-01-31T10:00:00+0545", "2024-04-31T10:00:00Z",
    ),
    "ipv4": ("1.2.3.4", "255.255.255.255", "256.1.1.1", "01.2.3.4", "1.2.3"),
    "uri": (
        "https://a.io", "http://a.io:80/x?y=1#z", "https://a.io/%zz", "https://a.io/a b", "https://a.io:99999/",
        "https:// a", "https://a..b/", "https://a-.io/[x]", "https://a.io/ü",
    ),
}  # fmt: skip
PATTERNS = ("^a+$", "^[A-Z]{2}$", r"^\d{3}-\d{4}$", "^ord_[0-9a-f]{8}$", r"^v\.x?$", "^$", engine.UUID)


def of(asked, *row):
    """Whether the row is matched by an expression for each of its texts."""
    expression = texts.expression(asked)
    assert expression is not None
    match = texts.matcher([expression] * len(row), ())
    return match("".join(text + texts.END for text in row)) is not None


@pytest.mark.parametrize("name", FORMATS)
def test_an_ordinary_text_of_a_format_is_seen_at_once(name):
    assert of({"format": name}, NEAR[name][0])


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in FORMATS for text in NEAR[name]])
def test_near_misses_of_formats_are_never_taken(name, text):
    is_valid = engine.validator({"format": name}).is_valid
    assert is_valid(text) or not of({"format": name}, text)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_taken_for_a_format_the_engine_takes(data):
    name = data.draw(st.sampled_from(FORMATS))
    sure = st.from_regex(texts.expression({"format": name}) or "", fullmatch=True)
    text = data.draw(sure | st.sampled_from(NEAR[name]).flatmap(damaged))
    assert engine.validator({"format": name}).is_valid(text) or not of({"format": name}, text)


def damaged(text):
    """The text with one sign changed, added or taken away."""
    place, sign = st.integers(0, len(text)), st.sampled_from("09aZ@.:-+/%# T\u00e9\n")
    return st.builds(lambda at, put, cut: text[:at] + put + text[at + cut :], place, sign, st.integers(0, 2))


@given(st.sampled_from(PATTERNS), st.text("aAvx_.-019\n\u0661ordf", max_size=12))
@settings(max_examples=300, deadline=None)
def test_patterns_are_taken_as_the_engine_takes_them(pattern, text):
    assert of({"pattern": pattern}, text) == engine.validator({"pattern": pattern}).is_valid(text)


@pytest.mark.parametrize(
    "pattern", ["a", "^a", "a$", "^.$", "^(a|b)$", "^a+b+$", r"^\w$", "^[^a]$", "^a\nb$", "^é$", 7]
)
def test_other_patterns_are_left_to_the_engine(pattern):
    assert texts.expression({"pattern": pattern}) is None


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("", False), ("null", False), ("undefined", False), ("NaN", False), ("[object Object]", False),
        ("nullable", True), ("nu", True), ("n", True), ("Nan", True), ("[object Object] ", True), ("x\ny", True),
    ],
)  # fmt: skip
def test_placeholders_are_refused(text, is_fine):
    assert of({"not": NO_PLACEHOLDER}, text) is is_fine


def test_what_is_asked_twice_of_a_text_has_to_hold_twice():
    asked = {"pattern": "^[a-z]{0,4}$", "not": NO_PLACEHOLDER, "allOf": [{"pattern": "^n[a-z]*$"}]}

    assert [of(asked, text) for text in ("nope", "null", "dope", "nopes")] == [True, False, False, False]


@pytest.mark.parametrize(
    ("row", "is_fine"),
    [
        (["a", "B", "c", "c"], True),
        (["a", "B"], True),
        (["", "B", "c"], True),
        (["a", texts.ABSENT], True),
        (["a", ""], False),
        ([texts.ABSENT, "B"], False),
        (["a", "B", "d"], False),
        (["a", "c"], False),
        (["a"], False),
        ([], False),
        (["aB"], False),
        (["a", "B", "c", ""], False),
    ],
)
def test_texts_are_never_taken_for_their_neighbours(row, is_fine):
    match = texts.matcher(["a*", texts.optional("[A-Z]")], ["c"])

    assert (match("".join(text + texts.END for text in row)) is not None) is is_fine


def test_a_long_row_of_nearly_right_texts_is_refused_without_trying_everything():
    match = texts.matcher(["a*", "[a-b]*", "a*"], ["[a-c]*"])

    assert match(("a" * 20_000 + texts.END) * 40 + "!" + texts.END) is None  # would take hours otherwise
