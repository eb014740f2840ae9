"""Names that senders choose leave Planwright by mail, on pages, in sheets and in calls: harmless in each."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, Team
from delivery import sending, targeting
from tests.delivery.receiver import Got, Receiver, receiving
from tests.factories import MembershipFactory, SourceFactory, TeamFactory, WorkspaceFactory
from tests.violations.judging import NOON, origin_of, store, tally_of, track
from tests.violations.mails import Mailbox, text_of
from trackingplans import publishing
from violations import digests, filtering
from violations.digest_models import Digest
from violations.models import Violation

RUN = NOON + timedelta(hours=21, minutes=5)
NAMES = {
    "plain": "total",
    "markup": "</td><a href=//evil.example>\"'x</a>",
    "script": "<script>alert(1)</script><img src=//evil.example onerror=alert(1)>",
    "headers": "a\r\nBcc: x@evil.example\r\n\r\nbody",
    "lines": "a\u2028b\u2029c\x85d\x0be",
    "right to left": "\u202elatot\u202c \u2066x\u2069 \u200bzero",
    "long": "A" * 10_000,
    "formula": '=HYPERLINK("//evil.example","total")',
    "template": "{{ settings.SECRET_KEY }}{% load x %} %(x)s {0} `code`",
    "nul": "a\x00b\ud800c",
    "path": "a.b\\c.$.0/~1",
}
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
HEADERS = {
    "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "x-planwright-workspace",
    "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip


@dataclass
class Exits:
    """What left Planwright about one name: as an event's, a property's, a source's and a team's."""

    post: Mailbox
    receiver: Receiver
    client: Client
    digest: Digest

    def pages(self) -> list[str]:
        """The pages that the mail links to, and the one for readers without an account."""
        addresses = [
            link for link in Markup(text_of(self.post.mails[0], "html")).links if "/leave/" not in link
        ]
        outside = [
            link for link in Markup(text_of(self.post.mails[1], "html")).links if "/leave/" not in link
        ]
        found = [self.client.get(_path(link)) for link in [*dict.fromkeys(addresses), outside[0]]]
        assert {page.status_code for page in found} == {200}
        return [page.content.decode() for page in found]

    def sheet(self) -> list[dict[str, str]]:
        address = reverse("violation_export", args=[self.digest.workspace.public_id])
        stretch = {
            "since": filtering.written(self.digest.since),
            "until": filtering.written(self.digest.until),
        }
        families = {"family": ",".join(filtering.FAMILIES), "status": "any"}
        text = self.client.get(address, stretch | families).getvalue().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    def calls(self) -> list[Got]:
        return self.receiver.got


class Markup(HTMLParser):
    """The elements of a page and where they lead, as a browser sees them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"href", "src", "action", "background"} and value:
                self.links.append(value)
            if name.startswith("on"):
                self.handlers.append(name)


def _path(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


@pytest.fixture(params=list(NAMES.values()), ids=list(NAMES))
def exits(request, transactional_db, post, loopback):
    name = request.param
    storable = UNSEEN.sub("", name.encode(errors="replace").decode())  # what forms take
    workspace = WorkspaceFactory.create()
    team = TeamFactory.create(
        workspace=workspace, slug="checkout", name=storable[:100], addresses=["outside@example.com"]
    )
    team.members.add(reader := MembershipFactory.create(workspace=workspace, role=Role.EDITOR))
    document = _plan(name)
    plan = publishing.create(workspace, _plan(storable), actor=None).plan
    source = SourceFactory.create(workspace=workspace, plan=plan, name=storable[:100], slug="web")
    with receiving() as receiver:
        target = targeting.set_target(source, receiver.url, "", kind="webhook", actor=None)
        sent = [
            track("Order Completed", {name: "text"}, context={"app": {"version": name[:200]}}),
            track(name, {"total": 1}),
            track("Product Viewed", {name: 1}),
        ]
        store(tally_of(origin_of(source, target_id=target.pk), sent * 6, NOON, document))
        sending.drain(2.0)
        [digest] = digests.send_due(RUN, lambda _: RUN, [Team.objects.get(pk=team.pk)], asked=True)
        client = Client()
        client.force_login(reader.user)
        yield Exits(post, receiver, client, digest)


def _plan(name: str) -> dict[str, object]:
    properties = {"type": "object", "properties": {name: {"type": "number"}}}
    schema = {"type": "object", "properties": {"properties": properties}}
    rules = [
        {"type": "track", "name": "Order Completed", "version": 1, "schema": schema},
        {"type": "track", "name": "Product Viewed", "version": 1, "schema": {"type": "object", "properties": {
            "properties": {"type": "object", "properties": {"price": {"type": "number"}}}}}},
    ]  # fmt: skip
    return {"planwright": 1, "name": "Shop", "owner": "checkout", "rules": rules}


def test_a_name_is_harmless_wherever_it_leaves(exits, settings):
    families = Counter(Violation.objects.values_list("family", flat=True))
    assert families["unplanned"] == 2
    assert exits.digest.state == "sent"
    _mail_is_sound(exits, settings.BASE_URL)
    for page in exits.pages():
        found = Markup(page)
        assert found.handlers == []
        assert all(urlsplit(link).netloc in {"", urlsplit(settings.BASE_URL).netloc} for link in found.links)
        assert [page[found.start() - 80 : found.end() + 20] for found in UNSEEN.finditer(page)] == []
        assert re.findall(r"<script(?![^>]* src=)", page) == []
    rows = exits.sheet()
    assert len(rows) == families.total()
    assert all(None not in row and None not in row.values() for row in rows)
    assert not [
        text for row in rows for text in row.values() if text.lstrip().startswith(("=", "+", "-", "@"))
    ]
    calls = exits.calls()
    assert len(calls) == 6 * families["violation"]
    for call in calls:
        assert not {"bcc", "x-evil"} & {header.lower() for header in call.headers}
        assert call.json["properties"]["eventName"] == "Order Completed"
        assert call.json["properties"]["violationField"].startswith("properties.")
        assert len(call.body) < 32_000


def _mail_is_sound(exits: Exits, own: str) -> None:
    assert len(exits.post.mails) == 2
    for mail in exits.post.mails:
        assert {header.lower() for header in mail.keys()} <= HEADERS  # noqa: SIM118  # a message is no dict
        assert all("\n" not in str(value) and not UNSEEN.search(str(value)) for value in mail.values())
        markup, text = text_of(mail, "html"), text_of(mail)
        found = Markup(markup)
        assert found.links
        assert all(link.startswith(f"{own}/") for link in found.links)
        assert found.tags <= {
            "html", "head", "meta", "title", "style", "body", "h1", "p", "a", "table", "tbody", "tr", "td", "br",
            "code", "span",
        }  # fmt: skip
        assert found.handlers == []
        assert not UNSEEN.search(markup + text)
        assert len(markup) + len(text) < 100_000
        assert {line.strip() for line in text.splitlines() if line.startswith("  http")} <= set(found.links)
