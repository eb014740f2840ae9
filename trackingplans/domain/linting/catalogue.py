"""Every lint rule: its id, its usual severity, and how many problems of it are said in one line."""

from dataclasses import dataclass

from trackingplans.domain.linting.problem import Severity

_ERROR, _WARN = Severity.ERROR, Severity.WARN


@dataclass(frozen=True, slots=True)
class LintRule:
    """`title`: what is wrong, in a few words. `many`: the same of `{n}` problems with one cause, which may be named.

    `weight`: how much it costs people who read reports, 0 to 100; ranks what to do first.
    """

    code: str
    severity: Severity
    weight: int
    title: str
    many: str


_RULES = (
    # What cannot work
    LintRule(
        "broken_schema", _ERROR, 100, "a schema that cannot be used",
        "{n} places where {cause} cannot be used",
    ),
    LintRule(
        "contradiction", _ERROR, 90, "constraints that exclude each other",
        "{n} contradictions in {cause}",
    ),
    LintRule(
        "bad_setting", _ERROR, 65, "a setting of the plan that cannot be used",
        "{n} settings cannot be used",
    ),
    LintRule(
        "unknown_event", _ERROR, 80, "a metric or funnel names an event that is not there",
        "{n} metrics name {cause}, which is not in the plan",
    ),
    LintRule(
        "type_conflict", _ERROR, 70, "one property, two types",
        "{cause} is of another type in {n} events than in the rest",
    ),
    LintRule(
        "unsafe_pattern", _ERROR, 30, "a pattern that can take very long",
        "{n} uses of the pattern {cause}",
    ),
    # Names
    LintRule(
        "dynamic_name", _ERROR, 75, "a value inside of an event name",
        "{n} event names that should be {cause}",
    ),
    LintRule(
        "duplicate", _ERROR, 70, "names that differ only in case or separator",
        "{n} other spellings of {cause}",
    ),
    LintRule(
        "dynamic_property_key", _ERROR, 60, "a value inside of a property name",
        "{n} properties named like {cause}",
    ),
    LintRule(
        "near_duplicate", _WARN, 50, "names that mean the same",
        "{n} other names for {cause}",
    ),
    LintRule(
        "property_in_name", _WARN, 40, "a property inside of an event name",
        "{n} events that should be {cause} with a property",
    ),
    LintRule(
        "property_near_duplicate", _WARN, 35, "property names that mean the same",
        "{n} other spellings of the property {cause}",
    ),
    LintRule(
        "leftover", _WARN, 45, "a name that nobody meant to keep",
        "{n} events look left over: copies, tests, place-holders",
    ),
    LintRule("no_convention", _WARN, 55, "no casing that most names share", "{n} kinds of names in no single casing"),
    LintRule("reserved", _WARN, 40, "a reserved name", "{n} reserved {cause}"),
    LintRule(
        "order", _WARN, 20, "object and action the other way round",
        "{n} {cause} in another word order",
    ),
    LintRule("tense", _WARN, 15, "another tense", "{n} {cause} in another tense"),
    LintRule("casing", _WARN, 20, "another casing", "{n} {cause} in another casing"),
    LintRule("separator", _WARN, 15, "another separator", "{n} {cause} with another separator"),
    LintRule(
        "vocabulary", _WARN, 15, "a word that is not in the vocabulary",
        "{n} {cause} with words that are not in the vocabulary",
    ),
    LintRule("synonym", _WARN, 20, "another word for the same", "{n} {cause} use another word than the plan's"),
    LintRule("forbidden_word", _WARN, 20, "a forbidden word", "{n} {cause} with a forbidden word"),
    LintRule("too_long", _WARN, 10, "too many words", "{n} {cause} of too many words"),
    # What is left unsaid
    LintRule(
        "weak_critical_event", _WARN, 85, "a critical event of which nothing useful is required",
        "{n} critical events require nothing useful",
    ),
    LintRule("no_funnel", _WARN, 60, "no core funnel", "no core funnel"),
    LintRule(
        "missing_owner", _WARN, 50, "no owner",
        "{n} events have no owner: nobody is told when they break",
    ),
    LintRule("missing_purpose", _WARN, 45, "no purpose", "{n} events do not say which question they answer"),
    LintRule("vanity_metric", _WARN, 40, "a metric that is a bare total", "{n} metrics are bare totals"),
    LintRule(
        "unclaimed_event", _WARN, 25, "an event that no metric or question asks for",
        "{n} events serve no metric and answer no question",
    ),
    LintRule(
        "unknown_metric", _WARN, 20, "an event names a metric that is not there",
        "{n} events name the metric {cause}, which the plan does not have",
    ),
    LintRule(
        "untyped_property", _WARN, 30, "a property without a type",
        "{n} properties have no type: anything passes",
    ),
    LintRule(
        "missing_description", _WARN, 15, "no description",
        "{n} {cause} have no description",
    ),
    # What has no effect
    LintRule(
        "required_not_declared", _WARN, 35, "required, but not declared",
        "{n} events require {cause} and do not declare it",
    ),
    LintRule(
        "shadowed_rule", _WARN, 45, "a rule that another one keeps from being used",
        "{n} rules are never used",
    ),
    LintRule(
        "unknown_format", _WARN, 20, "a format that nothing checks",
        "{n} uses of the format {cause}, which nothing checks",
    ),
    LintRule("mute_ended", _WARN, 30, "a mute that ended", "{n} mutes have ended"),
)  # fmt: skip

RULES = {rule.code: rule for rule in _RULES}
