"""The plan's grid by keyboard, as a sheet is used."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


@pytest.fixture
def tab(site: Site):
    context = site.visit(site.world.admin)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


@pytest.fixture
def grid(site: Site, tab: Page) -> Page:
    tab.goto(reverse("plan_detail", args=[site.world.workspace.public_id, site.world.version.plan.public_id]))
    return tab


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def here(page: Page) -> tuple[str, str]:
    """The column and text of the cell that has the focus."""
    found: list[str] = page.evaluate(
        "(({dataset, innerText}) => [dataset.column, dataset.text ?? innerText.trim()])(document.activeElement)"
    )
    return found[0], found[1]


def enter(page: Page) -> None:
    page.locator("[data-sheet] [data-column]").first.focus()


def test_the_grid_is_one_stop_and_arrows_move_inside(grid: Page):
    stops = grid.evaluate(
        "[...document.querySelectorAll('[data-sheet] tbody *')].filter((one) => one.tabIndex >= 0).length"
    )
    enter(grid)
    first = here(grid)
    press(grid, "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft")

    assert stops == 1
    assert here(grid) == first == ("name", "Cart Shared")
    press(grid, "End")
    assert here(grid)[0] == "seen"
    press(grid, "Control+Home")
    assert here(grid) == first


def test_tab_goes_through_a_row_and_out_of_it(grid: Page):
    enter(grid)
    columns = [here(grid)[0]]
    for _ in range(8):
        press(grid, "Tab")
        columns.append(here(grid)[0])
    press(grid, "Tab")

    assert columns == ["name", "why", "holds", "must", "owner", "status", "received", "conforms", "seen"]
    assert not grid.evaluate("document.activeElement.closest('[data-sheet]') !== null")


def test_space_shows_the_properties_and_arrows_go_through_them(grid: Page):
    enter(grid)
    press(grid, "Space")
    expect(grid.locator("tr.property").first).to_be_visible()
    press(grid, "ArrowDown")
    assert here(grid) == ("name", grid.locator("tr.property [data-column=name]").first.inner_text())
    press(grid, "ArrowUp", "Space")

    expect(grid.locator("tr.property").first).to_be_hidden()


def test_a_range_is_copied_as_a_sheet_wants_it(grid: Page):
    enter(grid)
    press(grid, "Shift+ArrowDown", "Shift+ArrowRight")
    selected = grid.locator("[aria-selected=true]").count()
    press(grid, "Control+c")
    text = grid.evaluate("navigator.clipboard.readText()")

    assert selected == 4
    rows = [line.split("\t") for line in text.split("\n")]
    assert [row[0] for row in rows] == ["Cart Shared", "Cart Viewed"]
    assert all(len(row) == 2 and row[1].endswith("?") for row in rows)
    press(grid, "Escape")
    expect(grid.locator("[aria-selected=true]")).to_have_count(0)


def test_enter_opens_the_event(grid: Page):
    enter(grid)
    press(grid, "Enter")

    expect(grid.get_by_role("heading", level=1)).to_have_text(re.compile("Cart Shared"))


def test_sorting_and_grouping_stand_in_the_address_and_columns_are_remembered(grid: Page):
    grid.get_by_role("link", name="24 h", exact=True).click()
    expect(grid).to_have_url(re.compile(r"sort=-received"))
    expect(grid.locator("th[aria-sort=descending]")).to_have_text("24 h")
    grid.get_by_label("Group").select_option("none")
    expect(grid).to_have_url(re.compile(r"group=none"))
    expect(grid.locator("[data-sheet] [data-column=name]").first).to_contain_text("Order Completed")
    grid.get_by_text("Columns", exact=True).click()
    grid.get_by_label("Owner", exact=True).nth(1).uncheck()
    grid.get_by_role("button", name="Show these").click()
    grid.goto(grid.url.split("?")[0])

    expect(grid.get_by_role("columnheader", name="State")).to_be_visible()
    expect(grid.get_by_role("columnheader", name="Owner")).to_have_count(0)
