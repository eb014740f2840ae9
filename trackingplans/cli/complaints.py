"""What stops a command: said in one line on stderr, exit code 2."""

from collections.abc import Iterable

from trackingplans.domain.plan import Problem

SHOWN = 20


class Unusable(Exception):
    """Inputs that cannot be used. `said`: for each of them its name as it was given, and a sentence."""

    def __init__(self, *said: tuple[str, str]) -> None:
        super().__init__(": ".join(said[0]))
        self.said = said

    @property
    def sentence(self) -> str:
        """What is wrong with the first."""
        return self.said[0][1]

    def lines(self) -> list[str]:
        """What to say, one complaint a line."""
        shown = [": ".join(one) for one in self.said[:SHOWN]]
        more = len(self.said) - SHOWN
        return [*shown, f"and {more} more"] if more > 0 else shown


def together(complaints: Iterable[Unusable]) -> Unusable:
    """Several complaints as one."""
    return Unusable(*(one for complaint in complaints for one in complaint.said))


def of_problems(name: str, problems: Iterable[Problem]) -> Unusable:
    """The complaint about a plan document."""
    return Unusable(*((name, str(problem)) for problem in problems))
