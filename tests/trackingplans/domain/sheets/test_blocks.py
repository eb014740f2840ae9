"""What a spreadsheet's clipboard holds."""

import pytest

from trackingplans.domain.sheets import blocks


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a", [["a"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\nc\n", [["a", "b"], ["c", ""]]),
        ("a\t\n\tb", [["a", ""], ["", "b"]]),
        ('"two\nlines"\tb', [["two\nlines", "b"]]),
        ('"say ""hi"""\tb', [['say "hi"', "b"]]),
        ('"a\tb"\tc', [["a\tb", "c"]]),
        ('5" screen\tb', [['5" screen', "b"]]),
        ('"never closed\tb', [['"never closed', "b"]]),
        ('"half" closed\tb', [['"half" closed', "b"]]),
        ("a\r\rb", [["a"], ["b"]]),
        (" a \t b ", [["a", "b"]]),
        ("\n\t\na", [["a"]]),
    ],
)
def test_tab_separated_text_is_read_as_spreadsheets_write_it(text, rows):
    assert blocks.rows(text) == rows


@pytest.mark.parametrize(
    ("html", "rows"),
    [
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", [["a", "b"], ["c", "d"]]),
        ("<TABLE><tr><th>a&amp;b</th><td>x<br>y</td></tr></TABLE>", [["a&b", "x\ny"]]),
        ('<table><tr><td colspan="2">a</td><td>b</td></tr></table>', [["a", "", "b"]]),
        (
            "<table><tr><td rowspan=2>Order<td>a</td></tr><tr><td>b</td></tr><tr><td>Cart</td><td>c</td></tr></table>",
            [["Order", "a"], ["", "b"], ["Cart", "c"]],
        ),
        (
            "<style>td {x: y}</style><table>\n <tr>\n  <td><b>bold</b> text\n  here</td>\n<td>b</td></tr></table>",
            [["bold text here", "b"]],
        ),
    ],
)
def test_a_table_is_read_out_of_html(html, rows):
    assert blocks.rows("something else", html) == rows


def test_html_without_a_table_leaves_it_to_the_text():
    assert blocks.rows("a\tb", "<b>a b</b>") == [["a", "b"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 2_000_001, "characters"),
        ("x\n" * 5_001, "5,001 rows"),
        ("\t".join("x" * 61), "61 columns"),
    ],
)
def test_a_block_without_measure_is_refused(text, words):
    with pytest.raises(blocks.BlockError, match=words):
        blocks.rows(text)


@pytest.mark.parametrize("rows", [[["a", 'b"c'], ["d\te", "f\ng"]], [["", "x"]]])
def test_what_is_written_is_read_back(rows):
    assert blocks.rows(blocks.text(rows)) == rows
