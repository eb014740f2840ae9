"""A text that a regular expression fits, for samples: read in one pass, the shortest way through it."""

from collections.abc import Iterable, Iterator

DEEPEST = 40
LONGEST = 10_000  # characters; a longer text helps nobody
_STEPS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 100, 255)

_OF_CLASS = {"d": "1", "s": " ", "D": "a", "n": "\n", "t": "\t", "r": "\r", "h": " "}
_IN_CLASS = {
    "d": "1234567890",
    "w": "abcABC123_",
    "s": " \t",
    "D": "abcABC-_ ",
    "W": "-. ",
    "S": "abcABC123-",
}
_TRIED = "aA1b_-. /:,@2é"
_OF_PROPERTY = {"Lu": "A", "Uppercase": "A", "N": "1", "Nd": "1", "P": "-", "Z": " ", "Zs": " ", "S": "+"}


class Unreadable(ValueError):
    """The pattern holds what is not understood here."""


def texts(pattern: str) -> Iterator[str]:
    """Texts that should fit, shorter ones first: what repeats does so a little more often each time.

    Whoever uses one holds it against the pattern: look-around and back-references are passed over.
    """
    for is_mixed in (False, True):
        for extra in _STEPS:
            try:
                yield _Reading(pattern, extra, is_mixed=is_mixed).text()
            except (Unreadable, IndexError, ValueError):
                return


class _Reading:
    """One pass through a pattern. What may repeat does so `extra` times more than it must; `is_mixed`: letters and
    digits by turns, where both may stand."""

    def __init__(self, pattern: str, extra: int, *, is_mixed: bool) -> None:
        self._pattern, self._extra, self._is_mixed = pattern, extra, is_mixed
        self._at, self._depth = 0, 0

    def text(self) -> str:
        found = self._alternatives()
        if self._at < len(self._pattern):
            raise Unreadable
        return found

    def _more(self) -> bool:
        return self._at < len(self._pattern) and self._pattern[self._at] not in "|)"

    def _alternatives(self) -> str:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable
        found = [self._sequence()]
        while self._at < len(self._pattern) and self._pattern[self._at] == "|":
            self._at += 1
            found.append(self._sequence())
        self._depth -= 1
        return found[0]

    def _sequence(self) -> str:
        found = ""
        while self._more():
            atom = self._atom()
            low, high = self._times()
            count = low + min(self._extra, high - low)
            if len(found) + len(atom[0]) * count > LONGEST:
                raise Unreadable
            found += (
                "".join(atom[nth % len(atom)] for nth in range(count)) if self._is_mixed else atom[0] * count
            )
        return found

    def _atom(self) -> list[str]:
        """What may stand here, one of each kind."""
        sign = self._pattern[self._at]
        self._at += 1
        if sign in "^$":
            return [""]
        if sign == "(":
            return [self._group()]
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._shorthand()
        return _kinds("aA1") if sign == "." else [sign]

    def _shorthand(self) -> list[str]:
        kind = self._pattern[self._at]
        if kind not in "wSW":
            return [self._escaped()]
        self._at += 1
        return _kinds(_IN_CLASS[kind])

    def _group(self) -> str:
        is_passed_over = False
        if self._pattern.startswith("?", self._at):
            self._at += 1
            kind = self._pattern[self._at]
            self._at += 1
            if kind in "P<":
                self._at += kind == "P"
                is_passed_over = self._pattern[self._at] in "=!"
                if not is_passed_over:
                    self._at = self._pattern.index(">", self._at) + 1
            elif kind in "=!":
                is_passed_over = True
            elif kind != ":":
                raise Unreadable
        found = self._alternatives()
        self._at += 1  # the closing bracket
        return "" if is_passed_over else found

    def _class(self) -> list[str]:
        is_not = self._pattern[self._at] == "^"
        self._at += is_not
        held: list[str] = []
        first = True
        while first or self._pattern[self._at] != "]":
            first = False
            sign = self._one_of_class()
            if self._pattern[self._at] == "-" and self._pattern[self._at + 1] != "]" and len(sign) == 1:
                self._at += 1
                last = self._one_of_class()
                held += [chr(code) for code in range(ord(sign), min(ord(last[0]), ord(sign) + 500) + 1)]
            else:
                held += sign
        self._at += 1
        if is_not:
            held = [one for one in _TRIED if one not in held] or ["\u2603"]
        return _kinds(held)

    def _one_of_class(self) -> str:
        sign = self._pattern[self._at]
        self._at += 1
        if sign != "\\":
            return sign
        kind = self._pattern[self._at]
        if kind in _IN_CLASS:
            self._at += 1
            return _IN_CLASS[kind]
        return self._escaped()

    def _escaped(self) -> str:
        kind = self._pattern[self._at]
        self._at += 1
        if kind in "bBAzZ":
            return ""
        if kind in "ux":
            return self._code(kind)
        if kind in "pP":
            end = self._pattern.index("}", self._at)
            name = self._pattern[self._at + 1 : end].rpartition("=")[2]
            self._at = end + 1
            return _OF_PROPERTY.get(name, "a") if kind == "p" else "-"
        if kind.isdigit() and kind != "0":
            raise Unreadable  # a back-reference
        return _OF_CLASS.get(kind, kind)

    def _code(self, kind: str) -> str:
        if self._pattern[self._at] == "{":
            end = self._pattern.index("}", self._at)
            digits, self._at = self._pattern[self._at + 1 : end], end + 1
        else:
            length = 4 if kind == "u" else 2
            digits, self._at = self._pattern[self._at : self._at + length], self._at + length
        return chr(int(digits, 16))

    def _times(self) -> tuple[int, int]:
        sign = self._pattern[self._at] if self._at < len(self._pattern) else ""
        low, high = {"*": (0, LONGEST), "+": (1, LONGEST), "?": (0, 1)}.get(sign, (1, 1))
        if sign and sign in "*+?":
            self._at += 1
        elif sign == "{":
            low, high = self._counted()
        else:
            return low, high
        if self._at < len(self._pattern) and self._pattern[self._at] in "?+":
            self._at += 1  # lazy or possessive
        return low, high

    def _counted(self) -> tuple[int, int]:
        end = self._pattern.index("}", self._at)
        least, comma, most = self._pattern[self._at + 1 : end].partition(",")
        if not least.isdecimal():
            raise Unreadable
        self._at = end + 1
        low = int(least)
        return low, (int(most) if most else LONGEST) if comma else low


def _kinds(signs: Iterable[str]) -> list[str]:
    """One sign of each kind, letters and digits first."""
    found: dict[str, str] = {}
    for sign in signs:
        kind = (
            "lower"
            if sign.islower()
            else "upper"
            if sign.isupper()
            else "digit"
            if sign.isdigit()
            else "other"
        )
        found.setdefault(kind, sign)
    order = ("lower", "upper", "digit", "other")
    return [found[kind] for kind in order if kind in found]
