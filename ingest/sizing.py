"""How many messages a worker takes at once: many make each cheaper, few keep others from waiting."""

from dataclasses import dataclass

MOST = 30_000  # messages
LEAST = 250
LONG, SHORT = 2.0, 0.35  # seconds that a group should take: a source alone, one beside which others wait
REMEMBERED = 10.0  # seconds since another source waited


@dataclass(slots=True)
class Size:
    """What one process has learnt from the groups it processed.

    Judging is many times slower than usual when every message brings a name that nobody has seen yet, so a number
    alone would not do: what arrives meanwhile waits until the group is done.
    """

    messages: int = 1_000
    shared_at: float = float("-inf")

    def learn(self, messages: int, seconds: float, at: float, *, is_full: bool, is_shared: bool) -> None:
        """From a group of so many messages, claimed `at`, that took so long. `is_full`: it might have held more;
        `is_shared`: one source had most of it, and others waited beside."""
        if is_shared:
            self.shared_at = at
        target = SHORT if at - self.shared_at < REMEMBERED else LONG
        if seconds > target:
            self.messages = max(LEAST, int(messages * target / seconds))
        elif is_full and seconds < target / 2:
            self.messages = min(MOST, 2 * self.messages)
