"""The digest as a mail program shows it: narrow and wide, light and dark, no images; its text twin says the same."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Site
from tests.browser.test_pages import AXE_OPTIONS
from violations import lettering
from violations.digest_models import Digest, DigestKind
from violations.reading import Reader

LOOKS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", 360), ("dark", 360), ("light", 600), ("dark", 600),
]  # fmt: skip
SHOTS = os.environ.get("SHOTS")
LINE = {
    "change": "new", "violation": "vi_1", "not_in_plan": False, "title": "Order Completed › total",
    "sentence": "`total` should be a number.", "meant": "", "renamed": "", "example": '"89.90"', "changed_by": 14,
    "count": 412, "base": 9804, "critical": True, "sources": ["Web"], "release": "3.2.0",
    "since": "2026-11-24T09:10:00+00:00",
}  # fmt: skip
RENAMED = "Android orders vanished from the funnel: people are buying, 2.4.0 renamed the event"
LINES = [
    LINE,
    LINE | {"renamed": RENAMED, "title": "Order Complete", "meant": "Order Completed", "not_in_plan": True},
    LINE
    | {"change": "back", "title": "A" * 10_000, "sentence": f"`{'b' * 10_000}` is required.", "example": ""},
    LINE | {"change": "growing", "sources": ["Web", "iOS", "Android", "Backend"], "changed_by": 0},
    LINE | {"change": "unmuted", "title": "Signed Up › type"},
    LINE | {"change": "fixed", "title": "</td><a href=//evil.example>x</a>\u202e\r\n", "example": ""},
]


def _digest(site: Site) -> Digest:
    digest = Digest.objects.select_related("team", "workspace", "plan").get(pk=site.world.digest.pk)
    several = {"violations": 1200, "not_in_plan": 3, "occurrences": 9}
    digest.numbers |= {
        "changes": dict.fromkeys(("new", "back", "growing", "unmuted", "fixed", "debt", "rare", "open"), several),
        "open": 1200, "open_since": "2026-11-01T09:00:00+00:00", "copied": several, "lines": LINES,
        "together": {"all": 4815, "not_in_plan": 3, "more": 4809}, "silent": ["Backend", "iOS"],
    }  # fmt: skip
    return digest


def _health(site: Site) -> Digest:
    digest = Digest.objects.select_related("team", "workspace").get(pk=site.world.digest.pk)
    digest.kind, digest.plan = DigestKind.PLAN, site.world.version.plan
    digest.numbers = {
        "plan": "Shop </td><a href=//evil.example>x</a>", "checked": 1_204_311, "sources": 4, "silent": ["Backend"],
        "verdicts": {"conforming": 1_157_343, "violating": 28_903, "unplanned": 18_065},
        "before": {"conforming": 940_000, "judged": 1_000_000},
        "problems": {"new": 3, "all": 41, "errors": 2}, "versions": [13, 14], "not_in_plan": 18, "open": 26,
        "missing": {"planned": 73, "events": 9, "first": ["A" * 300, "Coupon Denied", "Review Shared"]},
        "open_since": "2026-11-01T09:00:00+00:00",
    }  # fmt: skip
    return digest


@pytest.mark.parametrize("made", [_digest, _health])
def test_a_digest_reads_well_as_a_mail(site: Site, made: Callable[[Site], Digest]):
    letter = lettering.letter(made(site), Reader("ana@example.com", is_member=True))
    context = site.browser.new_context()
    tab = context.new_page()
    tab.route("**/*", lambda route: route.abort())  # no image, no sheet, nothing from outside
    tab.set_content(letter.html)
    tab.evaluate(Axe().axe_script)
    grounds = set()
    for scheme, width in LOOKS:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        grounds.add(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        found = tab.evaluate("options => axe.run(options).then(found => found.violations)", AXE_OPTIONS)
        wrong = [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
        assert [
            what for what in wrong if not what.startswith(("landmark", "region"))
        ] == []  # a mail has none
        if SHOTS:
            tab.screenshot(
                path=str(Path(SHOTS) / f"{made.__name__[1:]}-mail-{scheme}-{width}.png"), full_page=True
            )
    assert len(grounds) == 2
    assert tab.locator("img, picture, svg, video").count() == 0
    seen, said = tab.locator("body").inner_text(), letter.text
    links = tab.locator("a").evaluate_all("links => links.map(link => link.href)")
    context.close()
    assert _facts(seen) == _facts(said)
    assert "`" not in seen
    assert set(re.findall(r"http\S+", said)) <= set(links)


def _facts(text: str) -> set[str]:
    """What a text says, word for word: without its addresses, its order on the page and how it is set."""
    words = re.sub(r"http\S+", " ", text).upper().replace("`", "")
    return set(re.findall(r"[^\s·:,;.()]+", words))
