"""A product manager's first plan, by keyboard alone: starter, a sheet, better names, review, approval, publishing."""

import re
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import LOOKS, SHOTS
from trackingplans import live
from trackingplans.models import TrackingPlan

MOST = 40
BADLY_NAMED = {"LoyaltyTier": "loyalty_tier", "giftWrap": "gift_wrap", "Store ID": "store_id"}


class Hands:
    """A keyboard that counts: a key or chord is one, a text in a field is one, a run of one key is one."""

    def __init__(self, page: Page, done: int = 0) -> None:
        self.page, self.done = page, done

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.done += 1

    def tab_to(self, selector: str) -> None:
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(one) => document.activeElement.matches(one)", selector):
                break
        expect(self.page.locator(selector).first).to_be_focused()
        self.done += 1

    def shot(self, name: str) -> None:
        if SHOTS:
            for scheme, width in LOOKS:
                self.page.emulate_media(color_scheme=scheme)
                self.page.set_viewport_size({"width": width, "height": 800})
                self.page.screenshot(path=str(Path(SHOTS) / f"walk-{name}-{scheme}-{width}.png"))
            self.page.emulate_media(color_scheme="light")
            self.page.set_viewport_size({"width": 1280, "height": 800})


def a_sheet() -> str:
    """40 properties of two events, three of them badly named, as Excel puts them on the clipboard."""
    names = [*BADLY_NAMED, *(f"field_{word}" for word in WORDS)]
    rows = [["Event", "Property", "Data type", "Required", "Description"]]
    for number, name in enumerate(names):
        event = {0: "Order Completed", 20: "Store Visited"}.get(number, "")
        rows.append(
            [
                event,
                name,
                ("text", "number", "date")[number % 3],
                "yes" if number % 5 == 0 else "no",
                f"About {name}",
            ]
        )
    return "\n".join("\t".join(row) for row in rows)


WORDS = re.findall(
    r"\w+",
    """anchor basket candle drawer engine feather garden hammer island jacket kettle ladder magnet needle orchard pencil
    quarry ribbon saddle tunnel umbrella valley window yellow zipper bridge copper dinner ember forest glacier harbor
    insect jungle kitten lantern meadow""",
)


def test_a_plan_is_made_reviewed_and_published_by_keyboard_in_40_actions(site: Site):
    world = site.world
    context = site.visit(world.editor)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    hands = Hands(page)
    page.goto(reverse("plan_new", args=[world.workspace.public_id]))
    hands.tab_to("form.form button")
    hands.press("Enter")
    expect(page.get_by_text("E-commerce is there.")).to_be_visible()
    hands.press("e")
    expect(page).to_have_url(re.compile(r"draft=dr_"))
    hands.tab_to("[data-sheet] [data-column]")
    page.evaluate("(text) => navigator.clipboard.writeText(text)", a_sheet())
    hands.press("Control+v")
    expect(page.get_by_role("heading", name="40 rows will change")).to_be_visible()
    expect(page.locator("#paste-preview [data-suggestion]")).to_have_count(3)
    hands.shot("preview")
    for left in (2, 1, 0):
        expect(page.locator("#paste-preview [data-suggestion]").first).to_be_focused()
        hands.press("Enter")
        expect(page.locator("#paste-preview [data-suggestion]")).to_have_count(left)
    expect(page.locator("[data-paste-apply]")).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_text("40 rows pasted as one change.")).to_be_visible()
    hands.shot("grid")
    hands.press("r")
    expect(page.get_by_role("heading", name="Before it is published")).to_be_visible()
    hands.tab_to("aside .more > summary")
    hands.press("Enter")
    hands.tab_to(f"[name=people][value='{world.publisher.public_id}']")
    hands.press("Space")
    hands.tab_to("button[value=ask]")
    hands.press("Enter")
    expect(page.get_by_text("Asked Publisher.")).to_be_visible()
    hands.shot("review")
    address = page.url
    context.close()

    other = site.visit(world.publisher)
    second = Hands(other.new_page(), hands.done)
    second.page.goto(address)
    second.press("a")
    expect(second.page.get_by_text("You approved it.")).to_be_visible()
    second.press("p")
    expect(second.page.get_by_text("Version 2 is live.")).to_be_visible()
    other.close()

    assert second.done <= MOST
    plan = TrackingPlan.objects.get(workspace=world.workspace, name="E-commerce")
    rules = {rule.name: rule for rule in live.plan(plan.live_version_id or 0).rules}
    names = set(rules["Order Completed"].schema["properties"]["properties"]["properties"])
    assert set(BADLY_NAMED.values()) <= names
    assert len(rules["Store Visited"].schema["properties"]["properties"]["properties"]) == 20
