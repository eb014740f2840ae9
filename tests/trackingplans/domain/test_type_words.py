"""What a property holds, as people say it in sheets."""

import pytest

from trackingplans.domain import type_words


@pytest.mark.parametrize(
    ("said", "keywords"),
    [
        ("string", {"type": "string"}),
        ("Text", {"type": "string"}),
        ("VARCHAR", {"type": "string"}),
        ("int", {"type": "integer"}),
        ("whole number", {"type": "integer"}),
        ("Float", {"type": "number"}),
        ("true or false", {"type": "boolean"}),
        ("TRUE/FALSE", {"type": "boolean"}),
        ("bool or null", {"type": ["boolean", "null"]}),
        ("string?", {"type": ["string", "null"]}),
        ("nullable integer", {"type": ["integer", "null"]}),
        ("string | number", {"type": ["string", "number"]}),
        ("datetime", {"type": "string", "format": "date-time"}),
        ("e-mail address or empty", {"type": ["string", "null"], "format": "email"}),
        ("url", {"type": "string", "format": "uri"}),
        ("array", {"type": "array"}),
        ("string[]", {"type": "array", "items": {"type": "string"}}),
        ("array<object>", {"type": "array", "items": {"type": "object"}}),
        ("list of whole numbers", {"type": "array", "items": {"type": "integer"}}),
        ("list of anything", {"type": "array"}),
        ("text in the format hostname", {"type": "string", "format": "hostname"}),
        ("any", {}),
        ("  ", {}),
    ],
)
def test_words_are_read(said, keywords):
    assert type_words.read(said) == keywords


@pytest.mark.parametrize("said", ["strng", "text or foo", "list of wombats", "=SUM(A1)"])
def test_a_word_that_is_no_type_is_named(said):
    with pytest.raises(type_words.UnknownType, match="is no type. Write text, number".replace(".", r"\.")):
        type_words.read(said)


@pytest.mark.parametrize(
    "kind", [*type_words.TYPES, ["string", "null"], ["number", "string"], ["boolean", "null"]]
)
@pytest.mark.parametrize(
    "more", [{}, {"format": "date-time"}, {"format": "x-own"}, {"items": {"type": "boolean"}}]
)
def test_what_is_written_is_read_back(kind, more):
    held = {"string": "format", "array": "items"}
    kinds = kind if isinstance(kind, list) else [kind]
    schema = {"type": kind} | {
        key: value for key, value in more.items() if any(held.get(k) == key for k in kinds)
    }

    assert type_words.read(type_words.words(schema)) == schema
