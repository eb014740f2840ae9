import pytest

from accounts.templatetags.looks import coded


@pytest.mark.parametrize(
    ("sentence", "html"),
    [
        ("`total` should be a number.", "<code>total</code> should be a number."),
        ("`a` or `b`", "<code>a</code> or <code>b</code>"),
        ("`<b>` & more", "<code>&lt;b&gt;</code> &amp; more"),
        ("5` long", "5` long"),
        ("`a\u202eb`", "<code>a\\u202eb</code>"),
    ],
)
def test_names_in_backticks_are_shown_as_code(sentence, html):
    assert coded(sentence) == html
