"""Which words of a name are the action, which the object, which the rest: structure first, then the roles of verbs.

Every way to read a name is a `Reading` with a weight; the heaviest is taken, and is sure when no other is near.
A past that ends the name or stands before a preposition weighs most (`Saved Search Deleted`, `Product Added to
Cart`), then an actor with its verb (`User deleted project`), a past that begins it (`Viewed Completed Order`), and
last the bare verbs and nouns of `bare`.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from trackingplans.domain.naming.lexicon import (
    ACTORS,
    ADVERBS,
    AUXILIARIES,
    DESCRIBING,
    DO_FORMS,
    ELEMENTS,
    GOVERNED,
    NEGATIONS,
    PARTICLES,
    PREPOSITIONS,
)
from trackingplans.domain.naming.verbs import Form, Role, Verb, verb
from trackingplans.domain.naming.vocabulary import Action, Vocabulary
from trackingplans.domain.naming.wordlists import word_set

_OF_WHAT_IS_SEEN = ("choose", "open", "see", "select", "use", "view", "visit", "watch")


class Order(StrEnum):
    OBJECT_ACTION = "object_action"
    ACTION_OBJECT = "action_object"
    OBJECT_ONLY = "object_only"
    ACTION_ONLY = "action_only"
    NONE = "none"


class Reading(NamedTuple):
    """One way to read the words of a name; all places are indexes of words.

    `lemma` and `particle` name the verb (`sign`, `up`), also where the action is a noun (`Signup`): then `form`
    is None. `before` are words of a context that the name begins with (`HOPP_CREATE_COLLECTION`), `actor` who acts.
    """

    weight: float
    order: Order
    action: range = range(0)
    object: tuple[int, ...] = ()
    tail: range = range(0)
    before: tuple[int, ...] = ()
    actor: tuple[int, ...] = ()
    lemma: str = ""
    particle: str = ""
    form: Form | None = None
    is_ambiguous: bool = False
    is_sure: bool = True


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
        self.first = next((i for i, word in enumerate(self.words) if not _is_beside(word)), 0)
        self.phrases = {i: phrase for i in range(self.count) if (phrase := self._phrase(i)) is not None}

    def _phrase(self, start: int) -> Phrase | None:
        found = self.vocabulary.verb(self.words[start])
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
        while places and _is_beside(self.words[places[-1]]):
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


def _is_beside(word: str) -> bool:
    return word in AUXILIARIES or word in NEGATIONS or is_adverb(word)


def is_adverb(word: str) -> bool:
    return len(word) > 5 and word.endswith("ly") and word not in _NOT_ADVERBS


_NOT_ADVERBS = word_set(
    """
    anomaly apply assembly butterfly daily family friendly hourly italy monthly multiply quarterly supply weekly
    yearly
    """
)


def past_readings(words: Words) -> Iterator[Reading]:
    """Readings whose action is a past, or is led by an actor or by `did`."""
    for phrase in words.phrases.values():
        if phrase.verb.form == Form.PAST or (phrase.verb.is_ambiguous and phrase.start > words.first):
            yield from _object_first(words, phrase)
            yield from _after_context(words, phrase)
        if phrase.verb.form == Form.PAST and phrase.start == words.first:
            yield action_first(words, phrase, 74 if _describes(words, phrase) else 90)
        yield from _after_actor(words, phrase)
        yield from _after_do(words, phrase)


def _object_first(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """`Saved Search Deleted`, `Product Added to Cart`, `Notifications Marked All as Read`."""
    if phrase.start == words.first:
        return
    ends = phrase.end == words.count
    if not ends and not words.begins_tail(phrase.end):
        return
    if not ends and words.at(phrase.start) in DESCRIBING:
        return
    weight = (100 if ends else 95) - (23 if phrase.verb.is_ambiguous else 0)
    yield reading_of(
        phrase, Order.OBJECT_ACTION, weight + phrase.start / 100, words.span(0, phrase.start), words
    )


def _describes(words: Words, phrase: Phrase) -> bool:
    """Whether a past that begins the name belongs to what is acted on: `Rewarded Video Show`, `Saved Card Delete`."""
    last = words.phrases.get(words.count - 1)
    if last is None or words.count < 3 or phrase.role == Role.UI or phrase.verb.lemma in _OF_WHAT_IS_SEEN:
        return False
    is_bare = last.verb.form == Form.BASE and not last.verb.is_ambiguous
    return is_bare and (last.role >= Role.PLAIN or last.verb.lemma in ("show", "hide"))


def action_first(words: Words, phrase: Phrase, weight: float, *, is_sure: bool = True) -> Reading:
    """`Viewed Completed Order`, `Removed Item From Cart`; `Added to Cart` has no object."""
    start = phrase.end
    if words.at(start) in GOVERNED.get(phrase.verb.lemma, ()) and start + 1 < words.count:
        start += 1
    elif start == words.count or (words.begins_tail(start) and not _is_object(words, phrase, start)):
        if phrase.verb.form == Form.PAST and words.at(phrase.start) in DESCRIBING:
            weight = 5
        return reading_of(phrase, Order.ACTION_ONLY, weight, (), words, is_sure=is_sure)
    end = words.object_until(start)
    if phrase.verb.form == Form.PAST and words.at(phrase.start) in DESCRIBING:
        weight = 5
    return reading_of(
        phrase, Order.ACTION_OBJECT, weight, words.span(start, end), words, tail=end, is_sure=is_sure
    )


def _is_object(words: Words, phrase: Phrase, place: int) -> bool:
    """Whether what could be an adverb is what was acted on: `Reset All`, `Clicked Back`."""
    return words.at(place) == "all" or (phrase.role == Role.UI and words.at(place) in ADVERBS)


def _after_actor(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """`User deleted project`, `Recipient has completed signing`."""
    actor = words.actor_before(phrase.start)
    if not actor or phrase.verb.form == Form.GERUND or _is_about_the_actor(phrase):
        return
    if phrase.verb.form != Form.PAST and (phrase.role < Role.PLAIN or len(actor) > 1):
        return
    if words.at(words.count - 1) == "date":
        return  # a trait: Account Created Date
    found = action_first(words, phrase, 98 if phrase.verb.form == Form.PAST else 83, is_sure=False)
    if found.order == Order.ACTION_ONLY:
        found = _infinitive(words, phrase)
    if found.order == Order.ACTION_OBJECT:
        yield found._replace(actor=actor)


def _is_about_the_actor(phrase: Phrase) -> bool:
    """`User Signed In`: what follows is no object."""
    return phrase.verb.lemma in ("check", "log", "opt", "sign") and phrase.particle in ("in", "out", "up")


def _infinitive(words: Words, phrase: Phrase) -> Reading:
    """`Instance attempted to refresh license`."""
    after = words.phrases.get(phrase.end + 1)
    if (
        words.at(phrase.end) != "to"
        or after is None
        or after.verb.form != Form.BASE
        or after.end == words.count
    ):
        return Reading(0, Order.NONE)
    places = words.span(phrase.end + 1, words.count)
    return reading_of(phrase, Order.ACTION_OBJECT, 98, places, words, tail=words.count, is_sure=False)


def _after_do(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """`credential_did_finish_login`."""
    if phrase.verb.form != Form.BASE or words.at(phrase.start - 1) not in DO_FORMS:
        return
    before = words.span(0, phrase.start)
    if phrase.end == words.count:
        yield reading_of(phrase, Order.OBJECT_ACTION, 88, before, words, is_sure=False)
    else:
        yield action_first(words, phrase, 88, is_sure=False)._replace(before=before)


def _after_context(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """A past in the middle with words after it: `merchant plan page viewed order`, `Button Clicked Home Page`."""
    if phrase.start <= words.first or phrase.end >= words.count or words.begins_tail(phrase.end):
        return
    if phrase.verb.is_ambiguous or words.at(phrase.start) in DESCRIBING:
        return
    before = words.span(0, phrase.start)
    on_screen = phrase.role == Role.UI or phrase.verb.lemma in ("view", "show", "display")
    if (on_screen and words.at(phrase.start - 1) in ELEMENTS) or _is_about_the_actor(phrase):
        yield reading_of(phrase, Order.OBJECT_ACTION, 66, before, words, is_sure=False)
    else:
        yield action_first(words, phrase, 63, is_sure=False)._replace(before=before)


def reading_of(
    phrase: Phrase,
    order: Order,
    weight: float,
    places: tuple[int, ...],
    words: Words,
    *,
    tail: int | None = None,
    is_sure: bool = True,
) -> Reading:
    """A reading with the phrase as its action; the tail is what follows the action, or starts at `tail`."""
    return Reading(
        weight=weight,
        order=order,
        action=range(phrase.start, phrase.end),
        object=places,
        tail=range(phrase.end if tail is None else tail, words.count),
        lemma=phrase.verb.lemma,
        particle=phrase.particle,
        form=phrase.verb.form,
        is_ambiguous=phrase.verb.is_ambiguous,
        is_sure=is_sure,
    )
