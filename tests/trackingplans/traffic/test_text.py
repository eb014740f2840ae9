import pytest

from trackingplans.traffic import text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Order Completed", "Order Completed"),
        ("a\x00b", "a\\u0000b"),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("\x00" * 300, "\\u0000" * 33 + "\\…"),
    ],
)
def test_names_are_kept_in_a_form_the_database_takes(given, kept):
    assert text.name(given) == kept
