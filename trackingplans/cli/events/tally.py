"""What was found, added up: how many messages of each verdict, and the same thing wrong counted once."""

from collections.abc import Iterable

import msgspec

from trackingplans.domain.findings import ROOT, Family, Finding, Verdict
from trackingplans.domain.message import Fault, Message
from trackingplans.domain.validation import Judgement

MOST_GROUPS = 10_000

Key = tuple[str, str, str, str, str, str]  # verdict, family, code, type, event, field
OTHER = "(other)"


class Group(msgspec.Struct, gc=False):
    """One thing that is wrong with `count` messages, and the first place of it: the line in its file.

    `event` as planned, or folded where it is not in the plan. `field`: the path with `$` for indexes; `path` and
    the rest are those of the first message.
    """

    verdict: str
    family: str
    code: str
    type: str
    event: str
    field: str
    name: str
    line: int
    path: str
    message: str
    expected: str | None = None
    actual: str | None = None
    suggestion: str | None = None
    count: int = 1

    @property
    def key(self) -> Key:
        return self.verdict, self.family, self.code, self.type, self.event, self.field


class Tally:
    """Verdicts and groups of some messages of one file. `line` is counted from where the block of them begins."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.conforming = self.unchecked = 0  # without any finding: nearly all
        self.others = dict.fromkeys(Verdict, 0)
        self._groups: dict[Key, Group] = {}

    def verdicts(self) -> dict[str, int]:
        """How many messages got each verdict."""
        counts = {verdict.value: count for verdict, count in self.others.items()}
        counts[Verdict.CONFORMING.value] += self.conforming
        counts[Verdict.UNCHECKED.value] += self.unchecked
        return counts

    def groups(self) -> list[Group]:
        return list(self._groups.values())

    def add(self, line: int, message: Message, judgement: Judgement) -> None:
        """Count a message with findings."""
        verdict = judgement.verdict
        self.others[verdict] += 1
        counted: set[Key] = set()
        for finding in judgement.findings:
            key = (
                _VALUES[verdict], _VALUES[finding.family], finding.code, message.type, judgement.event,
                finding.field,
            )  # fmt: skip
            if key in counted:
                continue  # several items of one list
            counted.add(key)
            group = self._groups.get(key)
            if group is not None:
                group.count += 1
            else:
                self._groups[key] = self._group(key, line, finding)

    def reject(self, line: int, fault: Fault) -> None:
        """Count what is no message."""
        self.others[Verdict.REJECTED] += 1
        rejected = Verdict.REJECTED.value
        self.merge([
            Group(
                rejected, Family.REJECTED.value, fault.code, fault.type or "", "", ROOT, self.name, line, ROOT,
                fault.reason,
            )
        ])  # fmt: skip

    def take(self, verdicts: dict[str, int], groups: Iterable[Group], line: int) -> None:
        """Add what became of a block that begins at `line`."""
        for verdict, count in verdicts.items():
            self.others[Verdict(verdict)] += count
        self.merge(groups, line)

    def merge(self, groups: Iterable[Group], line: int = 0) -> None:
        """Add what another tally found, whose lines are counted from `line`."""
        for group in groups:
            known = self._groups.get(group.key)
            if known is None and len(self._groups) >= MOST_GROUPS:
                group = self._other(group)
                known = self._groups.get(group.key)
            if known is None:
                group.line += line
                self._groups[group.key] = group
            else:
                known.count += group.count

    def _other(self, group: Group) -> Group:
        """Where a group is counted for which there is no room."""
        sentence = f"More than {MOST_GROUPS:,} different things are wrong; these are the others."
        return msgspec.structs.replace(group, type="", event=OTHER, field=OTHER, message=sentence)

    def _group(self, key: Key, line: int, finding: Finding) -> Group:
        return Group(
            *key, self.name, line, finding.path, finding.message, finding.expected, finding.actual,
            finding.suggestion,
        )  # fmt: skip


_VALUES: dict[Verdict | Family, str] = {one: one.value for one in (*Verdict, *Family)}
