"""The health of a plan in the words of a mail. Made of what was stored and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.templatetags.looks import number, percent, visible
from violations import scheduling, wording
from violations.digest_models import Digest
from violations.reading import Links


@dataclass(frozen=True, slots=True)
class Fact:
    """One line, shaped as a digest's."""

    label: str
    tone: str
    title: str
    sentence: str
    facts: str
    url: str

    @property
    def plain(self) -> str:
        return visible(self.sentence).replace("`", "")


def context(digest: Digest, links: Links) -> dict[str, Any]:
    """What the template of digests needs."""
    told, zone = digest.numbers, scheduling.zone(digest.team.timezone)
    plan = digest.plan.public_id if digest.plan else ""
    verdicts, checked = told["verdicts"], told["checked"]
    conforming = percent(verdicts["conforming"], checked) if checked else "nothing checked"
    summary = f"{conforming} conform" if checked else conforming
    lines = [_verdicts(told, links), *_plan(told, links, plan), *_events(told, links, plan)]
    since, until = (f"{moment.astimezone(zone):%-d %B}" for moment in (digest.since, digest.until))
    silent = f" {visible(wording.listed(told['silent']))} sent none." if told["silent"] else ""
    return {
        "about": visible(told["plan"]),
        "day": f"Plan health, {digest.day:%A, %-d %B}",
        "summary": f"plan health: {summary}",
        "counts": [],
        "quiet": "",
        "lines": lines,
        "rest": [],
        "checked": f"{_several(checked, 'message')} checked in {_several(told['sources'], 'source')}, {since} to "
        f"{until}.{silent}",
        "settings_url": links.settings,
        "leaving_url": links.leaving,
    }


def _verdicts(told: dict[str, Any], links: Links) -> Fact:
    verdicts, checked, before = told["verdicts"], told["checked"], told["before"]
    if not checked:
        return Fact("traffic", "warn", "Nothing was checked", "No message came.", "", links.page("overview"))
    words = (("conforming", "conform"), ("violating", "violate"), ("unplanned", "not in plan"))
    title = " · ".join(f"{percent(verdicts[name], checked)} {word}" for name, word in words)
    facts = ""
    if before["judged"]:
        facts = f"{percent(before['conforming'], before['judged'])} conformed the week before"
    good = verdicts["conforming"] == checked
    return Fact(
        "traffic",
        "good" if good else "",
        title,
        _several(checked, "message") + ".",
        facts,
        links.page("overview"),
    )


def _plan(told: dict[str, Any], links: Links, plan: str) -> list[Fact]:
    problems, versions = told["problems"], told["versions"]
    url = links.page("plan_problems", plan=plan)
    title = f"{_several(problems['all'], 'plan problem')}, {number(problems['new'])} new"
    sentence = (
        f"{_several(problems['errors'], 'error')} among them."
        if problems["errors"]
        else "No error among them."
    )
    tone = "bad" if problems["errors"] else "warn" if problems["new"] else ""
    found = [Fact("plan", tone, title, sentence, "", url)] if problems["all"] else []
    if versions:
        listed = wording.listed([f"v{version}" for version in versions])
        found.append(
            Fact("published", "", listed, "Published this week.", "", links.page("plan_versions", plan=plan))
        )
    return found


def _events(told: dict[str, Any], links: Links, plan: str) -> list[Fact]:
    found, missing = [], told["missing"]
    if missing["events"]:
        named, others = (
            [f"`{name[:80]}`" for name in missing["first"]],
            missing["events"] - len(missing["first"]),
        )
        listed = f"{', '.join(named)} and {number(others)} more" if others else wording.listed(named)
        title = f"{number(missing['events'])} of {_several(missing['planned'], 'planned event')} did not come"
        found.append(Fact("missing", "warn", title, f"{listed}.", "", links.page("plan_detail", plan=plan)))
    if told["not_in_plan"]:
        title = f"{number(told['not_in_plan'])} not in plan"
        found.append(Fact("not in plan", "warn", title, "Open in production.", "", links.page("not_in_plan")))
    if told["open"]:
        since = told["open_since"]
        age = f"The oldest since {datetime.fromisoformat(since):%-d %b %Y}." if since else ""
        title = _several(told["open"], "open violation")
        found.append(Fact("violations", "bad", title, age, "", links.page("violation_list")))
    return found


def _several(count: int, word: str) -> str:
    return f"{number(count)} {word}{'' if count == 1 else 's'}"
