"""`python -m benchmarks.naming [FILE.csv …]`: how well names are read, against names labelled by hand; and how fast.

A file has the columns name, words, casing, order, object, action, tense, dynamic and suggested (alternatives apart by
` | `, empty where only a person can say). Without a file the labelled names of the tests are used.
"""

import csv
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trackingplans.domain.naming import Judgement, NamingConvention, judge

LABELLED = Path("tests/trackingplans/domain/naming/names.csv")
CONVENTION = {"event": {"order": "object_action", "tense": "past", "casing": "title"}}
# Of names that nobody wrote a rule for; the share that must be right.
TARGETS = {
    "words": 0.99,
    "casing": 0.98,
    "order": 0.96,
    "object and action": 0.95,
    "tense": 0.975,
    "dynamic": 0.99,
    "suggestion": 0.94,
}
SPEED = 5_000
ROUNDS = 5

Row = dict[str, str]


@dataclass(slots=True)
class Score:
    """How many of the names that can be told are right, and which are not: (name, what came, what is right)."""

    right: int = 0
    told: int = 0
    misses: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.told if self.told else 1.0

    def note(self, name: str, came: str, accepted: Sequence[str]) -> None:
        self.told += 1
        if came in accepted:
            self.right += 1
        else:
            self.misses.append((name, came, " | ".join(accepted)))


def rows(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def scores(labelled: Sequence[Row]) -> dict[str, Score]:
    """Each target's score; names are judged together by the usual convention, as a plan's are."""
    judged = judge([row["name"] for row in labelled], NamingConvention.from_document(CONVENTION))
    found = {target: Score() for target in TARGETS}
    for row, judgement in zip(labelled, judged, strict=True):
        _compare(row, judgement, found)
    return found


def _compare(row: Row, judgement: Judgement, found: dict[str, Score]) -> None:
    name, parsed = row["name"], judgement.parsed
    tense = row["tense"] if row["tense"] in parsed.tense else "|".join(parsed.tense) or "none"
    found["words"].note(name, " ".join(parsed.words), [row["words"]])
    found["casing"].note(name, parsed.casing, [row["casing"]])
    found["order"].note(name, parsed.order, [row["order"]])
    pair = f"{parsed.object} / {parsed.action}"
    found["object and action"].note(name, pair, [f"{row['object']} / {row['action']}"])
    found["tense"].note(name, tense, [row["tense"]])
    found["dynamic"].note(name, "yes" if parsed.is_dynamic else "no", [row["dynamic"]])
    accepted = [one.strip().lower() for one in row["suggested"].split(" | ") if one.strip()]
    if accepted:
        suggested = judgement.suggestions[0] if judgement.suggestions else name
        found["suggestion"].note(name, suggested.lower(), accepted)


def per_second(names: Sequence[str]) -> float:
    """Names judged together in a second, warm, the best of some rounds."""
    convention = NamingConvention.from_document(CONVENTION)
    many = list(dict.fromkeys(names))
    best = min(_seconds(many, convention) for _ in range(ROUNDS))
    return len(many) / best


def _seconds(names: Sequence[str], convention: NamingConvention) -> float:
    began = time.perf_counter()
    judge(names, convention)
    return time.perf_counter() - began


def start() -> float:
    """Seconds until a new process has judged its first name."""
    code = "from trackingplans.domain.naming import judge; judge(['Product Viewed'])"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def main(arguments: Sequence[str]) -> int:
    failed = False
    for path in [Path(one) for one in arguments] or [LABELLED]:
        labelled = rows(path)
        print(f"{path}: {len(labelled)} names\n")
        for target, score in scores(labelled).items():
            is_met = score.share >= TARGETS[target]
            failed |= not is_met
            mark = "" if is_met else "  MISSED"
            print(f"  {target:<18}{score.share:7.1%} of {score.told:<5}target {TARGETS[target]:.1%}{mark}")
            for name, came, right in score.misses:
                print(f"      {name}: {came or '-'}; right is {right or '-'}")
        print(f"\n  {per_second([row['name'] for row in labelled]):,.0f} names a second, target {SPEED:,}")
    print(f"  {start():.2f} s to start, target 1 s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
