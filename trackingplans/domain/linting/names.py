"""The naming rules over a whole plan: its events, its properties, its traits, each name once."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from trackingplans.domain.folding import fold
from trackingplans.domain.linting.problem import Found, Severity
from trackingplans.domain.linting.slots import KIND_OF_AREA, Described
from trackingplans.domain.naming import (
    ConventionError,
    Issue,
    Judgement,
    NamingConvention,
    infer_convention,
    judge,
)
from trackingplans.domain.naming.convention import CONSISTENT
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.schemas import Pointer

LEFTOVER = "leftover"
FEWEST_TO_AGREE = 10  # names from which on a plan without any usual casing is told so
_ALIKE = frozenset(("duplicate", "near_duplicate", "property_near_duplicate"))
_PLURALS = {"event": "event names", "property": "property names", "trait": "trait names"}
_SNAKE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_SEPARATORS = re.compile(r"[\s_.\-]+")
# What copies, trials and place-holders are called: at the beginning, at the end, and as a whole.
_BEFORE = re.compile(
    r"(?:copy of|do not use|don't use|todo:|fixme|xxx|tmp|untitled event|asdf\w*|qwer\w*|foobar|lorem)\b ?"
)
_AFTER = re.compile(r" ?(?:\((?:\d+|copy|old|test|deprecated)\)|\b(?:final v?\d+|v\d+ final|do not use))$")
_WHOLE = re.compile(r"(?:(?:my|new|test|some) )?(?:event|test)(?: \d+| name)?|foo|bar|baz|tests")


@dataclass(slots=True)
class _Named:
    """A name, and the rules that have it; `steps` lead to it in the first of them."""

    steps: Pointer
    rules: list[Rule] = field(default_factory=list)


def about_names(plan: Plan, events: Sequence[Described], off: Collection[str]) -> Iterator[Found]:
    """What is wrong with the names of a plan by its own convention. `off`: rules that the plan has switched off."""
    try:
        convention = NamingConvention.from_document(plan.naming)
    except ConventionError as error:
        steps = ("naming", *error.path.split(".")) if error.path else ("naming",)
        yield Found(
            "bad_setting", f"The naming rules cannot be used, so no name is judged. {error}",
            "Correct them.", steps=steps, key="naming",
        )  # fmt: skip
        return
    for kind, named in _names(plan, events).items():
        leftovers = _leftovers(kind, named) if LEFTOVER not in off else {}
        yield from leftovers.values()
        kept = [name for name in named if name not in leftovers]
        yield from _disagreeing(convention, kind, kept)
        for judgement in judge(_preferred(kind, kept, named), convention, kind):
            for issue in _told(judgement):
                yield _found(kind, judgement, issue, named)


def strays(plan: Plan, found: Sequence[Found]) -> frozenset[tuple[str, str]]:
    """The events (type, name) that should be there under another name, or not at all."""
    names = {rule.name for rule in plan.rules}
    return frozenset(
        (one.rule.type, one.rule.name)
        for one in found
        if one.rule
        and (one.code == LEFTOVER or one.suggestion not in (None, one.rule.name))
        and (one.code in (LEFTOVER, "dynamic_name") or (one.code == "duplicate" and one.suggestion in names))
    )


def _names(plan: Plan, events: Sequence[Described]) -> dict[str, dict[str, _Named]]:
    found: dict[str, dict[str, _Named]] = {"event": {}, "property": {}, "trait": {}}
    for rule in sorted(plan.rules, key=lambda rule: -rule.version):
        if rule.type == "track":
            found["event"].setdefault(rule.name, _Named(("name",))).rules.append(rule)
    for event in events:
        for slot in event.slots:
            named = found[KIND_OF_AREA[slot.path[0]]].setdefault(slot.name, _Named(slot.steps))
            named.rules.append(slot.rule)
    for name in plan.properties:
        found["property"].setdefault(name, _Named(("properties", name)))
    return found


def _leftovers(kind: str, named: dict[str, _Named]) -> dict[str, Found]:
    """Events called as a copy, a trial or a place-holder is."""
    found = {}
    for name, place in named.items() if kind == "event" else ():
        plain = _plain(name)
        before = _BEFORE.match(plain)
        rest = _AFTER.sub("", plain[before.end() :] if before else plain)
        if rest == plain and not _WHOLE.fullmatch(plain):
            continue
        meant = next((other for other in sorted(named) if _plain(other) == rest != plain), None)
        advice = (
            f"Is it `{meant}`? Take it out, and have what sends it send that."
            if meant
            else "Take it out, or name it."
        )
        found[name] = Found(
            LEFTOVER, f"`{name}` looks left over: a copy, a test or a place-holder.", advice,
            place.rules[0], place.steps, suggestion=meant, key="name",
        )  # fmt: skip
    return found


def _plain(name: str) -> str:
    return _SEPARATORS.sub(" ", name).strip().lower()


def _disagreeing(convention: NamingConvention, kind: str, names: Sequence[str]) -> Iterator[Found]:
    """A plan that asks for no casing, and whose names have none in common."""
    if len(names) < FEWEST_TO_AGREE or convention.casing_for(kind) != CONSISTENT:
        return
    inferred = infer_convention(names, kind)
    support = inferred.support.get("casing")
    if support is not None and getattr(inferred.convention, kind).casing == CONSISTENT:
        yield Found(
            "no_convention",
            f"{_PLURALS[kind].capitalize()} have no casing in common: no more than {support}.",
            "Choose one in the naming rules; from then on new names are held to it.",
            steps=("naming", kind, "casing"),
        )  # fmt: skip


def _preferred(kind: str, names: Sequence[str], named: dict[str, _Named]) -> list[str]:
    """The names, the one to stay of two that are one first: as the Segment Spec writes them, then what is used most.

    Moving rules changes nothing.
    """
    if kind == "event":
        return sorted(names, key=lambda name: (" " not in name, name.isupper(), name))
    return sorted(
        names, key=lambda name: (not _SNAKE.fullmatch(name), " " in name, -len(named[name].rules), name)
    )


def _told(judgement: Judgement) -> Iterator[Issue]:
    """The issues that are problems: of two names that are one, the one that stays has none for that.

    A name that is going to be another one is asked for nothing else.
    """
    issues = [one for one in judgement.issues if one.code not in _ALIKE or one.suggestion in one.related]
    going = [one for one in issues if one.code in ("dynamic_name", "duplicate") and one.suggestion]
    yield from going[:1] or issues


def _found(kind: str, judgement: Judgement, issue: Issue, named: dict[str, _Named]) -> Found:
    name, place = judgement.name, named[judgement.name]
    subject, key = ("", "name") if kind == "event" else (kind, name)
    others: list[Rule] = []
    if issue.code in _ALIKE and issue.suggestion:  # the same problem, whichever of the two is to stay
        subject, key = kind, " = ".join(sorted((name, issue.suggestion)))
        others = named[issue.suggestion].rules if kind == "event" else []
    return Found(
        code=issue.code,
        message=_sentence(name, issue.message),
        advice=_advice(kind, name, issue, named),
        rule=place.rules[0] if place.rules else None,
        steps=place.steps,
        suggestion=issue.suggestion,
        key=key,
        subject=subject,
        cause=_cause(kind, name, issue),
        severity=Severity(issue.severity),
        among=(*place.rules, *others),
    )


def _sentence(name: str, message: str) -> str:
    """What is wrong with a name, the name in it: naming leaves it out, as it stands beside what it judges."""
    if f"`{name}`" in message:
        return message
    return (
        f"`{name}` {message.removeprefix('This ')}" if message.startswith("This ") else f"`{name}`: {message}"
    )


def _advice(kind: str, name: str, issue: Issue, named: dict[str, _Named]) -> str:
    better = issue.suggestion
    if better is None or better == name:
        return "Rename it, or list it under the exceptions of the naming rules with the reason."
    if kind == "event" and better in named:
        return f"Keep `{better}` and make this its former name, so that both are counted as one."
    if kind == "event":
        return f"Rename it to `{better}`; while senders move, keep the old one as a former name."
    return f"Call it `{better}` everywhere."


def _cause(kind: str, name: str, issue: Issue) -> str:
    """What such names have in common: the one that they should all be, or what is wrong with them."""
    if issue.code in _ALIKE:
        return f"`{issue.suggestion}`"
    if issue.code in ("dynamic_name", "property_in_name"):
        return f"`{issue.suggestion}`" if issue.suggestion else "one event with a property"
    if issue.code == "dynamic_property_key":
        return f"`{fold(name)}`"
    return _PLURALS[kind]
