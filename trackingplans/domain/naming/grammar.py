"""Which words of a name are the action, which the object, which the rest: structure first, then the roles of verbs.

Every way to read a name is a `Reading` with a weight; the heaviest is taken, and is sure when no other is near.
A past that ends the name or stands before a preposition weighs most (`Saved Search Deleted`, `Product Added to
Cart`), then an actor with its verb (`User deleted project`), a past that begins it (`Viewed Completed Order`), and
last the bare verbs and nouns of `bare`.
"""

from collections.abc import Iterator

from trackingplans.domain.naming.lexicon import ADVERBS, DESCRIBING, DO_FORMS, ELEMENTS, GOVERNED
from trackingplans.domain.naming.phrases import Phrase, Words
from trackingplans.domain.naming.reading import Order, Reading, reading_of
from trackingplans.domain.naming.verbs import Form, Role

_OF_WHAT_IS_SEEN = ("choose", "open", "see", "select", "use", "view", "visit", "watch")


def ends_in_past(words: Words) -> Reading | None:
    """The reading that nothing outweighs: `Saved Search Deleted`."""
    phrase = words.ending_past()
    if phrase is None:
        return None
    return reading_of(phrase, Order.OBJECT_ACTION, 100, words.span(0, phrase.start), words)


def past_readings(words: Words) -> Iterator[Reading]:
    """Readings whose action is a past, or is led by an actor or by `did`."""
    for phrase in words.phrases.values():
        if phrase.verb.form == Form.PAST or (phrase.verb.is_ambiguous and phrase.start > words.first):
            yield from _object_first(words, phrase)
            yield from _after_context(words, phrase)
        if phrase.verb.form == Form.PAST and phrase.start == words.first:
            yield action_first(words, phrase, 74 if _describes(words, phrase) else 90)
        if words.has_actor:
            yield from _after_actor(words, phrase)
        yield from _after_auxiliary(words, phrase)


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


def _after_auxiliary(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """`credential_did_finish_login`, `pro_has_started_visit`."""
    helper, form = words.at(phrase.start - 1), phrase.verb.form
    if not (
        (form == Form.BASE and helper in DO_FORMS) or (form == Form.PAST and helper in ("has", "have", "had"))
    ):
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
