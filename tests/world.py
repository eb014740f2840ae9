"""A workspace with one of everything, for tests that walk over all pages and endpoints."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from accounts import inviting, mail, mail_files, subscribing, teaming, tokens
from accounts.models import Membership, Role, Team, User, Workspace
from delivery import targeting
from delivery.models import Delivery
from ingest import inbox
from ingest.models import DeadRow
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory
from tests.violations.rows import traffic_hours, violation
from trackingplans import commenting, drafting, linting, publishing, sharing, sourcing, starters, uploading
from trackingplans.domain import messages, profiling
from trackingplans.domain.message import Message
from trackingplans.domain.profiling import Profile
from trackingplans.draft_models import Draft
from trackingplans.models import EventProfile, PlanVersion, RecentMessage, Source, SourceType
from trackingplans.sheet_models import PlanLink, UploadedSheet
from violations import composing
from violations.digest_models import Digest
from violations.models import Sample, Violation

MESSAGE = (
    '{"type": "track", "event": "Order Completed", "messageId": "m-1", "userId": "u-1",'
    ' "properties": {"order_id": "50314b8e", "total": "89.90", "products": [{"sku": "G-32"}]},'
    ' "context": {"app": {"version": "3.2.0"}}}'
)
# What a page's address needs after the question mark.
_ORDER = "?type=track&name=Order%20Completed"
QUERIES = {
    "event_profile": "?type=track&name=Order%20Completed",
    "plan_shared_property": "?name=currency",
    **dict.fromkeys(
        (
            "plan_event",
            "event_comment",
            "grid_properties",
            "event_facts",
            "event_name",
            "event_schema",
            "event_remove",
            "event_fit",
            "event_former",
        ),
        _ORDER,
    ),
    "event_property": f"{_ORDER}&at=/properties/properties/properties/total",
}


@dataclass(frozen=True)
class World:
    workspace: Workspace
    admin: Membership
    publisher: Membership
    editor: Membership
    viewer: Membership
    team: Team
    token: str  # the text of an admin's token
    version: PlanVersion
    draft: Draft
    sheet: UploadedSheet
    link: PlanLink
    source: Source
    violation: Violation
    message: RecentMessage
    dead: DeadRow
    digest: Digest
    delivery: Delivery

    def members(self) -> list[Membership]:
        return [self.admin, self.publisher, self.editor, self.viewer]

    def bearer(self, member: Membership) -> str:
        """A token that may do all that this member may."""
        _, text = tokens.create(
            self.workspace, member.user, name="walk", role=Role(member.role), expires_at=None
        )
        return f"Bearer {text}"

    def words(self) -> dict[str, object]:
        """What each word in a URL pattern stands for here. A new word needs a line."""
        token = tokens.find(self.token, now=timezone.now())
        kept = mail_files.kept(self.workspace)
        return {
            "ws": self.workspace.public_id,
            "person": self.viewer.public_id,
            "team": self.team.public_id,
            "token": token.public_id if token else "",
            "name": kept[0].name if kept else "",
            "plan": self.version.plan.public_id,
            "draft": self.draft.public_id,
            "property": "currency",
            "group": "Money",
            "metric": "Orders",
            "sheet": self.sheet.public_id,
            "secret": self.link.secret,
            "comment": self.draft.comments.order_by("pk")[0].public_id,
            "number": self.version.number,
            "problem": linting.problems(self.version.pk)[0].fingerprint,
            "code": "type_conflict",
            "source": self.source.public_id,
            "message": self.message.pk,
            "violation": self.violation.public_id,
            "unplanned": Violation.objects.for_workspace(self.workspace)
            .get(code="unplanned_event")
            .public_id,
            "dead": self.dead.public_id,
            "digest": self.digest.public_id,
            "delivery": self.delivery.public_id,
            "signed": "made-up",
            "uid": "MQ",
            "inviting": inviting.password_path(self.viewer.user),
            "leaving": urlsplit(subscribing.leaving_url(self.team, "ops@example.com")).path,
        }


def a_world(name: str = "Strider") -> World:
    """Built by the verbs people use, so that it looks as it would."""
    now = timezone.now()
    workspace: Workspace = WorkspaceFactory(name=name)
    admin, publisher, editor, viewer = (
        _member(workspace, role) for role in (Role.ADMIN, Role.PUBLISHER, Role.EDITOR, Role.VIEWER)
    )
    team = _team(workspace, admin, editor)
    _, token = tokens.create(workspace, admin.user, name="CI", role=Role.ADMIN)
    document = {**starters.document(starters.STARTERS["ecommerce"]), "name": f"{name} plan", "lint": {}}
    document |= {"properties": {"coupon": {"type": "string"}}, "groups": {"Discount": ["coupon"]}}
    version = publishing.create(workspace, document, actor=admin.user)
    source = sourcing.create_source(
        workspace, name="Web", type=SourceType.WEB, actor=admin.user, now=now, owner=team, plan=version.plan
    )
    _profile(source)
    mail.send(
        "team@example.com", "2 new", "Order Completed", "<html><head></head>2 new</html>", workspace=workspace
    )
    return World(
        workspace=workspace, admin=admin, publisher=publisher, editor=editor, viewer=viewer, team=team,
        token=token, version=version, draft=_draft(version, admin), sheet=_sheet(workspace, admin),
        link=sharing.share(version.plan, admin.user),
        source=source, violation=_violation(source), message=_message(source),
        dead=_dead(source), digest=_digest(team),
        delivery=_delivery(source),
    )  # fmt: skip


def _draft(version: PlanVersion, admin: Membership) -> Draft:
    """One change of each kind, one of them taken back."""
    draft = drafting.start(version.plan, admin.user, "Coupons")
    order = {"type": "track", "name": "Order Completed", "version": 1}
    at = "/properties/properties"
    drafting.change(
        draft, admin.user,
        [{"op": "add_property", "of": order, "at": at, "name": "coupon_kind", "schema": {"type": "string"}}],
    )  # fmt: skip
    new = {"type": "track", "name": "Coupon Shared", "version": 1, "schema": {"type": "object"}, "meta": {}}
    drafting.change(draft, admin.user, [{"op": "add_rule", "rule": new}], why="Growth asked for it")
    drafting.change(draft, admin.user, [{"op": "set_plan", "path": ["description"], "value": "Mistaken"}])
    commenting.add(
        version.plan, admin.user, "What kinds are there?", draft=draft, rule=("track", "Order Completed", 1)
    )
    return drafting.undo(draft, admin.user)


def _profile(source: Source) -> None:
    """What was sampled of an event: a property that always comes, one that is not in the plan."""
    found = Profile()
    (message,) = messages.read(MESSAGE.replace('"total"', '"shop": "Berlin", "total"').encode(), "track")
    assert isinstance(message, Message)
    for _ in range(250):
        found.add(message)
    EventProfile.objects.create(
        workspace=source.workspace, source=source, type="track", event="Order Completed", release="3.2.0",
        day=timezone.now().date(), body=profiling.encoded(found), is_folded=True,
    )  # fmt: skip


def _sheet(workspace: Workspace, admin: Membership) -> UploadedSheet:
    rows = "Event,When fired,Parameter,Type,Jira\nOrder Completed,Thank-you page,total,number,X-1\n"
    return uploading.receive(workspace, admin.user, "Q3 plan.csv", rows.encode())


def _member(workspace: Workspace, role: Role) -> Membership:
    word = role.label.lower()
    user: User = UserFactory(email=f"{word}-{workspace.pk}@example.com", name=role.label)
    member: Membership = MembershipFactory(workspace=workspace, user=user, role=role)
    return member


def _team(workspace: Workspace, admin: Membership, *members: Membership) -> Team:
    facts = {
        "name": "Checkout", "slug": "checkout", "timezone": "Europe/Berlin", "digest_at": "09:00",
        "digest_enabled": True, "addresses": ["ops@example.com"], "members": list(members),
    }  # fmt: skip
    return teaming.create(workspace, facts, actor=admin.user)


def _violation(source: Source) -> Violation:
    """Beside it an event under a new name, two properties not in the plan, and the traffic that all are part of."""
    now = timezone.now()
    began = now - timedelta(hours=2)
    traffic_hours(source, "track", "Order Completed", {began - timedelta(hours=3): 50})
    traffic_hours(source, "track", "Order Completed", {began: 900}, violating=412)
    traffic_hours(source, "track", "Product Viewd", {began: 40}, unplanned=40)
    violation(
        source, "Product Viewd", first_seen_at=began, count=40, meant="Product Viewed", passed_at=began,
        message="This event is not in the plan.", release="3.2.0",
    )  # fmt: skip
    for name in ("shop", "giftWrap"):
        violation(
            source, "Order Completed", first_seen_at=began, code="unplanned_property", path=f"properties.{name}",
            count=9, passed_at=began, message=f"`{name}` is not in the plan.",
        )  # fmt: skip
    row = violation(
        source, "Order Completed", first_seen_at=began, code="type", path="properties.total", count=412,
        message="`total` should be a number, but text came.", detail={"expected": "a number"}, passed_at=began,
    )  # fmt: skip
    Sample.objects.create(
        workspace=source.workspace, violation=row, received_at=now, release="3.2.0", path="properties.total",
        message=MESSAGE,
    )  # fmt: skip
    return row


def _digest(team: Team) -> Digest:
    until = timezone.now()
    since = until - timedelta(days=1)
    row: Digest = Digest.objects.create(
        workspace=team.workspace, team=team, day=until.date(), due_at=until, since=since, until=until,
        message_id="<dg_made_up@planwright>", numbers=composing.compose(team, since, until, until),
        recipients=[{"address": "ops@example.com", "message_id": "<1>", "state": "waiting", "error": ""}],
    )  # fmt: skip
    return row


def _delivery(source: Source) -> Delivery:
    """Of a target that is switched off again, so that nothing is sent."""
    target = targeting.set_target(source, "https://api.segment.example", "wk_receiver", actor=None)
    targeting.switch_off(target, actor=None)
    row: Delivery = Delivery.objects.create(
        workspace=source.workspace, target=target, state="failed", attempts=1, status_code=401, error="401 No",
        body='{"properties": {"eventName": "Order Completed", "eventType": "track", "violationField": "userId"}}',
        history=[{"at": "2026-11-20T09:00:00+00:00", "status": 401, "error": "401 No", "ms": 80}],
    )  # fmt: skip
    return row


def _dead(source: Source) -> DeadRow:
    row: DeadRow = DeadRow.objects.create(
        workspace=source.workspace, source=source, received_at=timezone.now(), kind="batch",
        body=inbox.pack(b"{}"), raw_size=2, messages=1, attempts=6, error="ValueError: no",
    )  # fmt: skip
    return row


def _message(source: Source) -> RecentMessage:
    row: RecentMessage = RecentMessage.objects.create(
        workspace=source.workspace, source=source, received_at=timezone.now(), type="track",
        event="Order Completed", verdict="conforming", reason="", findings="[]", message=MESSAGE,
    )  # fmt: skip
    return row
