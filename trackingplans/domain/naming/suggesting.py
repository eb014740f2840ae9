"""What a name would be in the style that is asked: the words it has, in their order, form and casing; none invented."""

from collections.abc import Sequence
from dataclasses import dataclass

from trackingplans.domain.naming.casing import Casing, capitalised, render
from trackingplans.domain.naming.convention import NamingConvention
from trackingplans.domain.naming.inferring import Style
from trackingplans.domain.naming.inflection import participle
from trackingplans.domain.naming.lexicon import ACTORS, COMPOUNDS, PREPOSITIONS
from trackingplans.domain.naming.parsing import ParsedName
from trackingplans.domain.naming.phrases import negation_before
from trackingplans.domain.naming.reading import Order, Reading
from trackingplans.domain.naming.splitting import Token
from trackingplans.domain.naming.verbs import verb
from trackingplans.domain.naming.vocabulary import action_of

_MOST = 3
_HAPPENING = frozenset(
    ("fail", "succeed", "expire", "crash", "occur", "happen", "arrive", "time")
)  # nobody does it
_NOT_YET = frozenset(("will", "would", "should", "may", "might"))  # Trial Will End is not Trial Ended


@dataclass(frozen=True, slots=True)
class _Parts:
    """The words of a suggestion by what they are; the context may be left out."""

    context: list[str]
    object: list[str]
    action: list[str]
    tail: list[str]


def suggestions(
    parsed: ParsedName, style: Style, convention: NamingConvention, objects_seen: Sequence[str] = ()
) -> list[str]:
    """Names that follow the style, best first; none when the name does or when it does not say enough.

    `objects_seen`: objects that other names use with this action, for a name that has none.
    """
    if parsed.kind != "event":
        words = [token.text for token in parsed.body if not _is_value(token, parsed)]
        return _changed(parsed, [_rendered(_replaced(words, convention), parsed, style, convention)])
    if any(token.word in _NOT_YET for token in parsed.body):
        return []
    if style.order == Order.ACTION_OBJECT and style.tense == "present" and parsed.reading.lemma in _HAPPENING:
        return []
    if parsed.order == Order.NONE or (parsed.order == Order.OBJECT_ONLY and style.order is not None):
        return []
    parts = _parts(parsed, style, convention)
    order = style.order or (parsed.order if parsed.order == Order.ACTION_OBJECT else Order.OBJECT_ACTION)
    ways = [_in_order(parts, order)]
    if parts.context and parts.object:
        ways.append(_in_order(_Parts([], parts.object, parts.action, parts.tail), order))
    if parsed.order == Order.ACTION_ONLY:
        ways += [_in_order(_Parts([], [thing], parts.action, parts.tail), order) for thing in objects_seen]
    return _changed(parsed, [_rendered(way, parsed, style, convention) for way in ways])


def is_about_the_actor(reading: Reading) -> bool:
    """Whether the action says nothing of an object: `User Signed Up`, `Customer Registered`."""
    return bool(reading.particle) or reading.lemma in ("register", "subscribe", "unsubscribe")


def _changed(parsed: ParsedName, names: list[str]) -> list[str]:
    whole = [f"{parsed.prefix}{name}{parsed.suffix}" for name in names if name]
    return (
        []
        if not whole or whole[0] == parsed.name
        else [one for one in dict.fromkeys(whole) if one != parsed.name][:_MOST]
    )


def _is_value(token: Token, parsed: ParsedName) -> bool:
    return any(value.start <= token.start < value.end for value in parsed.values)


def _parts(parsed: ParsedName, style: Style, convention: NamingConvention) -> _Parts:
    reading, body = parsed.reading, parsed.body
    context = [token.text for token in parsed.context] + [body[place].text for place in reading.before]
    things = [body[place].text for place in reading.object]
    asks_to_drop = style.order == Order.ACTION_OBJECT or not convention.event.actor
    if asks_to_drop and len(things) == 1 and things[0].lower() in ACTORS and is_about_the_actor(reading):
        things = []
    tail = [body[place].text for place in reading.tail]
    while tail and tail[-1].lower() in PREPOSITIONS:
        tail.pop()
    things, tail = _allowed(things, convention), _allowed(tail, convention)
    if not things:
        context, things = [], _allowed(context, convention)
    negation = negation_before([token.word for token in body], reading.action.start)
    action = [] if negation is None else [capitalised(body[negation].text)]
    action += _action(parsed, style, convention)
    return _Parts(
        _without_overlap(context, things), _replaced(things, convention), action, _replaced(tail, convention)
    )


def _without_overlap(context: list[str], things: list[str]) -> list[str]:
    """`Issue Views: Views Reordered` is Issue Views Reordered."""
    if context and len(things) == 1 and context[-1].lower() == things[0].lower():
        return context[:-1]
    return context


def _allowed(words: list[str], convention: NamingConvention) -> list[str]:
    """The words without forbidden ones, unless nothing would be left."""
    if not convention.forbidden_words:
        return words
    forbidden = {word.lower() for word in convention.forbidden_words}
    return [word for word in words if word.lower() not in forbidden] or words


def _replaced(words: list[str], convention: NamingConvention) -> list[str]:
    """The words with the preferred ones of the plan."""
    if not convention.synonyms:
        return words
    return [part for word in words for part in convention.synonyms.get(word.lower(), word).split()]


def _action(parsed: ParsedName, style: Style, convention: NamingConvention) -> list[str]:
    """The action in the tense asked for; a form that is right already stays. With capitals, for Title Case
    writes `up` and `in` small only where they are no part of the action."""
    reading = parsed.reading
    written = [capitalised(parsed.body[place].text) for place in reading.action]
    preferred = preferred_action(parsed, convention)
    if preferred is None and (style.tense is None or style.tense in parsed.tense or not reading.lemma):
        return written
    found = action_of(preferred) if preferred else None
    if found is None and reading.lemma in COMPOUNDS:
        found = action_of(reading.lemma)
    lemma = found.lemma if found else preferred or reading.lemma
    particle = found.particle if found else reading.particle
    tense = style.tense or (parsed.tense[0] if parsed.tense else "past")
    form = participle(lemma) if tense == "past" else lemma
    return [form, *([capitalised(particle)] if particle else [])]


def preferred_action(parsed: ParsedName, convention: NamingConvention) -> str | None:
    """The action that the plan prefers to the one in the name, in any form; None when it does not say so."""
    if not convention.synonyms or not parsed.action:
        return None
    direct = convention.synonyms.get(parsed.action)
    if direct is not None:
        return direct
    own = (parsed.reading.lemma, parsed.reading.particle)
    for word, preferred in convention.synonyms.items():
        found = action_of(word)
        if found is not None and (found.lemma, found.particle) == own and verb(word) is not None:
            return preferred
    return None


def _in_order(parts: _Parts, order: str) -> list[str]:
    things = [*parts.context, *parts.object]
    if order == Order.ACTION_OBJECT:
        return [*parts.action, *things, *parts.tail]
    return [*things, *parts.action, *parts.tail]


def _rendered(words: list[str], parsed: ParsedName, style: Style, convention: NamingConvention) -> str:
    casing = style.casing or parsed.casing
    if casing == Casing.MIXED:
        casing = Casing.TITLE if " " in parsed.name else Casing.SNAKE
    if parsed.casing == Casing.UPPER_SNAKE:
        words = [word.lower() if word.isupper() else word for word in words]
    return render(words, casing, convention.known_acronyms())
