"""The words of a name and what each may be: verbs with their particles, where an object ends, where a tail begins."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from trackingplans.domain.naming.lexicon import (
    ACTORS,
    ADVERBS,
    AUXILIARIES,
    NEGATIONS,
    PARTICLES,
    PLACED,
    PREPOSITIONS,
)
from trackingplans.domain.naming.verbs import Form, Role, Verb, verb
from trackingplans.domain.naming.vocabulary import Action, Vocabulary
from trackingplans.domain.naming.wordlists import word_set


class Phrase(NamedTuple):
    """A verb with its particle at a place in the words: [start, end)."""

    verb: Verb
    start: int
    end: int
    particle: str

    @property
    def role(self) -> Role:
        return self.verb.role

    @property
    def is_of(self) -> Action:
        """The action it says."""
        return Action(self.verb.lemma, self.particle)


class Words:
    """The words of a name, and what each may be."""

    def __init__(self, words: Sequence[str], vocabulary: Vocabulary) -> None:
        self.words = list(words)
        self.vocabulary = vocabulary
        self.count = len(self.words)
        self.has_actor = not ACTORS.isdisjoint(self.words[:3])
        self.first = next((i for i, word in enumerate(self.words) if not is_beside(word)), 0)

    @cached_property
    def phrases(self) -> dict[int, Phrase]:
        """The words that may be verbs, by their places."""
        return {i: phrase for i in range(self.count) if (phrase := self._phrase(i)) is not None}

    def ending_past(self) -> Phrase | None:
        """The past, with its particle, that ends the name and has words before it."""
        for start in (self.count - 1, self.count - 2):
            phrase = self._phrase(start) if start > self.first else None
            if phrase is not None and phrase.end == self.count and phrase.verb.form == Form.PAST:
                return phrase
        return None

    def _phrase(self, start: int) -> Phrase | None:
        found = self.vocabulary.verb(self.words[start])
        if self.words[start] in ("merge", "pull") and self.at(start + 1) == "request":
            return None  # a thing of programmers
        if self.words[start] == "place" and self.at(start + 1) in PLACED:
            found = Verb("place", Form.BASE, Role.PLAIN)
        if found is None or (self.words[start] == "left" and self._follows_direction(start)):
            return None
        particle = self.at(start + 1)
        if particle and particle in PARTICLES.get(found.lemma, ()):
            return Phrase(found, start, start + 2, particle)
        return Phrase(found, start, start + 1, "")

    def _follows_direction(self, start: int) -> bool:
        before = verb(self.words[start - 1]) if start else None
        return before is not None and "left" in PARTICLES.get(before.lemma, ())

    def at(self, place: int) -> str:
        """The word at a place; "" beyond either end."""
        return self.words[place] if 0 <= place < self.count else ""

    def begins_tail(self, place: int) -> bool:
        """Whether a tail begins here: a preposition or an adverb."""
        word = self.at(place)
        return word in PREPOSITIONS or word in ADVERBS or is_adverb(word)

    def object_until(self, start: int) -> int:
        """Where the object that starts here ends: at a preposition, an adverb that ends the name, or the end."""
        keeps = (
            (known := verb(self.at(start))) is not None
            and known.form == Form.BASE
            and known.role >= Role.PLAIN
        )
        for place in range(start + 1, self.count):
            if self.words[place] in PREPOSITIONS and not (keeps and place == start + 1):
                return place
            if place == self.count - 1 and is_adverb(self.words[place]):
                return place
        return self.count

    def span(self, start: int, end: int) -> tuple[int, ...]:
        """The places of an object, without an article in front and without auxiliaries before its action."""
        places = list(range(start, end))
        while places and is_beside(self.words[places[-1]]):
            places.pop()
        while len(places) > 1 and self.words[places[0]] in ("a", "an", "the"):
            places.pop(0)
        return tuple(places)

    def actor_before(self, place: int) -> tuple[int, ...]:
        """The words before a verb when they are who acts: `user`, `team member`, also with an auxiliary after."""
        places = self.span(0, place)
        if not 0 < len(places) <= 2 or self.words[places[-1]] not in ACTORS:
            return ()
        return places


@lru_cache(maxsize=20_000)
def is_beside(word: str) -> bool:
    return word in AUXILIARIES or word in NEGATIONS or is_adverb(word)


def negation_before(words: Sequence[str], place: int) -> int | None:
    """Where the `not` of an action stands that begins at a place: `Page Not Found`, not `Not Now Button Tapped`."""
    for before in range(place - 1, -1, -1):
        if words[before] in NEGATIONS:
            return before
        if not is_beside(words[before]):
            break
    return None


def is_adverb(word: str) -> bool:
    return len(word) > 5 and word.endswith("ly") and word not in _NOT_ADVERBS


_NOT_ADVERBS = word_set(
    """
    anomaly apply assembly butterfly daily family friendly hourly italy monthly multiply quarterly supply weekly
    yearly
    """
)
