"""The plan edited in its grid, by keyboard."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_grid import enter, here, press
from tests.browser.test_pages import SHOTS
from trackingplans import drafting
from trackingplans.draft_models import Draft


@pytest.fixture
def draft(site: Site) -> Draft:
    return drafting.start(site.world.version.plan, site.world.editor.user, "Mine")


@pytest.fixture
def grid(site: Site, draft: Draft):
    context = site.visit(site.world.editor)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(
        reverse("plan_detail", args=[site.world.workspace.public_id, draft.plan.public_id])
        + f"?draft={draft.public_id}"
    )
    yield page
    context.close()
    assert said == []


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/grid-{name}.png")


def rule(draft: Draft, name: str):
    return next(one for one in drafting.value(Draft.objects.get(pk=draft.pk)).rules if one.name == name)


def test_a_cell_is_written_and_undone(grid: Page, draft: Draft):
    enter(grid)
    press(grid, "ArrowRight")
    before = here(grid)
    grid.keyboard.type("Who shares?")
    press(grid, "Enter")
    expect(grid.locator("[data-column=why]").first).to_have_text("Who shares?")
    expect(grid.locator(".saving")).to_have_count(0)
    assert rule(draft, "Cart Shared").meta["purpose"] == "Who shares?"

    press(grid, "Control+z")
    expect(grid.locator("[data-column=why]").first).to_have_text(before[1])
    press(grid, "Control+y")
    expect(grid.locator("[data-column=why]").first).to_have_text("Who shares?")


def test_escape_leaves_a_cell_as_it_was(grid: Page, draft: Draft):
    enter(grid)
    press(grid, "ArrowRight", "F2")
    grid.keyboard.type("nothing")
    press(grid, "Escape")

    assert here(grid)[0] == "why"
    assert Draft.objects.get(pk=draft.pk).revision == draft.revision


def test_many_cells_are_written_at_once_and_filled_down(grid: Page, draft: Draft):
    enter(grid)
    press(grid, *["ArrowRight"] * 3, *["Shift+ArrowDown"] * 3)
    grid.keyboard.type("critical")
    press(grid, "Control+Enter")
    expect(grid.locator("tbody [data-column=must] .state")).to_have_count(5)
    press(grid, "ArrowRight")
    press(grid, "Shift+ArrowUp", "Control+d")
    expect(grid.locator(".saving")).to_have_count(0)

    assert Draft.objects.get(pk=draft.pk).revision >= draft.revision + 1


def test_what_cannot_stand_in_a_cell_is_told_and_not_saved(grid: Page, draft: Draft):
    enter(grid)
    press(grid, *["ArrowRight"] * 4)
    grid.keyboard.type("nobody")
    press(grid, "Enter")

    expect(grid.locator(".toast-error")).to_contain_text("There is no team “nobody”")
    expect(grid.locator(".wrong")).to_have_count(1)
    expect(grid.locator(".cell-editor")).to_have_value("nobody")
    press(grid, "Escape")
    expect(grid.locator(".cell-editor")).to_have_count(0)


def test_names_are_judged_while_they_are_typed(grid: Page, draft: Draft):
    enter(grid)
    press(grid, "Enter")
    grid.keyboard.press("Control+a")
    grid.keyboard.type("order finished")
    expect(grid.locator(".names-box button").first).to_contain_text("950 times last week: use it?")
    grid.keyboard.press("Control+a")
    grid.keyboard.type("share cart")
    expect(grid.locator(".names-box button").first).to_contain_text("Cart Shared")
    press(grid, "Escape")


def test_a_property_is_added_and_removed(grid: Page, draft: Draft):
    enter(grid)
    press(grid, "Space")
    expect(grid.locator("tr.adding")).to_be_visible()
    press(grid, *["ArrowDown"] * (grid.locator("tr.property").count()))
    expect(grid.locator("tr.adding [data-column=name]")).to_be_focused()
    grid.keyboard.type("channel_kind")
    press(grid, "Enter")
    expect(grid.locator("tr.property [data-text=channel_kind]")).to_be_visible()
    expect(grid.locator(".saving")).to_have_count(0)

    assert "channel_kind" in rule(draft, "Cart Shared").schema["properties"]["properties"]["properties"]


def test_a_block_is_previewed_and_pasted_as_one_change(grid: Page, draft: Draft):
    rows = (
        ["Event", "Property", "Type", "Required"],
        ["Cart Shared", "ShareUrl", "url", "yes"],
        ["", "count", "strng", "no"],
    )
    enter(grid)
    grid.evaluate("(text) => navigator.clipboard.writeText(text)", "\n".join("\t".join(row) for row in rows))
    press(grid, "Control+v")
    expect(grid.get_by_role("heading", name="1 row will change, 1 cannot be read")).to_be_visible()
    expect(grid.get_by_text("“strng” is no type")).to_be_visible()
    expect(grid.locator("[data-suggestion]").first).to_be_focused()
    press(grid, "Enter")
    expect(grid.locator("[data-suggestion]")).to_have_count(0)
    expect(grid.locator("[data-paste-apply]")).to_be_focused()
    press(grid, "Enter")
    expect(grid.get_by_text("1 row pasted as one change.")).to_be_visible()

    inside = rule(draft, "Cart Shared").schema["properties"]["properties"]
    assert inside["properties"]["share_url"] == {"type": "string", "format": "uri"}
    grid.get_by_role("button", name="Undo").last.click()
    expect(grid).to_have_url(re.compile("draft="))
    assert "share_url" not in rule(draft, "Cart Shared").schema["properties"]["properties"]["properties"]


def write(page: Page, row: int, text: str) -> None:
    """Text into the cell that says why an event exists."""
    page.locator("[data-item] [data-column=why]").nth(row).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(".saving")).to_have_count(0)


@pytest.mark.parametrize(
    ("button", "kept"), [("Keep theirs", "Ben was here"), ("Write mine over it", "Mine")]
)
def test_the_second_of_two_browsers_sees_what_the_first_did_and_chooses(
    grid: Page, draft: Draft, site: Site, button: str, kept: str
):
    other = site.visit(site.world.admin).new_page()
    other.goto(grid.url)
    for page, row, text in ((other, 0, "Ben was here"), (other, 2, "Ben again"), (grid, 0, "Mine")):
        write(page, row, text)
    expect(grid.get_by_role("heading", name="Somebody changed the same thing")).to_be_visible()
    expect(grid.locator("[data-conflict]")).to_contain_text("Ben was here")
    grid.get_by_role("button", name=button).click()
    expect(grid.locator("[data-column=why]").first).to_have_text(kept)
    expect(grid.locator("[data-item] [data-column=why]").nth(2)).to_have_text(
        "Ben again"
    )  # it was not there before
    write(grid, 1, "Another event")
    other.reload()

    expect(other.locator("[data-item] [data-column=why]").first).to_have_text(kept)
    assert rule(draft, "Cart Shared").meta["purpose"] == kept
    assert rule(draft, "Cart Viewed").meta["purpose"] == "Another event"
    told = [step.edits for step in draft.steps.order_by("pk")]
    assert any("Ben was here" in str(edits) for edits in told)  # in the draft's log, whoever won
    other.context.close()


def test_what_traffic_suggests_is_taken_with_one_click(grid: Page, draft: Draft):
    event = reverse("plan_event", args=[draft.workspace.public_id, draft.plan.public_id])
    grid.goto(f"{event}?type=track&name=Order%20Completed&draft={draft.public_id}")
    suggested = grid.get_by_role("region", name="What traffic suggests").get_by_role("listitem")
    expect(suggested.filter(has_text="total")).to_have_count(1)
    before = rule(draft, "Order Completed").schema
    count = suggested.count()
    suggested.filter(has_text="total").get_by_role("button", name="Put into the draft").click()
    expect(grid.locator(".toast")).to_contain_text("Saved in the draft.")

    expect(suggested).to_have_count(count - 1)
    assert rule(draft, "Order Completed").schema != before
    grid.get_by_role("button", name="Undo").click()
    assert rule(draft, "Order Completed").schema == before


def test_many_events_are_changed_by_mouse_as_one_step(grid: Page, draft: Draft):
    names = grid.locator("[data-item] [data-column=name]")
    bar = grid.get_by_role("form", name="What is selected")
    expect(bar).to_be_hidden()
    start, end = (names.nth(at).bounding_box() for at in (0, 2))
    assert start is not None
    assert end is not None
    grid.mouse.move(start["x"] + start["width"] - 5, start["y"] + 10)
    grid.mouse.down()
    grid.mouse.move(end["x"] + end["width"] - 5, end["y"] + 10, steps=4)
    grid.mouse.up()
    names.nth(4).click(modifiers=["Control"], position={"x": start["width"] - 5, "y": 10})
    expect(bar).to_contain_text("4 events")
    bar.get_by_label("What to write").select_option("Importance")
    bar.get_by_label("Text").fill("critical")
    bar.get_by_role("button").click()
    expect(grid.locator("tbody [data-column=must] .state")).to_have_count(5)
    bar.get_by_label("What to write").select_option("Add a label")
    bar.get_by_label("Text").fill("area: shop")
    bar.get_by_label("Text").press("Enter")
    expect(grid.locator("[data-column=labels]", has_text="area: shop")).to_have_count(4)
    shot(grid, "bar")

    assert Draft.objects.get(pk=draft.pk).revision == draft.revision + 2
    grid.get_by_role("button", name="Undo").click()
    grid.wait_for_load_state()
    expect(grid.locator("[data-column=labels]", has_text="area: shop")).to_have_count(0)
    expect(grid.locator("tbody [data-column=must] .state")).to_have_count(5)


def test_properties_are_changed_at_once_and_still_say_how_often_they_come(grid: Page, draft: Draft):
    grid.get_by_role("button", name="Properties of Order Completed").click()
    there = grid.locator("tr.property:has([data-text=total]) [data-column=received]")
    expect(there).to_have_text("100 %")
    rows = grid.locator("tr.property:not(.adding) [data-column=holds]")
    rows.nth(0).click()
    rows.nth(2).click(modifiers=["Shift"])
    bar = grid.get_by_role("form", name="What is selected")
    expect(bar).to_contain_text("3 properties")
    bar.get_by_label("Text").fill("required")
    bar.get_by_role("button").click()
    expect(grid.locator(".saving")).to_have_count(0)
    expect(grid.locator(".toast")).to_contain_text("required")

    expect(there).to_have_text("100 %")
    assert len(rule(draft, "Order Completed").schema["properties"]["properties"]["required"]) >= 3


def test_a_group_of_shared_properties_is_made_in_the_library_and_given_to_events(grid: Page, draft: Draft):
    page = grid
    library = reverse("plan_library", args=[draft.workspace.public_id, draft.plan.public_id])
    page.goto(f"{library}?draft={draft.public_id}")
    page.get_by_role("link", name="currency", exact=True).click()
    page.get_by_role("button", name="Share it, in a draft").click()
    page.goto(f"{library}?draft={draft.public_id}")
    page.get_by_role("link", name="New group").click()
    page.get_by_label("Name").fill("Money")
    page.get_by_role("checkbox", name="currency").check()
    page.get_by_role("checkbox", name="coupon").check()
    shot(page, "group")
    page.get_by_role("button", name="Save in the draft").click()
    page.goto(f"{library}?draft={draft.public_id}")
    page.get_by_role("link", name="Money").click()
    page.get_by_role("checkbox", name="Product Shared").check()
    page.get_by_role("button", name="Give it to these").click()
    expect(page.get_by_text("It stands in a draft")).to_be_visible()
    assert {"currency", "coupon"} <= set(
        rule(draft, "Product Shared").schema["properties"]["properties"]["properties"]
    )

    page.get_by_role("link", name="Edit", exact=True).click()
    names = page.locator("[data-item] [data-column=holds]")
    names.nth(0).click()
    names.nth(1).click(modifiers=["Shift"])
    bar = page.get_by_role("form", name="What is selected")
    bar.get_by_label("What to write").select_option("Add a group of properties")
    bar.get_by_label("Text").fill("Money")
    bar.get_by_role("button").click()
    expect(page.locator(".toast")).to_contain_text("more")
    for name in ("Cart Shared", "Cart Viewed"):
        assert {"currency", "coupon"} <= set(
            rule(draft, name).schema["properties"]["properties"]["properties"]
        )
