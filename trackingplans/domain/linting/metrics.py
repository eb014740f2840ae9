"""Whether a plan's metrics say something, name events that are there, and ask for the events that are."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trackingplans.domain.linting.problem import Found, former_names
from trackingplans.domain.nearest import Vocabulary
from trackingplans.domain.plan import NAMED_TYPES, Plan, Rule

_COUNTED = re.compile(
    r"\b(?:totals?|sum|cumulative|lifetime|all[- ]time|overall|counts?)\b"
    r"|\b(?:number|amount|quantity|how many)\b|# ?of\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:per|rates?|ratio|shares?|percent(?:age)?|average|avg|mean|median|divided|proportion|conversion|retention"
    r"|churn|growth|active|each|every|versus|vs|compared)\b"
    r"|(?:^|[.,;:?!] |\bout )of (?:the |all |those )?\w+ (?:who|that|which)\b"
    r"|\bout of\b|\bof those\b|\bwithin (?:the |their )?(?:first )?(?:\d|an?\b|one\b)|%|/",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:revenues?|sales|turnover|income|earnings|profits?|margin|gmv|arr|mrr|money|gross merchandise)\b",
    re.IGNORECASE,
)
_FILLING = re.compile(r"\b(?:all|of|the|events?|and|plus|calls?)\b|[\W_]+", re.IGNORECASE)


def about_metrics(plan: Plan) -> Iterator[Found]:
    """What is wrong with the metrics themselves."""
    names = _event_names(plan)
    vocabulary = Vocabulary(names)
    moved = {former: rule.name for rule in plan.rules for former in former_names(rule)}
    for index, metric in enumerate(plan.metrics):
        title = _text(metric.get("name")) or f"Metric {index + 1}"
        for at, event in enumerate(_funnel(metric)):
            if event not in names:
                meant = moved.get(event) or vocabulary.nearest(event)
                yield Found(
                    "unknown_event",
                    f"The funnel of “{title}” names `{event}`, which is not in the plan: nobody reaches that step.",
                    f"Did you mean `{meant}`?" if meant else "Add the event to the plan, or take the step out.",
                    steps=("metrics", index, "funnel", at), suggestion=meant, key=f"{title}: {event}",
                    cause=f"`{event}`",
                )  # fmt: skip
        if _is_bare_total(metric, names):
            yield Found(
                "vanity_metric",
                f"“{title}” is a bare total: it grows by itself and tells nobody what to do.",
                "Say of whom, or per what: a share of those who could have, or a number per person and week.",
                steps=("metrics", index), key=title,
            )  # fmt: skip
    if len(names) > 1 and not any(len(_funnel(metric)) > 1 for metric in plan.metrics):
        yield Found(
            "no_funnel",
            "No metric has a funnel, so nobody sees where people are lost.",
            "Give the metric that matters most the three to six events that lead to it.",
            steps=("metrics",),
        )  # fmt: skip


def about_claims(plan: Plan, newest: list[Rule]) -> Iterator[Found]:
    """Events that nobody asked for, and metrics that events name and the plan does not have."""
    metrics = {_text(metric.get("name")) for metric in plan.metrics} - {""}
    vocabulary = Vocabulary(metrics)
    told = [" ".join(_texts(metric)) for metric in plan.metrics]
    in_funnels = {event for metric in plan.metrics for event in _funnel(metric)}
    for rule in newest:
        listed = rule.meta.get("metrics")
        named = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
        for at, name in enumerate(named):
            if name not in metrics:
                meant = vocabulary.nearest(name)
                yield Found(
                    "unknown_metric",
                    f"`{rule.name or rule.type}` serves “{name}”, but the plan has no metric of that name.",
                    f"Did you mean “{meant}”?" if meant else "Add the metric with its question, or take the name out.",
                    rule, ("meta", "metrics", at), suggestion=meant, key=name, cause=f"“{name}”",
                )  # fmt: skip
        if rule.type == "track" and not (named or rule.name in in_funnels or _is_asked(rule, told)):
            yield Found(
                "unclaimed_event",
                f"`{rule.name}` serves no metric and answers no question.",
                "Name the metric that needs it, write the question as its purpose, or take it out.",
                rule, ("meta", "metrics"), key="",
            )  # fmt: skip


def _is_asked(rule: Rule, told: list[str]) -> bool:
    """Whether its own purpose is a question, or the words of a metric name it."""
    if "?" in _text(rule.meta.get("purpose")):
        return True
    mention = re.compile(rf"(?<!\w){re.escape(rule.name)}(?!\w)")
    return any(rule.name in words and mention.search(words) for words in told)


def _is_bare_total(metric: Mapping[str, Any], names: frozenset[str]) -> bool:
    said = ". ".join(_texts(metric))
    if len(_funnel(metric)) > 1 or _COMPARED.search(said) or _MONEY.search(said):
        return False
    name, definition = _text(metric.get("name")), _text(metric.get("definition"))
    return bool(_COUNTED.search(f"{name} {definition or _text(metric.get('question'))}")) or _is_only_events(
        definition, names
    )


def _is_only_events(definition: str, names: frozenset[str]) -> bool:
    """Whether a definition says nothing but names of events."""
    rest = definition
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, " ")
    return rest != definition and not _FILLING.sub("", rest)


def _event_names(plan: Plan) -> frozenset[str]:
    return frozenset(rule.name for rule in plan.rules if rule.type in NAMED_TYPES and rule.name)


def _funnel(metric: Mapping[str, Any]) -> list[str]:
    steps = metric.get("funnel")
    return [step for step in steps if isinstance(step, str)] if isinstance(steps, list) else []


def _texts(metric: Mapping[str, Any]) -> Iterator[str]:
    return (_text(metric.get(key)) for key in ("name", "question", "definition"))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
