"""What people do with the frame and the settings, by mouse and by keyboard."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import mail
from accounts.models import ApiToken, Membership, Team
from tests.browser.conftest import Site

PASSWORD = "a good long password"


@pytest.fixture
def tab(site: Site):
    context = site.visit(site.world.admin)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert said == []


def at(site: Site, name: str, *args: object) -> str:
    return reverse(name, args=[site.world.workspace.public_id, *args])


def test_one_signs_in_with_the_keyboard_alone(site: Site):
    context = site.visit(None)
    page = context.new_page()
    page.goto(at(site, "settings_people"))
    page.keyboard.type(site.world.admin.user.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/settings/people/$"))
    context.close()


def test_the_first_tab_stop_skips_to_the_page(site: Site, tab: Page):
    tab.goto(at(site, "settings_people"))
    tab.keyboard.press("Tab")
    expect(tab.locator(".skip")).to_be_focused()
    tab.keyboard.press("Enter")

    expect(tab.locator("#content")).to_be_focused()


def test_question_mark_shows_the_keys_and_escape_hides_them(site: Site, tab: Page):
    tab.goto(at(site, "settings_people"))
    tab.keyboard.press("?")
    expect(tab.get_by_role("heading", name="Keys")).to_be_visible()

    tab.keyboard.press("Escape")
    expect(tab.get_by_role("heading", name="Keys")).to_be_hidden()
    tab.get_by_label("E-mail").press("?")
    expect(tab.get_by_role("heading", name="Keys")).to_be_hidden()


def test_j_and_k_move_through_a_list_and_enter_opens(site: Site, tab: Page):
    tab.goto(at(site, "settings_teams"))
    tab.keyboard.press("j")
    expect(tab.get_by_role("link", name="Checkout")).to_be_focused()
    tab.keyboard.press("k")
    tab.keyboard.press("Enter")

    expect(tab.get_by_role("heading", name="Checkout")).to_be_visible()


def test_the_theme_is_chosen_and_stays(site: Site, tab: Page):
    tab.emulate_media(color_scheme="light")
    tab.goto(at(site, "settings_people"))
    tab.locator(".rail-foot summary").click()
    tab.get_by_role("button", name="Dark").click()
    tab.goto(at(site, "settings_teams"))

    ground = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(20, 23, 25)"


def test_on_a_phone_the_rail_is_a_sheet(site: Site, tab: Page):
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(at(site, "settings_people"))
    expect(tab.get_by_role("navigation", name="Main")).to_be_hidden()
    tab.get_by_role("button", name="Menu").click()
    expect(tab.get_by_role("navigation", name="Main")).to_be_visible()
    tab.keyboard.press("Escape")

    expect(tab.get_by_role("navigation", name="Main")).to_be_hidden()


def test_a_wrong_field_is_named_described_and_focused(site: Site, tab: Page):
    tab.goto(at(site, "settings_people"))
    tab.get_by_label("E-mail").fill("ben")
    tab.get_by_role("button", name="Invite").click()

    field = tab.get_by_label("E-mail")
    expect(field).to_be_focused()
    expect(field).to_have_value("ben")
    expect(field).to_have_accessible_description(re.compile("valid email"))


def test_a_token_is_copied_revoked_and_taken_back(site: Site, tab: Page):
    tab.goto(at(site, "settings_tokens"))
    tab.get_by_label("Name").fill("Copied")
    tab.get_by_role("button", name="Create token").dblclick()
    tab.get_by_role("button", name="Copy").click()
    expect(tab.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    assert re.fullmatch(r"pw_\w{36}", tab.evaluate("navigator.clipboard.readText()"))
    assert ApiToken.objects.filter(name="Copied").count() == 1

    tab.get_by_role("button", name="Revoke Copied").click()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("button", name="Revoke Copied")).to_be_visible()


def test_a_role_changes_as_soon_as_it_is_chosen(site: Site, tab: Page):
    viewer = site.world.viewer
    tab.goto(at(site, "settings_people"))
    tab.get_by_label(f"Role of {viewer.user}").select_option("Editor")

    expect(tab.get_by_text(f"{viewer.user} is editor now.")).to_be_visible()
    assert Membership.objects.get(pk=viewer.pk).role == 20


def test_a_team_is_made_without_javascript(site: Site):
    context = site.visit(site.world.admin, java_script_enabled=False)
    page = context.new_page()
    page.goto(at(site, "settings_team_new"))
    page.get_by_label("Name").fill("Growth")
    page.get_by_label("Time zone").fill("Asia/Kathmandu")
    page.get_by_role("button", name="Make team").click()

    assert Team.objects.get(name="Growth").timezone == "Asia/Kathmandu"
    context.close()


def test_a_fragment_that_does_not_come_says_so_and_takes_it_back(site: Site):
    context = site.visit(site.world.admin)
    page = context.new_page()
    page.route("**/health/", lambda route: route.abort())
    page.goto(at(site, "settings_people"))
    expect(page.get_by_text("Planwright cannot be reached.")).to_be_visible()

    page.unroute("**/health/")
    page.evaluate("htmx.ajax('GET', document.querySelector('[hx-get]').getAttribute('hx-get'), '[hx-get]')")

    expect(page.get_by_text("Planwright cannot be reached.")).to_be_hidden()
    context.close()


def test_kept_mail_shows_its_html_runs_nothing_and_its_links_lead_on(site: Site):
    url = site.url + at(site, "settings_teams")
    html = (
        f"<html><head></head><body><p id=x style='color: rgb(1, 2, 3)'>new</p><a href='{url}'>open</a>"
        "<script>document.getElementById('x').textContent = 'ran'</script>"
        "<img src='https://elsewhere.example/pixel.png'></body></html>"
    )
    mail.send("team@example.com", "Html mail", "text", html, workspace=site.world.workspace)
    context = site.visit(site.world.admin)
    page = context.new_page()
    loaded: list[str] = []
    page.on("requestfinished", lambda request: loaded.append(request.url))
    page.goto(at(site, "settings_mail"))
    page.get_by_role("link", name="Html mail").click()
    frame = page.frame_locator("iframe")

    expect(frame.locator("#x")).to_have_text("new")
    expect(frame.locator("#x")).to_have_css("color", "rgb(1, 2, 3)")
    frame.get_by_role("link", name="open").click()
    expect(page).to_have_url(url)
    assert all(one.startswith(site.url) for one in loaded)
    context.close()


def test_a_row_is_selected_muted_and_taken_back_by_keyboard(site: Site, tab: Page):
    tab.goto(at(site, "violation_list"))
    row = tab.locator("[data-list] .row-link")
    expect(row).to_have_count(1)
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    expect(tab.get_by_text("1 selected")).to_be_visible()
    tab.keyboard.press("x")
    expect(tab.locator(".bulk")).to_be_hidden()
    tab.keyboard.press("m")
    expect(tab.get_by_text("1 row muted for a week")).to_be_visible()
    expect(row).to_have_count(0)

    tab.get_by_role("button", name="Undo").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Undone")).to_be_visible()
    expect(row).to_have_count(1)
    assert tab.url.endswith("/violations/")


def test_a_row_is_assigned_by_keyboard(site: Site, tab: Page):
    tab.goto(at(site, "violation_list"))
    tab.keyboard.press("j")
    tab.keyboard.press("a")
    expect(tab.get_by_label("Assign to")).to_be_focused()
    tab.keyboard.type(str(site.world.viewer.user))
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    expect(tab.get_by_text(f"1 row assigned to {site.world.viewer.user}")).to_be_visible()
    expect(tab.locator("[data-list] .row-link")).to_be_focused()
