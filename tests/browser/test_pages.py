"""Each page, light and dark, wide and narrow: quiet console, no axe violation, nothing out of the frame."""

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.browser.conftest import Site
from tests.browser.pages import PAGES, Page
from tests.world import QUERIES

# What passes is told by one node a rule: listing them all took longer than judging them.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
LOOKS: list[tuple[Literal["light", "dark"], int]] = [
    ("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360),
]  # fmt: skip
SHOTS = os.environ.get("SHOTS")  # a folder: what was seen is kept there


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_sound_in_every_look(site: Site, page: Page):
    wrong = []
    context = site.visit(getattr(site.world, page.role) if page.role else None)
    tab = context.new_page()
    tab.on("console", lambda message: wrong.append(f"console: {message.text}"))
    tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    tab.on("request", lambda request: wrong.extend(_foreign(request.url, site.url)))
    answer = tab.goto(address(site, page))
    if page.press:
        tab.get_by_label(page.fill[0], exact=True).fill(page.fill[1])
        with tab.expect_response(lambda response: response.request.method == "POST") as pressed:
            tab.get_by_role("button", name=page.press, exact=True).click()
        answer = pressed.value
    tab.wait_for_load_state("networkidle")
    assert answer is not None
    assert answer.status == page.status
    tab.evaluate(Axe().axe_script)
    for scheme, width in LOOKS:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{scheme} {width}: {what}" for what in _faults(tab)]
        if SHOTS:
            tab.screenshot(path=str(Path(SHOTS) / f"{page}-{scheme}-{width}.png"), full_page=True)
    context.close()

    expected = [] if page.status < 400 else [f"console: .*status of {page.status}.*"]
    assert [what for what in wrong if not any(re.match(one, what) for one in expected)] == []


def address(site: Site, page: Page) -> str:
    words = site.world.words()
    if page.path:
        return page.path.format(**words)
    first = ["ws"] if page.in_workspace else []
    path = reverse(page.name, args=[words[word] for word in (*first, *page.args)])
    return path + (page.query.format(**words) or QUERIES.get(page.name, ""))


def _faults(tab) -> list[str]:
    faults = []
    if tab.locator("h1").count() != 1:
        faults.append(f"{tab.locator('h1').count()} h1")
    if not tab.title().removesuffix("Planwright").strip(" ·"):
        faults.append("no title of its own")
    over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    if over > 0:
        faults.append(f"{over} px wider than the window")
    for violation in tab.evaluate("options => axe.run(options).then(found => found.violations)", AXE_OPTIONS):
        faults += [f"axe {violation['id']}: {node['html'][:160]}" for node in violation["nodes"]]
    return faults


def _foreign(url: str, own: str) -> list[str]:
    parts = urlsplit(url)
    return [] if parts.scheme in {"data", "blob"} or url.startswith(own) else [f"request to {parts.netloc}"]
