"""A digest as a mail: subject, plain text and HTML, made of what was stored and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from django.template.loader import render_to_string

from accounts.templatetags.looks import number, percent, visible
from trackingplans.domain.legible import shortened
from violations import composing, copying, health_letter, scheduling, sharing, wording
from violations.digest_models import Digest, DigestKind
from violations.reading import BOTH, LIST, NOT_IN_PLAN, Links, Reader

WORDS = {"new": "new", "back": "back", "growing": "growing", "unmuted": "no longer muted", "fixed": "fixed"}
LABELS = {"unmuted": "mute over"}
LONGEST_TITLE, LONGEST_SENTENCE = 120, 300

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)  # dark mode is an at-rule


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One problem. `sentence` has its names in backticks, `plain` has not; `facts` say how often, since when, where."""

    label: str
    tone: str
    title: str
    sentence: str
    facts: str
    url: str

    @property
    def plain(self) -> str:
        return visible(self.sentence).replace("`", "")


def is_worth_a_mail(digest: Digest) -> bool:
    """Only what changed is mailed, and on Mondays that nothing did."""
    if digest.kind == DigestKind.PLAN:
        return True
    return composing.has_news(digest.numbers) or digest.day.weekday() == scheduling.MONDAY


def letter(digest: Digest, reader: Reader | None = None) -> Letter:
    """The mail to one reader; without one, as it is shown in the app."""
    links, context = Links(digest, reader), read(digest, reader)
    html = render_to_string("emails/digest.html", context)
    return Letter(
        subject=_one_line(f"{context['about']} · {digest.day:%a %-d %b} · {context['summary']}"),
        text=_text(context),
        html=_inliner.inline(html),
        headers=links.headers,
    )


def read(digest: Digest, reader: Reader | None = None) -> dict[str, Any]:
    """What a digest says to a reader, in parts: for the mail, and for the page of who has no account."""
    links = Links(digest, reader)
    if digest.kind == DigestKind.PLAN:
        return health_letter.context(digest, links)
    return _context(digest, links, is_outside=reader is not None and not reader.is_member)


def _context(digest: Digest, links: Links, *, is_outside: bool) -> dict[str, Any]:
    told, zone = digest.numbers, scheduling.zone(digest.team.timezone)
    counts, rest = _counts(digest, links), _rest(digest, links)
    return {
        "about": visible(digest.team.name),
        "day": f"{digest.day:%A, %-d %B}",
        "summary": ", ".join(link.words for link in counts) or _quiet(told, short=True),
        "counts": counts,
        "quiet": "" if counts or rest else _quiet(told, short=False),
        "lines": [_line(digest, line, zone, links, is_outside=is_outside) for line in told["lines"]],
        "rest": rest,
        "checked": _checked(digest, zone),
        "settings_url": links.settings,
        "leaving_url": links.leaving,
    }


def _text(told: dict[str, Any]) -> str:
    """The mail for readers of plain text: the same words in the same order."""
    parts = [f"{told['about']} · {told['day']}\n{told['summary']}"]
    parts += [told["quiet"]] if told["quiet"] else []
    parts += [
        f"{line.label.upper()}  {line.title}\n  {line.plain}\n  {line.facts}\n  {line.url}"
        for line in told["lines"]
    ]
    parts += [f"{link.words}\n  {link.url}" for link in told["rest"]]
    parts += [told["checked"]]
    parts += [f"When and to whom this is sent: {told['settings_url']}"] if told["settings_url"] else []
    parts += [f"Leave this digest: {told['leaving_url']}"] if told["leaving_url"] else []
    return "\n\n".join(parts) + "\n"


def _checked(digest: Digest, zone: ZoneInfo) -> str:
    """`9,804 messages checked in 4 sources, Monday 09:00 to Tuesday 08:00 (UTC). Backend sent none.`"""
    told = digest.numbers
    since, until = (f"{moment.astimezone(zone):%A %H:%M}" for moment in (digest.since, digest.until))
    silent = f" {visible(wording.listed(told['silent']))} sent none." if told["silent"] else ""
    messages, sources = (
        _several(told[name], word) for name, word in (("checked", "message"), ("sources", "source"))
    )
    return f"{messages} checked in {sources}, {since} to {until} ({digest.team.timezone}).{silent}"


def _several(count: int, word: str) -> str:
    return f"{number(count)} {word}{'' if count == 1 else 's'}"


