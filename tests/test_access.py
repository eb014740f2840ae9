"""Who may open what, asked of every address in the URL conf. A page or endpoint that declares no rule fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Role
from tests.browser.pages import PAGES
from tests.world import QUERIES, World, a_world

METHODS = ("get", "post", "put", "patch", "delete")
# Endpoints that change nothing although they are posted to: any token may.
READS_BY_POST = {"api_plan_check", "api_names_check"}
# Pages of things that come and go by themselves: what is not here is told to be gone, whosever it was.
TELLS_GONE = {"live_message": b"This message is gone"}


@dataclass(frozen=True)
class Route:
    name: str
    words: tuple[str, ...]
    view: Any

    @property
    def is_api(self) -> bool:
        return hasattr(self.view, "cls")

    @property
    def rule(self) -> Any:
        return getattr(self.view, "access", getattr(getattr(self.view, "cls", None), "access", None))

    def methods(self) -> list[str]:
        if not self.is_api:
            return ["get", "post"]
        return [method for method in METHODS if hasattr(self.view.cls, method)]

    def url(self, words: dict[str, object]) -> str:
        path = reverse(self.name, kwargs={word: words[word] for word in self.words})
        return path + QUERIES.get(self.name, "")


def routes() -> list[Route]:
    return [
        Route(pattern.name or "", tuple(words), pattern.callback) for pattern, words in _walk(get_resolver())
    ]


def _walk(resolver: URLResolver, above: tuple[str, ...] = ()) -> Iterator[tuple[URLPattern, tuple[str, ...]]]:
    for one in resolver.url_patterns:
        words = (*above, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from _walk(one, words)
        else:
            yield one, words


@pytest.fixture
def mine(db, settings, tmp_path) -> World:
    settings.EMAIL_BACKEND = "accounts.mail_files.FileBackend"
    settings.MAIL_DIR = tmp_path
    return a_world()


@pytest.fixture
def theirs(mine) -> World:
    return a_world("Rival")


def signed_in(member) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


def pages() -> list[Route]:
    return [route for route in routes() if "ws" in route.words]


def endpoints() -> list[Route]:
    return [route for route in routes() if route.is_api and route.rule != "public"]


def test_every_address_has_a_name_and_declares_who_may_open_it():
    silent = [
        route
        for route in routes()
        if not route.name
        or (not route.is_api and route.rule is None)
        or (route.is_api and route.rule != "public" and not _asks_for_a_token(route))
    ]

    assert not silent


def test_every_page_of_a_workspace_asks_for_a_role():
    assert not [route.name for route in pages() if not isinstance(route.rule, tuple)]


def test_every_word_in_an_address_is_known_to_this_walk(mine):
    unknown = {word for route in routes() for word in route.words} - set(mine.words())

    assert not unknown, "say in tests/world.py what these stand for"


def test_strangers_are_sent_to_sign_in(mine):
    client = Client(raise_request_exception=False)
    wrong = []
    for route in routes():
        if route.is_api or route.rule == "public":
            continue
        for method in route.methods():
            answer = getattr(client, method)(route.url(mine.words()))
            if answer.status_code != 405 and not answer.get("Location", "").startswith(reverse("login")):
                wrong.append((route.name, method, answer.status_code))

    assert not wrong


def test_an_admin_of_another_workspace_finds_nothing_here(mine, theirs):
    stranger = signed_in(theirs.admin)

    assert not unrefused(pages(), stranger, mine.words())


def test_an_admin_cannot_reach_another_workspaces_things_from_the_own_one(mine, theirs):
    """Their ids under my workspace."""
    words = {**mine.words(), "ws": theirs.workspace.public_id}
    deep = [route for route in pages() if set(route.words) - {"ws", "signed", "number"}]

    assert not unrefused(deep, signed_in(theirs.admin), words)


def unrefused(asked: list[Route], client: Client, words: dict[str, object]) -> list[tuple[str, str, int]]:
    """What was answered with anything but "not found" or "not this method"."""
    wrong = []
    for route in asked:
        for method in route.methods():
            answer = getattr(client, method)(route.url(words))
            gone = TELLS_GONE.get(route.name, b"\0") in answer.getvalue()
            if answer.status_code not in {404, 405} and not gone:
                wrong.append((route.name, method, answer.status_code))
    return wrong


def test_members_below_the_declared_role_are_refused(mine):
    wrong = []
    for member in (mine.viewer, mine.editor, mine.publisher):
        client = signed_in(member)
        for route in pages():
            for method, least in zip(("get", "post"), route.rule, strict=True):
                if member.role < least:
                    answer = getattr(client, method)(route.url(mine.words()))
                    if answer.status_code not in {403, 405}:
                        wrong.append((route.name, method, Role(member.role).label, answer.status_code))

    assert not wrong


def test_members_of_the_declared_role_get_the_page(mine):
    wrong = []
    by_role = {member.role: member for member in mine.members()}
    for route in pages():
        answer = signed_in(by_role[route.rule[0]]).get(route.url(mine.words()))
        if answer.status_code not in {200, 302, 405} and "signed" not in route.words:
            wrong.append((route.name, answer.status_code))

    assert not wrong


def test_every_whole_page_is_looked_at_in_the_browser(mine):
    client, words = signed_in(mine.admin), mine.words()
    whole = {
        route.name
        for route in routes()
        if not route.is_api and b"<!doctype html>" in client.get(route.url(words)).getvalue()
    }
    whole -= {name for name in whole if name.endswith("_html")}  # mails, in a frame of their pages

    assert whole - {page.name for page in PAGES} == set(), "add them to tests/browser/pages.py"


def test_endpoints_want_a_token(mine):
    client = Client(raise_request_exception=False)
    wrong = []
    for route in endpoints():
        for method in route.methods():
            for headers in ({}, {"authorization": f"Bearer {mine.token[:-1]}"}):
                answer = getattr(client, method)(route.url(mine.words()), headers=headers)
                if answer.status_code != 401 or set(answer.json()) != {"code", "message", "errors"}:
                    wrong.append((route.name, method, answer.status_code))

    assert not wrong


def test_a_session_opens_no_endpoint(mine):
    client = signed_in(mine.admin)

    assert not [
        route.name
        for route in endpoints()
        if client.get(route.url(mine.words())).status_code not in {401, 405}
    ]


def test_a_token_of_another_workspace_finds_nothing_here(mine, theirs):
    client, headers = Client(raise_request_exception=False), {"authorization": f"Bearer {theirs.token}"}
    wrong = []
    own = {str(mine.words()[word]) for word in ("plan", "draft", "source", "violation", "team")}
    for route in endpoints():
        for method in route.methods():
            answer = getattr(client, method)(
                route.url(mine.words()), data="{}" if method != "get" else None,
                content_type="application/json", headers=headers,
            )  # fmt: skip
            if route.words and answer.status_code != 404:
                wrong.append((route.name, method, answer.status_code))
            if any(word in answer.getvalue().decode() for word in own):
                wrong.append((route.name, method, "shows what is not theirs"))

    assert not wrong


def test_a_viewers_token_changes_nothing(mine):
    client, headers = Client(raise_request_exception=False), {"authorization": mine.bearer(mine.viewer)}
    wrong = []
    for route in endpoints():
        for method in set(route.methods()) - {"get"}:
            answer = getattr(client, method)(
                route.url(mine.words()), data="{}", content_type="application/json", headers=headers
            )
            if answer.status_code != 403 and route.name not in READS_BY_POST:
                wrong.append((route.name, method, answer.status_code))

    assert not wrong


def _asks_for_a_token(route: Route) -> bool:
    names = {permission.__name__ for permission in route.view.cls.permission_classes}
    return bool(names) and "AllowAny" not in names
