"""What people do about violations, by keyboard alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.violations.judging import record, track
from tests.violations.rows import violation
from trackingplans import drafting
from violations import triage
from violations.models import Violation


@pytest.fixture
def tab(site: Site):
    context = site.visit(site.world.admin)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert said == []


def at(site: Site, name: str, *args: object) -> str:
    return reverse(name, args=[site.world.workspace.public_id, *args])


def tab_to(page: Page, name: str) -> None:
    """Tab on until the button of this name has the focus."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate_all("(found) => found.includes(document.activeElement)"):
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_violation_is_assigned_muted_resolved_back_commented_and_accepted(site: Site, tab: Page):
    tab.goto(at(site, "violation_list"))
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="total should be a number")).to_be_visible()

    tab.keyboard.press("a")
    tab.keyboard.type(str(site.world.viewer.user))
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text(f"Assigned to {site.world.viewer.user}").first).to_be_visible()

    tab.keyboard.press("m")
    tab_to(tab, "Mute")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Muted until").first).to_be_visible()
    tab.keyboard.press("e")
    expect(tab.get_by_text("Reopened", exact=True)).to_be_visible()
    tab.keyboard.press("e")
    expect(tab.get_by_text("Resolved", exact=True).first).to_be_visible()

    wrong = [track("Order Completed", {"order_id": "1", "total": "89.90"})]
    record(site.world.source, wrong, timezone.now() + timedelta(seconds=1))
    triage.assess(timezone.now() + timedelta(seconds=2))
    tab.reload()
    expect(tab.locator("h1 .state", has_text="Back")).to_be_visible()

    tab.keyboard.press("c")
    tab.keyboard.type("Web 3.2.0 formats it")
    tab_to(tab, "Comment")
    tab.keyboard.press("Enter")
    expect(tab.locator(".activity .said", has_text="Web 3.2.0 formats it")).to_be_visible()

    tab.keyboard.press("p")
    expect(tab.get_by_role("heading", name="Accept into the plan")).to_be_visible()
    tab_to(tab, "Add to the draft")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Once it is published, the violation is accepted by itself.")).to_be_visible()


def test_what_is_not_in_the_plan_goes_into_a_draft(site: Site, tab: Page):
    tab.goto(at(site, "not_in_plan"))
    rows = tab.locator("[data-list] .row-link")
    expect(rows).to_have_count(2)
    for _ in range(2):
        tab.keyboard.press("j")
        tab.keyboard.press("x")
    expect(tab.get_by_text("2 selected")).to_be_visible()
    tab.keyboard.press("p")
    expect(tab.get_by_role("heading", name="Add to a draft")).to_be_visible()
    expect(tab.get_by_label("In the plan as")).to_have_value("Product Viewed")
    tab_to(tab, "Add to the draft")
    tab.keyboard.press("Enter")

    expect(tab.get_by_text("3 are in this draft")).to_be_visible()
    draft = drafting.value(site.world.draft.__class__.objects.latest("pk"))
    (order,) = [rule for rule in draft.rules if rule.name == "Order Completed"]
    assert {"shop", "giftWrap"} <= set(order.schema["properties"]["properties"]["properties"])
    (viewed,) = [rule for rule in draft.rules if rule.name == "Product Viewed"]
    assert [one["name"] for one in viewed.meta["former_names"]] == ["Product Viewd"]


def test_what_is_new_is_told_and_taken_in_without_a_jump(site: Site, tab: Page):
    tab.clock.install()
    tab.goto(at(site, "violation_list"))
    rows = tab.locator("[data-list] .row-link")
    before = rows.count()
    tab.keyboard.press("j")
    expect(tab.locator("[data-list] .row-link:focus")).to_have_count(1)
    now = timezone.now()
    row = violation(
        site.world.source, "Signed Up", first_seen_at=now, code="enum", path="properties.type", count=80,
        passed_at=now + timedelta(seconds=1),
    )  # fmt: skip
    Violation.objects.filter(pk=row.pk).update(passed_at=timezone.now())
    tab.clock.fast_forward(61_000)
    expect(tab.get_by_text("1 new since you opened this")).to_be_visible()
    expect(tab.locator(".arrived:not(.htmx-added)")).to_be_visible()  # before, its link is a plain one
    expect(rows).to_have_count(before)

    tab.keyboard.press("r")
    expect(rows).to_have_count(before + 1)
    expect(tab.get_by_text("new since you opened this")).to_have_count(0)
    expect(tab.locator("[data-list] .row-link:focus")).to_have_count(1)
    row.delete()
