"""What is wrong with one name by itself."""

import re
from collections.abc import Callable, Iterator

from trackingplans.domain.naming.casing import EXAMPLES, SEPARATORS, Casing, casing_of, is_in
from trackingplans.domain.naming.convention import NamingConvention
from trackingplans.domain.naming.inferring import Style
from trackingplans.domain.naming.judgement import Issue
from trackingplans.domain.naming.lexicon import ACTORS
from trackingplans.domain.naming.parsing import ParsedName
from trackingplans.domain.naming.reading import Order
from trackingplans.domain.naming.runtime import Value
from trackingplans.domain.naming.standing import STANDING
from trackingplans.domain.naming.suggesting import is_about_the_actor, preferred_action
from trackingplans.domain.naming.vocabulary import Action, action_of, singular, vocabulary
from trackingplans.domain.naming.wordlists import word_set
from trackingplans.domain.nearest import nearest

LONGEST = 100
_RESERVED_BEGINNINGS = ("$", "ga_", "google_", "firebase_", "mp_", "__")
_RESERVED_EVENTS = word_set("alias batch group identify page screen track")
_RESERVED_KEYS = word_set("anonymousid integrations messageid originaltimestamp receivedat sentat writekey")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")
_BETWEEN = re.compile(r"[\W_]+")

Check = Callable[[ParsedName, Style, NamingConvention], Iterator[Issue]]
_KINDS = {
    "email": "an e-mail address",
    "url": "a web address",
    "uuid": "a unique id",
    "date": "a date",
    "ip": "an IP address",
    "path": "a path",
    "template": "a place-holder that was never filled in",
    "id": "an id",
    "sku": "an id",
    "hash": "an id",
    "number": "a number",
    "person": "somebody's name",
}


class Judge:
    """The checks that a style and a convention ask of names of one kind."""

    def __init__(self, kind: str, style: Style, convention: NamingConvention) -> None:
        self._style = style
        self._convention = convention
        asked = {
            _values: True,
            _order: kind == "event" and (style.order is not None or not convention.event.actor),
            _tense: kind == "event" and style.tense is not None,
            _casing: style.casing is not None,
            _words: kind == "event" and bool(convention.objects or convention.actions),
            _synonyms: bool(convention.synonyms),
            _forbidden: bool(convention.forbidden_words),
            _reserved: True,
            _length: True,
        }
        self._checks = [check for check, is_asked in asked.items() if is_asked]

    def issues(self, parsed: ParsedName) -> list[Issue]:
        """Every issue of a name alone, with the severity that its code has."""
        if parsed.name in self._convention.exceptions:
            return []
        if not parsed.tokens:
            code = "order" if parsed.kind == "event" else "casing"
            return [_issue(code, "The name has no word in it.", _whole(parsed), self._convention)]
        checks = self._checks
        if parsed.name in STANDING:
            checks = [check for check in checks if check not in (_order, _tense)]
        return [issue for check in checks for issue in check(parsed, self._style, self._convention)]


def _issue(code: str, message: str, span: tuple[int, int], convention: NamingConvention) -> Issue:
    return Issue(code, convention.severity_of(code), message, span)


def _whole(parsed: ParsedName) -> tuple[int, int]:
    return 0, len(parsed.name)


