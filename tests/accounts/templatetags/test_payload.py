import json
import re
from html import unescape

import pytest

from accounts.templatetags.payload import payload

DOCUMENT = {
    "event": "Order Completed",
    "properties": {"total": "89.90", "a.b": 1, "products": [{"sku": "G-32"}, {"sku": None}], "empty": {}},
    "context": {"page": {name: name for name in "abcdefghij"}},
}


def text(html):
    """What is left for a reader, the lines shown in place of missing things left out."""
    html = re.sub(r"<span class=\"line lit\" data-ghost>.*?\n</span>", "", html, flags=re.S)
    html = re.sub(r"<span class=\"size\" data-ghost>.*?</span>", "", html, flags=re.S)
    return unescape(re.sub(r"<[^>]+>", "", html))


def lit(html):
    return [text(line) for line in re.findall(r'<span class="line lit">(.*?)\n</span>', html, re.S)]


@pytest.mark.parametrize(
    "document",
    [DOCUMENT, [], {}, "text", 0, None, [1, [2, {"a": []}]], {"": {"": ""}}, {"deep": [[[[[[1]]]]]]}],
)
def test_what_is_shown_is_the_document_itself(document):
    assert json.loads(text(payload(json.dumps(document)))) == document


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("event", '  "event": "Order Completed",'),
        ("properties.total", '    "total": "89.90",'),
        ("properties.products.1.sku", '        "sku": null'),
        (r"properties.a\.b", '    "a.b": 1,'),
        ("properties.empty", '    "empty": {}'),
        ("properties.products", '    "products": ['),
    ],
)
def test_the_place_in_question_is_lit(path, shown):
    assert lit(payload(json.dumps(DOCUMENT), path)) == [shown]


def test_what_is_missing_is_shown_where_it_should_be():
    html = payload(json.dumps(DOCUMENT), ["properties.currency", "properties.products.0.price"])

    ghosts = [text(line) for line in re.findall(r'class="ghost">(.*?)</span>', html)]
    assert ghosts == ['"price": missing', '"currency": missing']
    assert json.loads(text(html)) == DOCUMENT


@pytest.mark.parametrize(
    "path", ["(root)", "", "nowhere.at.all", "properties.products.9.sku", "properties.total.x"]
)
def test_a_path_that_leads_nowhere_lights_nothing(path):
    assert lit(payload(json.dumps(DOCUMENT), path)) == []


def test_long_parts_are_folded_unless_something_in_them_is_lit():
    html = payload(json.dumps(DOCUMENT), "properties.total")

    folded = [text(summary) for summary in re.findall(r"<summary.*?</summary>", html, re.S)]
    assert [one.strip() for one in folded] == ['"page": {']


def test_nothing_from_outside_becomes_markup():
    html = payload(json.dumps({"<script>": "</span><img src=x onerror=alert(1)>", "&lt;": 'a"b'}), "<b>")

    assert "<script" not in html
    assert "<img" not in html
    assert "&amp;lt;" in html


@pytest.mark.parametrize("hostile", [r'{"a": "\ud800"}', r'{"a\u0000": 1}', '{"a": NaN}', '{"a": "\u202e"}'])
def test_hostile_text_can_be_shown_and_sent(hostile):
    payload(hostile, "a").encode()


def test_a_deep_document_can_be_shown():
    assert payload("[" * 64 + "]" * 64).count("line") > 60
