"""Readings of names whose action is a bare verb (`Page View`, `Create Project`) or a noun (`Payment Failure`)."""

from collections.abc import Iterator

from trackingplans.domain.naming.grammar import action_first, ends_in_past, past_readings
from trackingplans.domain.naming.lexicon import (
    COMMANDS,
    COMPOUNDS,
    DERIVED,
    ELEMENTS,
    OPENING,
    OUTCOMES,
    PREPOSITIONS,
    SHOWING_ERRORS,
)
from trackingplans.domain.naming.phrases import Phrase, Words
from trackingplans.domain.naming.reading import Order, Reading, reading_of
from trackingplans.domain.naming.verbs import Form, Role
from trackingplans.domain.naming.vocabulary import Vocabulary
from trackingplans.domain.naming.wordlists import word_set

# How much a bare verb weighs by its role.
_LAST = {Role.UI: 85, Role.PHASE: 85, Role.PLAIN: 75, Role.BOTH: 65, Role.ACTIVITY: 56}
_FIRST = {Role.UI: 80, Role.PHASE: 80, Role.PLAIN: 80, Role.BOTH: 70, Role.ACTIVITY: 54, Role.THING: 54}
_BEFORE_TAIL = {Role.UI: 82, Role.PHASE: 76, Role.PLAIN: 72, Role.BOTH: 64}
_NEAR = 12
_CERTAIN = 90
_BUTTONS = word_set("button buttons cta ctas")
_PARTS_OF_THINGS = word_set(
    """
    body card code count date details editor feed flow form format header history id limit list manager menu mode name
    number page panel picker progress prompt reason results screen section settings size source state status store tab
    term thread type view widget
    """
)
# Of the verbs that are nouns: those that are verbs more often, and those that name a context (`SWAP_SWITCH_NETWORK`).
_LIKELY_VERBS = word_set("book call contact filter flag pin rank rate report schedule sort star track")
_LIKELY_NOUNS = word_set(
    """
    bookmark charge claim comment deposit draft match message order post purchase refund reply report repost request
    search swap trade transfer vote
    """
)
_OVERLAYS = word_set("banner callout dialog drawer modal popover popup sheet toast tooltip")


def read(names_words: list[str], vocabulary: Vocabulary) -> Reading:
    """The likeliest reading of a name's words (lower case); `object_only` when nothing in it is an action."""
    words = Words(names_words, vocabulary)
    if not words.count:
        return Reading(0, Order.NONE, is_sure=False)
    if not vocabulary.objects and not vocabulary.actions:
        certain = ends_in_past(words)
        if certain is not None:
            return certain
    found = list(past_readings(words))
    if vocabulary.objects or vocabulary.actions:
        found += _from_vocabulary(words)
    if max((reading.weight for reading in found), default=0) < _CERTAIN:
        found += _without_past(words)
    found.sort(key=lambda reading: -reading.weight)
    best = found[0]
    rivals = (one for one in found[1:] if (one.order, one.action) != (best.order, best.action))
    nearest = next(rivals, None)
    is_near = nearest is not None and best.weight - nearest.weight < _NEAR
    return best._replace(is_sure=False) if is_near and best.weight < _CERTAIN else best


def _without_past(words: Words) -> Iterator[Reading]:
    yield Reading(10, Order.OBJECT_ONLY, object=words.span(0, words.count), is_sure=False)
    yield from _nouns(words)
    for phrase in words.phrases.values():
        if phrase.verb.form in (Form.BASE, Form.THIRD):
            yield from _last(words, phrase)
            yield from _first(words, phrase)
            yield from _inside(words, phrase)
        elif phrase.verb.form == Form.GERUND:
            yield from _gerund(words, phrase)