def _values(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:  # noqa: ARG001
    code = "dynamic_name" if parsed.kind == "event" else "dynamic_property_key"
    for value in parsed.values:
        if parsed.kind == "event" or value.kind != "person":
            yield _issue(code, _told(parsed, value), (value.start, value.end), convention)


def _told(parsed: ParsedName, value: Value) -> str:
    shown, kind = parsed.name[value.start : value.end], _KINDS[value.kind]
    if parsed.kind == "event":
        return (
            f"`{shown}` is {kind}: keep one event and put the value into a property, like `{value.property}`."
        )
    return f"`{shown}` is {kind}: a key for each value cannot be analysed; send a list, or the value in a property."


def _casing(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:
    """One of `casing` and `separator`: whichever is the smaller mistake."""
    if style.casing is None:
        return
    own = _own(parsed)
    now = parsed.casing if own == parsed.name else casing_of(own)
    if now == style.casing or not own or is_in(own, style.casing):
        return
    asked = EXAMPLES[style.casing]
    reason = style.reasons["casing"]
    if _differs_by_separator(own, now, style.casing):
        message = f"The words should be separated as in {asked}. {reason}."
        yield _issue("separator", message, _first_separator(parsed), convention)
    else:
        is_now = "mixes casings" if now == Casing.MIXED else f"is {EXAMPLES[now]}"
        message = f"This {is_now}, it should be {asked}. {reason}."
        yield _issue("casing", message, _whole(parsed), convention)


def _own(parsed: ParsedName) -> str:
    """The name without prefix, suffix and values made at run time."""
    start, end = len(parsed.prefix), len(parsed.name) - len(parsed.suffix)
    if not parsed.values:
        return parsed.name[start:end]
    characters = list(parsed.name)
    for value in parsed.values:
        characters[value.start : value.end] = " " * (value.end - value.start)
    return re.sub(r"([\W_])\s*[\W_]*", r"\1", _ENDS.sub("", "".join(characters)[start:end]))


def _differs_by_separator(own: str, now: Casing, asked: Casing) -> bool:
    """`Product-Viewed` for Title Case, `product-viewed` for snake_case; camelCase is another casing."""
    if not SEPARATORS.get(asked) or SEPARATORS.get(now, " ") == "":
        return False
    return is_in(_BETWEEN.sub(SEPARATORS[asked], _ENDS.sub("", own)), asked) and bool(_BETWEEN.search(own))


def _first_separator(parsed: ParsedName) -> tuple[int, int]:
    for one, other in zip(parsed.tokens, parsed.tokens[1:], strict=False):
        if one.end < other.start:
            return one.end, other.start
    return _whole(parsed)


def _order(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:
    if parsed.values and parsed.order == Order.NONE:
        return
    asked, reason = style.order, style.reasons.get("order", "")
    if asked is not None and parsed.order == Order.OBJECT_ONLY:
        yield _issue(
            "order", "The name does not say what happened: it has no action.", _whole(parsed), convention
        )
    elif asked is not None and parsed.order not in (asked, Order.ACTION_ONLY, Order.NONE):
        first = "object" if asked == Order.OBJECT_ACTION else "action"
        yield _issue("order", f"The {first} should come first. {reason}.", _whole(parsed), convention)
    elif not convention.event.actor and _begins_with_actor(parsed):
        message = f"Leave `{parsed.object}` out: the plan's names do not say who acted."
        yield _issue("order", message, _span(parsed, *parsed.reading.object), convention)


def _begins_with_actor(parsed: ParsedName) -> bool:
    return (
        parsed.order == Order.OBJECT_ACTION and parsed.object in ACTORS and is_about_the_actor(parsed.reading)
    )


def _span(parsed: ParsedName, *places: int) -> tuple[int, int]:
    if not places:
        return _whole(parsed)
    return parsed.body[places[0]].start, parsed.body[places[-1]].end


def _tense(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:
    if style.tense is None or not parsed.action or style.tense in parsed.tense:
        return
    how = "a noun" if not parsed.tense else f"in the {parsed.tense[0]}".replace("the gerund", "-ing form")
    message = f"`{parsed.action}` is {how}, not in the {style.tense}. {style.reasons['tense']}."
    yield _issue("tense", message, _span(parsed, *parsed.reading.action), convention)


def _words(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:  # noqa: ARG001
    """Vocabulary: objects and actions that the plan does not list."""
    known = vocabulary(convention.objects, convention.actions)
    if known.objects and parsed.object and parsed.reading.object:
        words = tuple(singular(word) for word in parsed.object.split())
        if words not in known.objects and not (convention.event.actor and parsed.object in ACTORS):
            message = f"`{parsed.object}` is not among the plan's objects{_meant(parsed.object, convention.objects)}"
            yield _issue("vocabulary", message, _span(parsed, *parsed.reading.object), convention)
    if known.actions and parsed.reading.lemma:
        action = Action(parsed.reading.lemma, parsed.reading.particle)
        if action not in known.actions and preferred_action(parsed, convention) is None:
            message = f"`{parsed.action}` is not among the plan's actions{_meant(parsed.action, convention.actions)}"
            yield _issue("vocabulary", message, _span(parsed, *parsed.reading.action), convention)


def _meant(phrase: str, known: tuple[str, ...]) -> str:
    found = nearest(phrase, known)
    return f"; did you mean `{found}`?" if found else "."


def _synonyms(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:  # noqa: ARG001
    if not convention.synonyms:
        return
    actions = (
        {parsed.body[place].start for place in parsed.reading.action} if parsed.kind == "event" else set()
    )
    preferred = preferred_action(parsed, convention)
    if preferred is not None and not _is_same_action(preferred, parsed):
        message = f"Say `{preferred}` instead of `{parsed.action}`: the plan prefers it."
        yield _issue("synonym", message, _span(parsed, *parsed.reading.action), convention)
    for token in parsed.tokens:
        instead = convention.synonyms.get(token.word)
        if instead is not None and token.start not in actions:
            message = f"Say `{instead}` instead of `{token.text}`: the plan prefers it."
            yield _issue("synonym", message, (token.start, token.end), convention)


def _is_same_action(preferred: str, parsed: ParsedName) -> bool:
    return action_of(preferred) == Action(parsed.reading.lemma, parsed.reading.particle)


def _forbidden(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:  # noqa: ARG001
    forbidden = {word.lower() for word in convention.forbidden_words}
    for token in parsed.tokens:
        if forbidden and (token.word in forbidden or singular(token.word) in forbidden):
            message = f"The plan does not want the word `{token.text}` in names."
            yield _issue("forbidden_word", message, (token.start, token.end), convention)


def _reserved(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:  # noqa: ARG001
    name = parsed.name.lower()
    beginning = next((one for one in _RESERVED_BEGINNINGS if name.startswith(one)), None)
    if beginning is not None and not parsed.prefix:
        message = f"Names that begin with `{beginning}` are reserved for analytics tools."
        yield _issue("reserved", message, (0, len(beginning)), convention)
    elif name in (_RESERVED_EVENTS if parsed.kind == "event" else _RESERVED_KEYS):
        what = "a call of its own" if parsed.kind == "event" else "a field of every message"
        yield _issue(
            "reserved", f"`{parsed.name}` is {what}; choose another name.", _whole(parsed), convention
        )


def _length(parsed: ParsedName, style: Style, convention: NamingConvention) -> Iterator[Issue]:  # noqa: ARG001
    most = convention.event.max_words if parsed.kind == "event" else None
    if most is not None and len(parsed.tokens) > most:
        message = f"The name has {len(parsed.tokens)} words; the plan allows {most}."
        yield _issue("too_long", message, (parsed.tokens[most].start, parsed.tokens[-1].end), convention)
    elif len(parsed.name) > LONGEST:
        message = f"The name has {len(parsed.name)} characters; beyond {LONGEST} nobody reads it."
        yield _issue("too_long", message, (LONGEST, len(parsed.name)), convention)
