import pytest

from trackingplans.domain.likeness import likeness


@pytest.mark.parametrize(
    ("actual", "looks", "hidden"),
    [
        ('"GBP"', '"GBP"', "text"),
        ('"not set"', '"not set"', "text"),
        ('"12.50"', "text like 00.00", "text"),
        ('"50314b8e9bcf000000000000"', "text like 000…a0a0aaa000…", "text"),
        ('"ana@example.com"', "an e-mail address", "text"),
        ('"Ana Lindqvist of Strider, Uppsala"', "text like Aaa Aaa… aa Aaa…, Aaa…", "text"),
        ('""', "empty text", "text"),
        ('"  "', "blank text", "text"),
        ("7", "7", "a number"),
        ("-12.5", "a number like -00.0", "a number"),
        ("null", "null", "null"),
        ("true", "true", "true"),
        ('{"a":1}', "an object", "an object"),
        ("[1", "a list", "a list"),
        (None, "nothing", "nothing"),
    ],
)
def test_what_values_look_like(actual, looks, hidden):
    shown = likeness(actual, hidden=False)
    assert (shown.replace("Aaaa…", "Aaa…"), likeness(actual, hidden=True)) == (looks, hidden)
