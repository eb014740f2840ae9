"""Lint for people: one screen with what to do first on top, or a listing of all."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from trackingplans.cli.lint_reports.outcome import Outcome
from trackingplans.domain.linting import ranking
from trackingplans.domain.linting.problem import Problem, Severity
from trackingplans.domain.linting.ranking import Group, Line

NARROWEST, WIDEST = 60, 120
LOW = 30  # rows of a screen on which each of the first five has two rows, not three
FEW = 5  # lines that are all shown at once

Row = list[tuple[str, str]]  # texts, each with the style it is printed in

_STYLES = {Severity.ERROR: "bold red", Severity.WARN: "yellow"}
_GAP = " " * 10


def screen(outcome: Outcome, width: int, height: int) -> list[Row]:
    """What is new, with what to do first on top; how many there are of each rule; the commands that show more."""
    width = min(max(width, NARROWEST), WIDEST)
    rows: list[Row] = [[(headline(outcome), "bold")]]
    if not outcome.new:
        return rows
    folded = ranking.lines(outcome.new)
    groups = ranking.groups(folded)
    rows.append([])
    if len(folded) > FEW:
        rows.append([("Do these five first", "bold")])
    for number, line in enumerate(ranking.first(folded, FEW), start=1):
        rows += _entry(line, f"{number}  " if len(folded) > FEW else "", width, 2 if height < LOW else 3)
    if len(folded) > FEW:
        rows += [[], *_counts(groups, width), [], *_hints(outcome, groups)]
    return rows


def listing(outcome: Outcome, codes: Sequence[str], width: int) -> Iterator[Row]:
    """Every problem of these rules (of all, when none is named), by rule and cause."""
    width = min(max(width, NARROWEST), WIDEST)
    for group in ranking.groups(ranking.lines(outcome.new)):
        if codes and group.rule.code not in codes:
            continue
        yield [(group.rule.code, "bold"), (f"  {group.count:,} × {group.rule.title}", "dim")]
        for line in group.lines:
            for problem in line.problems:
                yield from _told(
                    problem, f"{_event(problem)}{problem.message} → {problem.advice}", "", width, None
                )
        yield []


def headline(outcome: Outcome) -> str:
    """How many there are: `Shop: 12 new problems (1 error, 11 warnings); 312 existing, 14 fixed since.`"""
    new = "new " if outcome.has_baseline else ""
    said = f"no {new}problem"
    if outcome.new:
        kinds = [_counted(outcome.errors, "error"), _counted(outcome.warnings, "warning")]
        said = f"{_counted(len(outcome.new), f'{new}problem')} ({', '.join(kind for kind in kinds if kind)})"
    parts = [f"{said} in {_counted(outcome.events, 'event') or 'no event'}"]
    if outcome.has_baseline:
        parts.append(f"{outcome.existing:,} existing, {outcome.fixed:,} fixed since")
    if outcome.muted:
        parts.append(f"{outcome.muted:,} muted")
    return visible(f"{outcome.plan or 'The plan'}: {'; '.join(parts)}.")


def visible(text: str) -> str:
    """Text from a file, with what could steer a terminal spelt out."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _entry(line: Line, number: str, width: int, most: int) -> Iterator[Row]:
    """A line of problems: what is wrong, how many more there are of its rule, what to do."""
    more = f" (and {line.more:,} more of {line.rule.code})" if line.more else ""
    event = _event(line.first) if len(line.problems) == 1 else ""
    return _told(line.first, f"{event}{line.sentence}{more} → {line.first.advice}", number, width, most)


def _told(problem: Problem, text: str, number: str, width: int, most: int | None) -> Iterator[Row]:
    begin = f"{problem.severity:<6} "
    indent = " " * len(number + begin)
    parts = wrap(visible(text), width - len(indent)) or [""]
    if most is not None and len(parts) > most:
        parts = [*parts[: most - 1], f"{parts[most - 1][: width - len(indent) - 1]}…"]
    yield [(number, "dim"), (begin, _STYLES[problem.severity]), (parts[0], "")]
    yield from ([(indent + part, "")] for part in parts[1:])


def _event(problem: Problem) -> str:
    return f"{problem.unnamed_event}: " if problem.unnamed_event else ""


def _counts(groups: Sequence[Group], width: int) -> Iterator[Row]:
    for word, severity in (("errors", Severity.ERROR), ("warnings", Severity.WARN)):
        told = [f"{group.rule.code}\0{group.count:,}" for group in groups if group.severity is severity]
        for part in wrap(" · ".join(told), width - len(_GAP)):
            yield [(f"{word:<10}", "dim"), (part.replace("\0", " "), "")]
            word = ""


def _hints(outcome: Outcome, groups: Sequence[Group]) -> Iterator[Row]:
    command = f"planwright lint {visible(outcome.file)}"
    yield [
        ("All of a rule: ", "dim"),
        (f"{command} --rule {groups[0].rule.code}", ""),
        ("   all of them: --all", "dim"),
    ]
    if not outcome.has_baseline:
        yield [("To be told of new ones only: ", "dim"), (f"{command} --baseline lint-baseline.json", "")]


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' if count != 1 else ''}" if count else ""
