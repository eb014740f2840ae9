"""Problems as a person takes them on: those of one cause in one line, and the five lines to begin with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

from trackingplans.domain.linting.catalogue import RULES, LintRule
from trackingplans.domain.linting.problem import Problem, Severity

FIRST = 5
# An error weighs more than any rule alone, critical events (by their share of a line) nearly as much; twice as many
# problems of one cause weigh a little more, so that forty names of one kind come before one more slip.
_ERROR, _CRITICAL, _DOUBLED = 100, 80, 8


@dataclass(frozen=True, slots=True)
class Line:
    """Problems of one rule and cause. `more`: other problems of the same rule that this line also stands for."""

    rule: LintRule
    problems: tuple[Problem, ...]
    more: int = 0

    @property
    def first(self) -> Problem:
        return self.problems[0]

    @property
    def is_error(self) -> bool:
        return self.first.severity is Severity.ERROR

    @property
    def sentence(self) -> str:
        """What is wrong: the problem's own words, or one sentence for all of them."""
        if len(self.problems) == 1:
            return self.first.message
        return self.rule.many.format(n=f"{len(self.problems):,}", cause=self.first.cause) + "."

    @property
    def score(self) -> float:
        count = len(self.problems)
        critical = sum(problem.is_critical for problem in self.problems) / count
        return self.rule.weight + self.is_error * _ERROR + critical * _CRITICAL + log2(count) * _DOUBLED


@dataclass(frozen=True, slots=True)
class Group:
    """All problems of one rule that weigh the same."""

    rule: LintRule
    severity: Severity
    lines: tuple[Line, ...]
    count: int


def ranked(problems: Iterable[Problem]) -> list[Problem]:
    """Worst first: errors, critical events, weight of the rule; then by event."""
    return sorted(problems, key=_rank)


def lines(problems: Iterable[Problem]) -> list[Line]:
    """The problems folded by rule, severity and cause, worst first."""
    found: dict[tuple[str, Severity, str], list[Problem]] = {}
    for problem in ranked(problems):
        found.setdefault((problem.code, problem.severity, problem.cause), []).append(problem)
    folded = [Line(RULES[code], tuple(of_cause)) for (code, _, _), of_cause in found.items()]
    return sorted(folded, key=lambda line: -line.score)


def first(folded: Sequence[Line], most: int = FIRST) -> list[Line]:
    """The lines to begin with: the worst of each rule, which stands for the others of it; then whatever is worst."""
    chosen: dict[str, Line] = {}
    others: dict[str, int] = {}
    for line in folded:
        if line.rule.code in chosen:
            others[line.rule.code] = others.get(line.rule.code, 0) + len(line.problems)
        else:
            chosen[line.rule.code] = line
    if len(chosen) < most:
        return list(folded[:most])
    heads = list(chosen.values())[:most]
    return [Line(line.rule, line.problems, others.get(line.rule.code, 0)) for line in heads]


def groups(folded: Sequence[Line]) -> list[Group]:
    """The lines of each rule, the rule with the worst line first; a rule's warnings apart from its errors."""
    found: dict[tuple[str, Severity], list[Line]] = {}
    for line in folded:
        found.setdefault((line.rule.code, line.first.severity), []).append(line)
    return [
        Group(
            of_rule[0].rule,
            of_rule[0].first.severity,
            tuple(of_rule),
            sum(len(line.problems) for line in of_rule),
        )
        for of_rule in found.values()
    ]


def _rank(problem: Problem) -> tuple[bool, bool, int, str, str, str]:
    return (
        problem.severity is not Severity.ERROR,
        not problem.is_critical,
        -RULES[problem.code].weight,
        problem.code,
        problem.event.casefold(),
        problem.identity.place,
    )
