from xml.etree import ElementTree

from django.template import Context, Template

from accounts.templatetags import charts


def drawn(html):
    return ElementTree.fromstring(html)


def test_a_sparkline_says_its_numbers_in_words():
    svg = drawn(charts.sparkline([0, 3, 412], "Last 24 hours"))

    assert svg.findtext("title") == "Last 24 hours: 415 in all, at most 412 at once"
    assert [bar.get("class") for bar in svg.findall("rect")] == ["zero", "bar", "bar last"]


def test_the_highest_column_is_full_and_the_least_can_be_seen():
    heights = [
        float(bar.get("height", 0)) for bar in drawn(charts.sparkline([1, 10_000], "x")).findall("rect")
    ]

    assert heights == [1.5, 18]


def test_no_numbers_are_an_empty_chart():
    assert drawn(charts.sparkline([], "x")).findall("rect") == []


def test_nothing_in_a_chart_is_a_style_or_markup_from_outside():
    html = charts.sparkline([1], "</title><script>") + charts.shares([("<b>", 1, "good")], "<i>")

    assert "style=" not in html
    assert "<script" not in html
    assert "<b>" not in html


def test_shares_fill_the_bar_in_their_order():
    svg = drawn(
        charts.shares([("conform", 90, "good"), ("violate", 10, "bad"), ("not in plan", 0, "warn")], "24 h")
    )

    parts = [(part.get("class"), float(part.get("x", 0))) for part in svg.findall("rect")]
    assert parts == [("good", 0.0), ("bad", 900.0), ("warn", 1000.0)]
    assert svg.get("aria-label") == "24 h: conform 90, violate 10, not in plan 0"


def test_a_histogram_has_a_table_of_the_same_numbers():
    template = Template("{% histogram points 'Occurrences' marks %}")

    html = template.render(
        Context({"points": [("09:00", 4), ("10:00", 0)], "marks": [("10:00", "v3 published")]})
    )

    assert html.count("<tr>") == 3
    assert "10:00" in html
    assert "v3 published" in html
    assert "style=" not in html
