"""Severities and mutes as a plan sets them in `lint`, and which of those cannot be used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.linting.problem import Found, Problem, Severity
from trackingplans.domain.nearest import nearest
from trackingplans.domain.plan import Plan
from trackingplans.domain.sentences import listed

OFF = "off"
_SETTINGS = (OFF, Severity.WARN.value, Severity.ERROR.value)


@dataclass(frozen=True, slots=True)
class Mute:
    """Problems that people decided to live with until a day (the last one). What it leaves open fits everything.

    A name without a type is the place of a problem of the plan itself, the name of a metric for instance.
    """

    code: str
    type: str
    name: str
    path: str
    reason: str
    owner: str
    until: date
    index: int  # in the plan's `lint.mutes`

    def fits(self, problem: Problem) -> bool:
        return (
            problem.code == self.code
            and (self._is_about(problem) if self.type else self.name in ("", problem.identity.place))
            and (not self.path or self._leads_to(problem))
        )

    def _leads_to(self, problem: Problem) -> bool:
        """Whether `path` is the problem's or one above it; a path inside of the schema may leave `/schema` out."""
        within = (self.path, f"/schema{self.path}")
        return problem.path in within or problem.path.startswith(tuple(f"{path}/" for path in within))

    def _is_about(self, problem: Problem) -> bool:
        return (self.type, self.name) in ((problem.type, problem.name), *problem.events)


def place_of(problem: Problem) -> dict[str, str]:
    """The keys of a mute that covers this problem and, but for what is below it, no other."""
    if not problem.type:
        return {"code": problem.code, "name": problem.identity.place}
    place = {"code": problem.code, "type": problem.type, "name": problem.name, "path": problem.path}
    return {key: value for key, value in place.items() if value}


def severities(plan: Plan) -> tuple[dict[str, Severity], frozenset[str]]:
    """The severities that the plan sets, and the codes it switches off."""
    said = _map(plan.lint.get("severity"))
    known = {code: value for code, value in said.items() if code in RULES and value in _SETTINGS}
    off = frozenset(code for code, value in known.items() if value == OFF)
    return {code: Severity(value) for code, value in known.items() if value != OFF}, off


def mutes(plan: Plan) -> list[Mute]:
    """The mutes that can be used, ended ones too."""
    found = (_read(index, item) for index, item in enumerate(_list(plan.lint.get("mutes"))))
    return [one for one in found if isinstance(one, Mute)]


def about_mutes(plan: Plan, on: date) -> Iterator[Found]:
    """Mutes that have ended by this day: what they muted is back."""
    for mute in mutes(plan):
        if mute.until < on:
            event = f" for `{mute.name or mute.type}`" if mute.type else ""
            yield Found(
                "mute_ended",
                f"The mute of {mute.code}{event} ended on {mute.until}: “{mute.reason}”.",
                "Mend what it muted and remove it, or mute again with a new end.",
                steps=("lint", "mutes", mute.index),
                key=" ".join(filter(None, (mute.code, mute.type, mute.name, mute.path))),
            )  # fmt: skip


def about_settings(plan: Plan) -> Iterator[Found]:
    """Severities and mutes that cannot be used, and so do nothing."""
    for code, value in _map(plan.lint.get("severity")).items():
        if code not in RULES:
            yield _unusable(
                f"No lint rule is called {code!r}.",
                _meant(code),
                ("lint", "severity", code),
                f"severity {code}",
            )
        elif value not in _SETTINGS:
            message = f"The severity of {code} should be one of {', '.join(_SETTINGS)}."
            yield _unusable(message, "Correct it.", ("lint", "severity", code), f"severity {code}")
    for index, item in enumerate(_list(plan.lint.get("mutes"))):
        fault = _read(index, item)
        if isinstance(fault, str):
            said = str(item.get("code")) if isinstance(item, dict) else ""
            yield _unusable(
                f"A mute mutes nothing: {fault}",
                "Complete it, or remove it.",
                ("lint", "mutes", index),
                f"mute {said}",
            )


def sorted_out(
    problems: Sequence[Problem], plan: Plan, on: date
) -> tuple[list[Problem], list[tuple[Problem, Mute]]]:
    """The problems that are open on this day, and the muted ones with the mute that lasts longest."""
    current: dict[str, list[Mute]] = {}
    for mute in sorted(mutes(plan), key=lambda mute: mute.until, reverse=True):
        if mute.until >= on:
            current.setdefault(mute.code, []).append(mute)
    if not current:
        return list(problems), []
    shown, muted = [], []
    for problem in problems:
        fitting = [one for one in current.get(problem.code, ()) if one.fits(problem)]
        if fitting:
            muted.append((problem, fitting[0]))
        else:
            shown.append(problem)
    return shown, muted


def _read(index: int, item: Any) -> Mute | str:
    """The mute, or what is wrong with it."""
    if not isinstance(item, dict):
        return "it is not an object."
    texts = {
        key: _text(item.get(key)) for key in ("code", "type", "name", "path", "reason", "owner", "until")
    }
    texts["name"] = item["name"] if texts["name"] else ""  # as it stands, spaces too
    if texts["code"] not in RULES:
        return f"no lint rule is called {texts['code']!r}. {_meant(texts['code'])}".strip()
    if not texts["reason"]:
        return f"the one of {texts['code']} gives no reason."
    try:
        until = date.fromisoformat(texts.pop("until")[:10])
    except ValueError:
        return f"the one of {texts['code']} has no end; `until` should be a day like 2026-12-31."
    return Mute(**texts, until=until, index=index)


def _unusable(message: str, advice: str, steps: tuple[str | int, ...], key: str) -> Found:
    return Found("bad_setting", message, advice, steps=steps, key=key)


def _meant(code: str) -> str:
    meant = nearest(code, RULES)
    return f"Did you mean {meant}?" if meant else f"There are {listed(sorted(RULES))}."


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
