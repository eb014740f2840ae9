"""What happened to a violation and what was said of it, newest first, in words."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import AuditEntry, Workspace
from violations import discussing, wording
from violations.models import TurnKind, Violation

SHOWN = 20
WORDS = {
    "violation.resolved": "resolved it",
    "violation.reopened": "reopened it",
    "violation.muted": "muted it",
    "violation.assigned": "assigned it",
    "violation.undone": "took that back",
}
TURNS: dict[str, str] = {
    TurnKind.BACK: "Came back",
    TurnKind.FIXED: "Fixed: none for a day while its event went on",
    TurnKind.ACCEPTED: "Accepted: a new version of the plan no longer finds it wrong",
    TurnKind.UNMUTED: "Its mute ended",
}


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    who: str  # '' when nobody did it
    did: str
    text: str = ""  # of a comment


def lines(workspace: Workspace, violation: Violation, now: datetime) -> list[Line]:
    """Decisions of people, their comments, what evidence showed, and how it began."""
    entries = AuditEntry.objects.for_workspace(workspace).filter(
        action__in=WORDS, detail__violation=violation.public_id
    )
    found = [
        Line(entry.created_at, str(entry.actor or "Someone"), _did(entry, now))
        for entry in entries.select_related("actor").order_by("-created_at")[:SHOWN]
    ]
    turns = violation.turns.filter(kind__in=TURNS).order_by("-at")
    found += [Line(turn.at, "", TURNS[turn.kind]) for turn in turns[:SHOWN]]
    found += [
        Line(remark.created_at, str(remark.author or "Someone"), "said", remark.text)
        for remark in discussing.of(violation)[:SHOWN]
    ]
    release = f" in {violation.first_release}" if violation.first_release else ""
    found.append(Line(violation.first_seen_at, "", f"Seen first{release}"))
    return sorted(found, key=lambda line: line.at, reverse=True)[:SHOWN]


def _did(entry: AuditEntry, now: datetime) -> str:
    detail = entry.detail
    said = WORDS[entry.action]
    if entry.action == "violation.assigned":
        return f"assigned it to {detail['assignee']}" if detail.get("assignee") else "unassigned it"
    if detail.get("until"):
        until = datetime.fromisoformat(str(detail["until"]))
        said += f" until {wording.mute_ends(until, now, detail)}"
    elif detail.get("release"):
        said += f" in {detail['release']}"
    return f"{said}: {detail['reason']}" if detail.get("reason") else said
