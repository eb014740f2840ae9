"""An implementation brief: what the people who build one source add, change, rename and remove for a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import samples, snippets
from trackingplans.domain.changes import Kind
from trackingplans.domain.impact import Impact
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.schema_impact import Breaks, Severity

ACTIONS = {Kind.ADDED: "add", Kind.CHANGED: "change", Kind.RENAMED: "rename", Kind.REMOVED: "remove"}
WORDS = {"add": "Send", "change": "Change", "rename": "Rename", "remove": "Stop sending"}
_LANGUAGES = {"web": "browser", "ios": "swift", "android": "kotlin", "server": "node"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `wish`: required, optional or '', as the plan says of the source; `code` sends it."""

    action: str
    type: str
    name: str
    version: int
    former: str
    wish: str
    purpose: str
    trigger: str
    sentences: Sequence[str]
    code: str

    @property
    def heading(self) -> str:
        """What to do, in a line."""
        what = self.name or self.type
        if self.action == "rename":
            return f"Send {what} instead of {self.former}"
        return f"{WORDS[self.action]} {what}"


def brief(before: Plan, after: Plan, found: Sequence[Impact], source: str, kind: str) -> list[Item]:
    """What a source (its slug, its type) has to do for `after`; additions first. `found`: `impacts(before, after)`.

    Events that the plan says the source never sends, and changes that only concern readers or words, are left out.
    """
    old = {rule.identity: rule for rule in before.rules}
    new = {rule.identity: rule for rule in after.rules}
    items = []
    for impact in found:
        was = old.get((impact.type, impact.former or impact.name, impact.version))
        now = new.get((impact.type, impact.name, impact.version))
        rule = now or was
        if rule is None or rule.type == "common" or not _concerns(impact, rule, source):
            continue
        items.append(_item(impact, rule, now, source, kind))
    order = list(WORDS)
    return sorted(items, key=lambda item: (order.index(item.action), item.name.casefold()))


def text(items: Sequence[Item], title: str, address: str) -> str:
    """The brief as text for a mail or a ticket (Markdown)."""
    parts = [f"# {title}", ""]
    for item in items:
        parts.append(f"## {item.heading}{' (optional)' if item.wish == 'optional' else ''}")
        parts += [line for line in (item.purpose, f"When: {item.trigger}" if item.trigger else "") if line]
        parts += [f"* {sentence}" for sentence in item.sentences]
        if item.code:
            parts += ["", "```", item.code.rstrip(), "```"]
        parts.append("")
    parts.append(address)
    return "\n".join(parts) + "\n"


def _concerns(impact: Impact, rule: Rule, source: str) -> bool:
    wish = _wish(rule.meta, source)
    if wish == "never" or (rule.meta.get("status") == "deprecated" and impact.kind is Kind.ADDED):
        return False
    if impact.kind is not Kind.CHANGED:
        return True
    return any(_is_work(effect.severity, effect.breaks, effect.reason) for effect in impact.effects)


def _is_work(severity: Severity, breaks: Breaks, reason: str) -> bool:
    """Whether somebody who sends has to do something: fit what is tighter, send what is new."""
    return breaks is Breaks.SENDERS or (severity is Severity.SAFE and reason.startswith("New"))


def _item(impact: Impact, rule: Rule, now: Rule | None, source: str, kind: str) -> Item:
    sentences = [
        f"{effect.path}: {effect.reason}" if effect.path else effect.reason
        for effect in impact.effects
        if impact.kind in {Kind.REMOVED, Kind.RENAMED}
        or _is_work(effect.severity, effect.breaks, effect.reason)
    ]
    return Item(
        ACTIONS[impact.kind], impact.type, impact.name, impact.version, impact.former, _wish(rule.meta, source),
        _said(rule.meta, "purpose"), _said(rule.meta, "trigger"), sentences if impact.kind is not Kind.ADDED else [],
        _code(now, kind) if now is not None else "",
    )  # fmt: skip


def _code(rule: Rule, kind: str) -> str:
    wanted = _LANGUAGES.get(kind, "node")
    found = snippets.snippets(samples.message(rule))
    return next((one.code for one in found if one.key == wanted), found[0].code)


def _wish(meta: Mapping[str, Any], source: str) -> str:
    wishes = meta.get("sources")
    wish = wishes.get(source) if isinstance(wishes, dict) else None
    return wish if isinstance(wish, str) else ""


def _said(meta: Mapping[str, Any], key: str) -> str:
    value = meta.get(key)
    return value if isinstance(value, str) else ""
