"""Every page that is looked at in the browser, and how to reach it. A new page is one line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`args`: the words of its address (tests/world.py) after `ws`; `query` as in the address bar, with such words."""

    name: str
    args: tuple[str, ...] = ()
    query: str = ""
    in_workspace: bool = True
    role: str = "admin"  # which member of the world looks; '' for a stranger
    status: int = 200
    note: str = ""  # tells two looks at one page apart
    path: str = ""  # instead of an address by name
    fill: tuple[str, str] = ("", "")  # a field's label and what is written into it;
    press: str = ""  # then the button that is pressed: what comes of it is looked at

    def __str__(self) -> str:
        return "-".join(part for part in (self.name, self.note) if part)


PAGES = [
    Page("404", path="/nothing/", status=404),
    Page("403", path="/w/{ws}/settings/mail/", status=403, role="viewer"),
    Page("login", in_workspace=False, role=""),
    Page("forgot_password", in_workspace=False, role=""),
    Page("set_password", ("uid", "signed"), in_workspace=False, role="", status=410),
    Page("set_password", path="{inviting}", role="", note="still good"),
    Page("docs", in_workspace=False, role=""),
    Page("workspace_new", in_workspace=False),
    Page("plan_list"),
    Page("plan_new"),
    Page("plan_import"),
    Page("sheet_import", ("sheet",)),
    Page("plan_detail", ("plan",)),
    Page("plan_detail", ("plan",), query="?draft={draft}", note="draft"),
    Page("plan_event", ("plan",)),
    Page("plan_event", ("plan",), query="?draft={draft}&type=track&name=Order%20Completed", note="draft"),
    Page("plan_naming", ("plan",)),
    Page("plan_naming", ("plan",), query="?draft={draft}&infer=1", note="draft"),
    Page("event_profile", ("plan",)),
    Page("plan_library", ("plan",)),
    Page("plan_shared_property", ("plan",)),
    Page("plan_group", ("plan",), query="?name=Discount&draft={draft}"),
    Page("plan_metrics", ("plan",)),
    Page("plan_metric", ("plan",), query="?metric=0"),
    Page("plan_problems", ("plan",)),
    Page("plan_problems", ("plan",), query="?rule=type_conflict", note="of a rule"),
    Page("plan_problem", ("plan", "problem")),
    Page("lint_rules", in_workspace=False, role=""),
    Page("lint_rule", ("code",), in_workspace=False, role=""),
    Page("plan_usage", ("plan",)),
    Page("draft_list", ("plan",)),
    Page("draft_paste", ("plan", "draft")),
    Page("event_new", ("plan", "draft")),
    Page("event_facts", ("plan", "draft")),
    Page("event_name", ("plan", "draft")),
    Page("event_property", ("plan", "draft")),
    Page("event_schema", ("plan", "draft")),
    Page("draft_detail", ("plan", "draft")),
    Page("draft_update", ("plan", "draft")),
    Page("plan_policy", ("plan",)),
    Page("plan_versions", ("plan",)),
    Page("plan_version", ("plan", "number")),
    Page("version_briefs", ("plan", "number")),
    Page("plan_compare", ("plan",)),
    Page("plan_history", ("plan",), query="?type=track&name=Order%20Completed"),
    Page("plan_export", ("plan",)),
    Page("shared_plan", ("secret",), in_workspace=False, role=""),
    Page(
        "shared_plan",
        ("secret",),
        query="?type=track&name=Order%20Completed",
        in_workspace=False,
        role="",
        note="event",
    ),
    Page("plan_take", ("plan",), query="?draft={draft}"),
    Page("plan_rename", ("plan",)),
    Page("plan_rename", ("plan",), fill=("Name", "Fresh"), press="Rename", status=409, note="blocked"),
    Page("plan_replace", ("plan",)),
    Page("try_event", ("plan",)),
    Page("live"),
    Page("live_message", ("message",)),
    Page("source_list"),
    Page("source_new"),
    Page("source_detail", ("source",)),
    Page("source_setup", ("source",)),
    Page("source_dead", ("source",)),
    Page("source_forwarding", ("source",)),
    Page("source_delivery", ("source", "delivery")),
    Page("settings_workspace"),
    Page("settings_people"),
    Page("settings_teams"),
    Page("settings_team_new"),
    Page("settings_team", ("team",)),
    Page("settings_tokens"),
    Page("settings_mail"),
    Page("settings_mail_message", ("name",)),
    Page("settings_audit"),
    Page("overview"),
    Page("violation_list"),
    Page(
        "violation_list",
        query="?q=nothing-like-this&source=src_none&family=violation,unplanned,naming,pii,quality",
        note="nothing",
    ),
    Page("not_in_plan"),
    Page("muted_list"),
    Page("missing_list"),
    Page("violation_detail", ("violation",)),
    Page("violation_accept", ("violation",)),
    Page("violation_adopt", query="?violation={unplanned}"),
    Page("settings_digests"),
    Page("settings_digest", ("digest",)),
    Page("settings_digest_next", ("team",)),
    Page("digest_read", ("signed",), in_workspace=False, role="", status=410),
    Page("digest_unsubscribe", ("signed",), in_workspace=False, role="", status=410),
    Page("digest_unsubscribe", path="{leaving}", role="", note="still good"),
    Page("digest_confirm", ("signed",), in_workspace=False, role="", status=410),
]
