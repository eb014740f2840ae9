"""Names beside each other: the same name twice, two names for one event, values of a property as names."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from trackingplans.domain.naming.parsing import ParsedName
from trackingplans.domain.naming.reading import Order
from trackingplans.domain.naming.sameness import Key, key_of
from trackingplans.domain.naming.values import VALUES
from trackingplans.domain.naming.verbs import verb

MOST_RELATED = 20
NOTHING: Mapping[str, list[str]] = {}
_SEPARATORS = re.compile(r"[\W_]+")
_SHORTEST_TYPO = 5
_SHORTEST_SUBSTITUTION = 10
_LONGEST_TYPO = 30
_FAMILY = 200  # words that begin with one letter, in one place: beyond that they are values


@dataclass(frozen=True, slots=True)
class Twin:
    """A name that is another one again. `kept` is the name to stay; `related` are all the others of its group.

    `kind` is `exact` (they differ by case or separator), `meaning` or `typo`.
    """

    kind: str
    kept: str
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A name that is one event with its siblings: the place of the word that is a value of a property."""

    property: str
    place: int
    siblings: tuple[str, ...]


class Comparison:
    """Names compared with each other; those with values made at run time are left out.

    Of a group stays a name that was there `earlier`, else one that is `right` by itself, else the first.
    """

    def __init__(self, names: Sequence[ParsedName], earlier: Collection[str], right: Collection[str]) -> None:
        self._names = [one for one in names if not one.values]
        self._rank = {
            one.name: (one.name not in earlier, one.name not in right, index)
            for index, one in enumerate(self._names)
        }

    def twins(self) -> dict[str, list[Twin]]:
        """The names that say the same, by name."""
        found: dict[str, list[Twin]] = defaultdict(list)
        again: dict[str, list[str]] = {}
        for group in _grouped((" ".join(one.words), one.name) for one in self._names):
            ranked = self._note(found, "exact", group)
            again[ranked[0]] = ranked[1:]
        gone = {name for names in again.values() for name in names}
        alone = [one for one in self._names if one.name not in gone]
        keys = {one.name: key_of(one) for one in alone}
        for group in _alike(alone, keys):
            self._note(found, "meaning", group, again)
        for pair in _typing_errors(keys):
            self._note(found, "typo", list(pair), again)
        return found

    def _note(
        self,
        found: dict[str, list[Twin]],
        kind: str,
        group: list[str],
        again: Mapping[str, list[str]] = NOTHING,
    ) -> list[str]:
        """Add a group, with how its names are written `again`; gives it with the name to stay first."""
        ranked = sorted(group, key=self._rank.__getitem__)
        for name in ranked:
            others = [other for other in ranked if other != name]
            others += [twin for other in others for twin in again.get(other, ())]
            found[name].append(Twin(kind, ranked[0], tuple(others[:MOST_RELATED])))
        return ranked

    def merged(self) -> dict[str, Merged]:
        """The names that differ only in a value (`Blue Button Clicked`, `Red Button Clicked`), by name."""
        groups: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
        for one in self._names:
            for property, place in _values_inside(one):
                words = one.words
                groups[(property, *words[:place], "\0", *words[place + 1 :])].append((one.name, place))
        found: dict[str, Merged] = {}
        for key, members in groups.items():
            for name, place in members if len(members) > 1 else ():
                siblings = [other for other, _ in members if other != name]
                found.setdefault(name, Merged(key[0], place, tuple(siblings[:MOST_RELATED])))
        return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, name in pairs:
        if key:
            groups[key].append(name)
    return [group for group in groups.values() if len(group) > 1]


def _alike(names: Sequence[ParsedName], keys: dict[str, Key]) -> list[list[str]]:
    """Groups of names with one meaning, or with the same letters."""
    groups = _grouped((key.text.strip("|") and key.text, name) for name, key in keys.items())
    group_of = {name: index for index, group in enumerate(groups) for name in group}
    for letters in _grouped((_SEPARATORS.sub("", one.name).lower(), one.name) for one in names):
        if len({group_of.get(name, -1) for name in letters}) > 1 or letters[0] not in group_of:
            groups.append(letters)
    return groups


def _typing_errors(keys: dict[str, Key]) -> Iterator[tuple[str, str]]:
    """Pairs of names with one word that differs by a typing error."""
    slots: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for words, name in {key.words: name for name, key in reversed(keys.items())}.items():
        for place, word in enumerate(words):
            if _SHORTEST_TYPO <= len(word) <= _LONGEST_TYPO and word.isalpha():
                slots[(word[0], *words[:place], "\0", *words[place + 1 :])].append((word, name))
    for members in slots.values():
        if 1 < len(members) <= _FAMILY:
            yield from _misspelt(sorted(members))


def _misspelt(members: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for at, (word, name) in enumerate(members):
        for other, twin in members[at + 1 :]:
            if abs(len(word) - len(other)) < 2 and is_typo(word, other):
                yield name, twin


def is_typo(one: str, other: str) -> bool:
    """Whether two words differ by one letter forgotten, doubled or swapped; another form is no typing error."""
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter) or longer.endswith(shorter):
        return False
    known = [verb(word) for word in (one, other)]
    if all(found is not None and found.role for found in known):
        return False  # muted, minted
    if DamerauLevenshtein.distance(one, other, score_cutoff=1) != 1:
        return False
    is_substitution = len(one) == len(other) and sorted(one) != sorted(other)
    return not is_substitution or len(one) >= _SHORTEST_SUBSTITUTION


def _values_inside(parsed: ParsedName) -> Iterator[tuple[str, int]]:
    """The words of object and tail that are values of a property, with their places; not an object's only word."""
    if parsed.order in (Order.NONE, Order.OBJECT_ONLY) or len(parsed.tokens) < 3:
        return
    action = {parsed.body[place].start for place in parsed.reading.action}
    for place, token in enumerate(parsed.tokens):
        if token.start in action or parsed.object == token.word:
            continue
        for property, words in VALUES.items():
            if token.word in words:
                yield property, place
