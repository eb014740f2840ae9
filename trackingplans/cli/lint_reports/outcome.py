"""What `planwright lint` found, as every format tells it."""

from dataclasses import dataclass

from trackingplans.domain.linting.problem import Problem, Severity


@dataclass(frozen=True, slots=True)
class Outcome:
    """`new`: worst first; without a baseline every open problem. `source`: the text of the file."""

    file: str
    source: str
    plan: str
    events: int
    new: list[Problem]
    existing: int
    fixed: int
    muted: int
    has_baseline: bool

    @property
    def errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.new)

    @property
    def warnings(self) -> int:
        return len(self.new) - self.errors