def _from_vocabulary(words: Words) -> Iterator[Reading]:
    """What the plan's own words say: one of its objects with a verb beside it, one of its actions."""
    known = words.vocabulary
    for phrase in words.phrases.values():
        is_first = phrase.start == words.first
        if is_first and known.longest_object(words.words, phrase.end) > phrase.end:
            yield action_first(words, phrase, 112)
        elif not is_first and known.longest_object(words.words, words.first) == phrase.start:
            yield reading_of(phrase, Order.OBJECT_ACTION, 114, words.span(0, phrase.start), words)
        elif phrase.is_of in known.actions:
            if is_first:
                yield action_first(words, phrase, 110)
            elif phrase.end == words.count or words.begins_tail(phrase.end):
                yield reading_of(phrase, Order.OBJECT_ACTION, 111, words.span(0, phrase.start), words)


def _last(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """`Image Upload`, `Simulation Fails`, `WIDGET_COPY_VIA_SHORTCUT`."""
    if phrase.start <= words.first or phrase.verb.is_ambiguous:
        return
    places = words.span(0, phrase.start)
    if phrase.end == words.count:
        weight = _last_weight(words, phrase)
        if phrase.verb.form == Form.THIRD:
            weight = 76 if phrase.role >= Role.PHASE else 45
        elif phrase.role >= Role.BOTH and words.at(phrase.start - 1) in ELEMENTS:
            weight = max(weight, 83)
        if weight:
            yield reading_of(phrase, Order.OBJECT_ACTION, weight, places, words)
    elif words.at(phrase.end) in PREPOSITIONS and phrase.role in _BEFORE_TAIL:
        yield reading_of(phrase, Order.OBJECT_ACTION, _BEFORE_TAIL[phrase.role], places, words, is_sure=False)
    elif phrase.role == Role.UI and phrase.verb.form == Form.BASE and words.at(phrase.start - 1) in ELEMENTS:
        yield reading_of(phrase, Order.OBJECT_ACTION, 66, places, words, is_sure=False)


def _last_weight(words: Words, phrase: Phrase) -> float:
    """How much a bare verb that ends the name weighs; of two nouns that are verbs too, the likelier verb wins."""
    first = words.phrases.get(words.first)
    if phrase.verb.lemma == "request":
        return 72
    if phrase.verb.lemma in _LIKELY_VERBS and first is not None and first.role in (Role.THING, Role.ACTIVITY):
        return 0 if first.verb.lemma in _LIKELY_VERBS else 57
    return _LAST.get(phrase.role, 0)


def _first(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """`Create Project`, `Views SRP QR Code`, `Start from Scratch`; one word alone is an action without object."""
    if phrase.start != words.first:
        return
    weight = _first_weight(words, phrase)
    if phrase.end == words.count:
        if phrase.role >= Role.ACTIVITY and phrase.verb.form == Form.BASE:
            yield reading_of(phrase, Order.ACTION_ONLY, 80, (), words, is_sure=phrase.role >= Role.PLAIN)
    elif weight:
        yield action_first(words, phrase, weight, is_sure=phrase.role >= Role.PLAIN)


def _first_weight(words: Words, phrase: Phrase) -> float:
    """How much a verb that begins the name weighs: little where the name is of a thing (`Add Button`)."""
    lemma, last = phrase.verb.lemma, words.at(words.object_until(phrase.end) - 1)
    if phrase.role < Role.UI and lemma not in OPENING and (last in _BUTTONS or last in _OVERLAYS):
        return 9
    if phrase.verb.form == Form.THIRD:
        return 77 if phrase.role >= Role.PLAIN or lemma in OPENING else 55 if phrase.role == Role.BOTH else 8
    if lemma in OPENING:
        return 78
    if phrase.role <= Role.ACTIVITY and (last in _PARTS_OF_THINGS or _ends_in_gerund(words)):
        return 9
    return 73 if lemma == "request" else _FIRST[phrase.role]


def _ends_in_gerund(words: Words) -> bool:
    last = words.phrases.get(words.count - 1)
    return last is not None and last.verb.form == Form.GERUND and last.role >= Role.ACTIVITY


def _inside(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """An imperative after a context: `HOPP_CREATE_COLLECTION`, `AI Chat Delete Conversation`."""
    if not words.first < phrase.start or phrase.end >= words.count or phrase.verb.form != Form.BASE:
        return
    if words.at(phrase.end) in PREPOSITIONS or words.at(phrase.start - 1) in PREPOSITIONS:
        return
    weight = _inside_weight(words, phrase)
    if weight:
        before = words.span(0, phrase.start)
        reading = action_first(words, phrase, weight - phrase.start / 100, is_sure=False)
        yield reading._replace(before=before)


def _inside_weight(words: Words, phrase: Phrase) -> float:
    """How much it weighs; hardly anything where the name may as well be of a thing (`device update firmware`)."""
    last = words.at(words.count - 1)
    if _follows_context(words, phrase):
        return 71
    if last in _BUTTONS and phrase.verb.lemma not in OPENING:
        return 0
    if phrase.role >= Role.PLAIN or phrase.verb.lemma in ("show", "hide"):
        return 62
    is_of_thing = last in ELEMENTS or last in _PARTS_OF_THINGS
    return 12 if phrase.role == Role.BOTH and phrase.verb.lemma != "view" and not is_of_thing else 0


def _follows_context(words: Words, phrase: Phrase) -> bool:
    """Whether an imperative stands right after a noun that could be one: `bookmark_update_title`."""
    first = words.phrases.get(words.first)
    if first is None or first.end != phrase.start or first.verb.form != Form.BASE or first.role > Role.BOTH:
        return False
    if first.verb.lemma in _LIKELY_NOUNS:
        return phrase.role >= Role.BOTH
    return phrase.role == Role.PLAIN and first.verb.lemma not in OPENING


def _gerund(words: Words, phrase: Phrase) -> Iterator[Reading]:
    """`Creating Datasource Resources`, `Video Content Playing`."""
    if phrase.start == words.first and phrase.end < words.count:
        yield action_first(words, phrase, 78 if phrase.role >= Role.BOTH else 15, is_sure=False)
    elif phrase.start > words.first and phrase.end == words.count:
        weight = 50 if phrase.role >= Role.ACTIVITY else 9
        places = words.span(0, phrase.start)
        yield reading_of(phrase, Order.OBJECT_ACTION, weight, places, words, is_sure=False)


def _nouns(words: Words) -> Iterator[Reading]:
    """`Payment Failure`, `User Signup`, `Login with Google`."""
    for place, word in enumerate(words.words):
        verb = OUTCOMES.get(word) or DERIVED.get(word) or COMPOUNDS.get(word)
        if verb is None:
            continue
        ends = place + 1 == words.count
        lemma, _, particle = verb.partition(" ")
        if word in COMMANDS and place == words.first and words.at(words.count - 1) not in ELEMENTS:
            yield _command(words, lemma, particle)
        if not ends and words.at(place + 1) not in PREPOSITIONS:
            continue
        places = words.span(words.first, place)
        yield Reading(
            weight=_noun_weight(words, place) - (0 if ends else 2),
            order=Order.OBJECT_ACTION if places else Order.ACTION_ONLY,
            action=range(place, place + 1),
            object=places,
            tail=range(place + 1, words.count),
            lemma=lemma,
            particle=particle,
            is_sure=ends,
        )


def _command(words: Words, lemma: str, particle: str) -> Reading:
    """`Rollback Migration`."""
    start = words.first + 1
    end = words.object_until(start) if start < words.count else start
    return Reading(
        weight=72 if end > start else 1,
        order=Order.ACTION_OBJECT,
        action=range(words.first, start),
        object=words.span(start, end),
        tail=range(end, words.count),
        lemma=lemma,
        particle=particle,
        form=Form.BASE,
        is_sure=False,
    )


def _noun_weight(words: Words, place: int) -> float:
    if words.words[place] not in OUTCOMES:
        return 71
    first, before = words.phrases.get(words.first), words.phrases.get(place - 1)
    shown = first is not None and first.start < place and first.verb.lemma in SHOWING_ERRORS
    return 61 if shown or (before is not None and before.verb.form == Form.PAST) else 84