def _counts(digest: Digest, links: Links) -> list[Link]:
    """`2 new`, `1 back` … and what is not in the plan, each with the list that shows them."""
    changes = digest.numbers["changes"]
    found = [
        Link(f"{number(changes[kind]['violations'])} {word}", links.listed(LIST, kind))
        for kind, word in WORDS.items()
        if kind in changes and changes[kind]["violations"]
    ]
    kinds = [kind for kind in composing.OPEN if _of(changes, kind, "not_in_plan")]
    if kinds:
        several = digest.numbers.get("together", {}).get(
            "not_in_plan", sum(changes[kind]["not_in_plan"] for kind in kinds)
        )
        found.append(Link(f"{number(several)} not in plan", links.listed(NOT_IN_PLAN, ",".join(kinds))))
    return found


def _rest(digest: Digest, links: Links) -> list[Link]:
    """What has no line of its own: more of the same, another team's, starting debt, what is rare or open."""
    told = digest.numbers
    changes, copied, together = told["changes"], told.get("copied", composing.NONE), told.get("together", {})
    several = {kind: sum(changes[kind][tab] for tab in ("violations", "not_in_plan")) for kind in changes}
    found = []
    if more := together.get("more", 0):
        words = f"and {number(more)} more, {number(together['all'])} in all"
        found.append(Link(words, links.listed(BOTH, ",".join(sharing.TOLD))))
    if count := copied["violations"] + copied["not_in_plan"]:
        words = f"{number(count)} of other teams, mostly from your sources"
        found.append(Link(words, links.listed(_tab(copied), ",".join(copying.KINDS), is_copied=True)))
    since = told.get("open_since")
    age = f", the oldest since {datetime.fromisoformat(since):%-d %b %Y}" if since else ""
    words_of = {
        "debt": f"{number(several['debt'])} found while a source settles in",
        "rare": f"+{number(several['rare'])} rare",
        "open": f"{number(several.get('open', 0))} still open{age}",
    }
    for kind, words in words_of.items():
        if several.get(kind):
            found.append(Link(words, links.listed(_tab(changes[kind]), kind)))
    return found


def _of(changes: dict[str, Any], kind: str, tab: str) -> int:
    """A number of a digest; older ones know fewer kinds."""
    return int(changes.get(kind, {}).get(tab, 0))


def _tab(numbers: dict[str, int]) -> str:
    """The list that shows all of it."""
    if numbers["violations"] and numbers["not_in_plan"]:
        return BOTH
    return LIST if numbers["violations"] else NOT_IN_PLAN


def _quiet(told: dict[str, Any], *, short: bool) -> str:
    if not told["open"]:
        return "all clear" if short else "All clear: nothing changed, nothing is open."
    left = f"{number(told['open'])} still open"
    return f"nothing changed, {left}" if short else f"Nothing changed; {left}."


def _line(digest: Digest, line: dict[str, Any], zone: ZoneInfo, links: Links, *, is_outside: bool) -> Line:
    kind, facts = line["change"], visible(_facts(digest, line, zone))
    url = links.violation(line["violation"], kind)
    title = visible(shortened(line["title"], LONGEST_TITLE))
    if line["renamed"]:
        sentence = f"`{title}` is not in the plan. Did you mean `{line['meant']}`?"
        return Line("renamed", "bad", visible(line["renamed"]), sentence, facts, url)
    sentence = shortened(line["sentence"], LONGEST_SENTENCE)
    if sentence.count("`") % 2:  # cut within a name
        sentence += "`"
    if line["meant"]:
        sentence += f" Did you mean `{shortened(line['meant'], LONGEST_TITLE)}`?"
    if line["example"] and not is_outside:
        sentence += f" For example `{line['example']}`."
    label = "not in plan" if line["not_in_plan"] and kind != "fixed" else LABELS.get(kind, WORDS[kind])
    tone = {"fixed": "good", "growing": "warn", "unmuted": "warn"}.get(kind, "bad")
    return Line(label, tone, title, sentence, facts, url)


def _facts(digest: Digest, line: dict[str, Any], zone: ZoneInfo) -> str:
    """`412 of 9,804 (4.2 %) since 09:10, Web 3.2.0`."""
    began = wording.since(datetime.fromisoformat(line["since"]), digest.due_at, zone)
    release = line["release"] if len(line["sources"]) == 1 else ""  # each has releases of its own
    where = " ".join(part for part in (wording.listed(line["sources"]), release) if part)
    if line["change"] == "fixed":
        return f"a day of traffic without it in {where}"
    count = number(line["count"])
    if line["base"] and not line["not_in_plan"]:
        share = percent(line["count"], line["base"])
        count = f"{count} of {number(line['base'])} ({share})"
    verbs = {"back": "back since", "growing": "and growing, since", "unmuted": "muted until"}
    why = f"; {wording.changed_by(line['changed_by'])}" if line.get("changed_by") else ""
    return f"{count} {verbs.get(line['change'], 'since')} {began}, {where}{why}"


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))
