"""A digest as a mail: subject, plain text and HTML, made of what was stored and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.templatetags.looks import number, percent, visible
from violations import composing, filtering, scheduling, wording
from violations.models import Digest

WORDS = {"new": "new", "back": "back", "growing": "growing", "fixed": "fixed"}
LIST, NOT_IN_PLAN = "violation_list", "not_in_plan"

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)  # dark mode is an at-rule


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


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
    return composing.has_news(digest.numbers) or digest.day.weekday() == scheduling.MONDAY


def letter(digest: Digest) -> Letter:
    context = _context(digest)
    html = render_to_string("emails/digest.html", context)
    return Letter(
        subject=_one_line(f"{digest.team.name} · {digest.day:%a %-d %b} · {context['summary']}"),
        text=_text(context),
        html=_inliner.inline(html),
    )


def _context(digest: Digest) -> dict[str, Any]:
    told, zone = digest.numbers, scheduling.zone(digest.team.timezone)
    counts = _counts(digest)
    return {
        "team": visible(digest.team.name),
        "day": f"{digest.day:%A, %-d %B}",
        "summary": ", ".join(link.words for link in counts) or _quiet(told, short=True),
        "counts": counts,
        "quiet": "" if counts or _rest(digest) else _quiet(told, short=False),
        "lines": [_line(digest, line, zone) for line in told["lines"]],
        "rest": _rest(digest),
        "checked": _checked(digest, zone),
        "settings_url": _url("settings_team", digest, team=digest.team.public_id),
    }


def _text(told: dict[str, Any]) -> str:
    """The mail for readers of plain text: the same words in the same order."""
    parts = [f"{told['team']} · {told['day']}\n{told['summary']}"]
    parts += [told["quiet"]] if told["quiet"] else []
    parts += [
        f"{line.label.upper()}  {line.title}\n  {line.plain}\n  {line.facts}\n  {line.url}"
        for line in told["lines"]
    ]
    parts += [f"{link.words}\n  {link.url}" for link in told["rest"]]
    parts += [told["checked"], f"When and to whom this is sent: {told['settings_url']}"]
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


def _counts(digest: Digest) -> list[Link]:
    """`2 new`, `1 back` … and what is not in the plan, each with the list that shows them."""
    changes = digest.numbers["changes"]
    found = [
        Link(f"{number(changes[kind]['violations'])} {word}", _list_url(digest, LIST, kind))
        for kind, word in WORDS.items()
        if changes[kind]["violations"]
    ]
    kinds = [kind for kind in composing.TOLD if kind != "fixed" and changes[kind]["not_in_plan"]]
    if kinds:
        several = sum(changes[kind]["not_in_plan"] for kind in kinds)
        found.append(Link(f"{number(several)} not in plan", _list_url(digest, NOT_IN_PLAN, ",".join(kinds))))
    return found


def _rest(digest: Digest) -> list[Link]:
    """What has no line of its own: more of the same, starting debt, what is rare."""
    told = digest.numbers
    several = {
        kind: sum(told["changes"][kind][tab] for tab in ("violations", "not_in_plan"))
        for kind in told["changes"]
    }
    more = sum(several[kind] for kind in composing.TOLD) - len(told["lines"])
    found = []
    if more > 0:
        found.append(Link(f"and {number(more)} more", _list_url(digest, LIST, ",".join(composing.TOLD))))
    if several["debt"]:
        words = f"{number(several['debt'])} found while a source settles in"
        found.append(Link(words, _list_url(digest, _tab(told, "debt"), "debt")))
    if several["rare"]:
        found.append(Link(f"+{number(several['rare'])} rare", _list_url(digest, _tab(told, "rare"), "rare")))
    return found


def _tab(told: dict[str, Any], kind: str) -> str:
    return LIST if told["changes"][kind]["violations"] else NOT_IN_PLAN


def _quiet(told: dict[str, Any], *, short: bool) -> str:
    if not told["open"]:
        return "all clear" if short else "All clear: nothing changed, nothing is open."
    left = f"{number(told['open'])} still open"
    return f"nothing changed, {left}" if short else f"Nothing changed; {left}."


def _line(digest: Digest, line: dict[str, Any], zone: ZoneInfo) -> Line:
    kind = line["change"]
    url = _url("violation_detail", digest, violation=line["violation"]) + "?" + urlencode(_stretch(digest))
    if line["renamed"]:
        sentence = f"`{line['title']}` is not in the plan. Did you mean `{line['meant']}`?"
        return Line(
            "renamed", "bad", visible(line["renamed"]), sentence, visible(_facts(digest, line, zone)), url
        )
    sentence = line["sentence"]
    if line["meant"]:
        sentence += f" Did you mean `{line['meant']}`?"
    if line["example"]:
        sentence += f" For example `{line['example']}`."
    label = "not in plan" if line["not_in_plan"] and kind != "fixed" else WORDS[kind]
    tone = {"fixed": "good", "growing": "warn"}.get(kind, "bad")
    return Line(label, tone, visible(line["title"]), sentence, visible(_facts(digest, line, zone)), url)


def _facts(digest: Digest, line: dict[str, Any], zone: ZoneInfo) -> str:
    """`412 of 9,804 (4.2 %) since 09:10, Web 3.2.0`."""
    began = wording.since(datetime.fromisoformat(line["since"]), digest.due_at, zone)
    where = " ".join(part for part in (wording.listed(line["sources"]), line["release"]) if part)
    if line["change"] == "fixed":
        return f"a day of traffic without it, {where}"
    count = number(line["count"])
    if line["base"] and not line["not_in_plan"]:
        share = percent(line["count"], line["base"])
        count = f"{count} of {number(line['base'])} ({share})"
    verb = {"back": "back since", "growing": "growing, since"}.get(line["change"], "since")
    return f"{count} {verb} {began}, {where}"


def _stretch(digest: Digest) -> dict[str, str]:
    return {"since": filtering.written(digest.since), "until": filtering.written(digest.until)}


def _list_url(digest: Digest, tab: str, changes: str) -> str:
    return (
        f"{_url(tab, digest)}?{urlencode({'change': changes, 'team': digest.team.slug, **_stretch(digest)})}"
    )


def _url(name: str, digest: Digest, **words: str) -> str:
    path: str = settings.BASE_URL + reverse(name, kwargs={"ws": digest.workspace.public_id, **words})
    return path


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))
