"""A name taken apart: its words, casing, context, action and object, and the values made at run time in it."""

import re
from functools import lru_cache
from typing import NamedTuple

from trackingplans.domain.naming import bare, runtime
from trackingplans.domain.naming.casing import Casing, casing_of
from trackingplans.domain.naming.convention import NamingConvention
from trackingplans.domain.naming.reading import Order, Reading
from trackingplans.domain.naming.splitting import Token, tokens
from trackingplans.domain.naming.verbs import Form
from trackingplans.domain.naming.vocabulary import vocabulary

Words = tuple[str, ...]
_TENSES = {Form.BASE: "present", Form.THIRD: "present", Form.PAST: "past", Form.GERUND: "gerund"}
_IN_SPACED = re.compile(r":|\s[-–—>|/»]+\s|\]")
_IN_JOINED = re.compile(r"[:./|>]+")
_REMARK = re.compile(r"(?<=\w)\s+\([^()]*\)$")
_PLAIN = NamingConvention()
_MOST_WORDS = 25
_LOOKED_AT = 200  # characters
_KEPT = 6000  # names, of a large plan: several checks ask for each
_NOT_READ = Reading(0, Order.NONE, is_sure=False)


class ParsedName(NamedTuple):
    """What a name says. Spans are [start, end) in characters.

    `words`, `object`, `action` and `tail` are in lower case as they stand in the name, "" when absent. `tense` is a
    set: both where the past is written like the present (`set`). `tokens` are the words with their places,
    `reading` says which of the `body` tokens play which part; `prefix` and `suffix` are the plan's own.
    """

    name: str
    kind: str
    words: tuple[str, ...]
    tokens: tuple[Token, ...]
    casing: Casing
    order: Order
    object: str
    action: str
    tail: str
    tense: tuple[str, ...]
    namespace: str
    values: tuple[runtime.Value, ...]
    confidence: str
    body: tuple[Token, ...] = ()
    context: tuple[Token, ...] = ()
    reading: Reading = _NOT_READ
    prefix: str = ""
    suffix: str = ""

    @property
    def is_dynamic(self) -> bool:
        return bool(self.values)


def parse(name: str, convention: NamingConvention | None = None, kind: str = "event") -> ParsedName:
    """Take a name apart. Never raises; the convention gives prefixes, suffixes, vocabulary and allowed numbers.

    A property or trait has words, casing and values; order `none`, no action. Of a name that nobody reads to its end
    only the first 200 characters are looked at.
    """
    said = convention or _PLAIN
    return _parsed(
        name, kind, said.prefixes, said.suffixes, said.objects, said.actions, said.numbers_allowed()
    )


@lru_cache(maxsize=_KEPT)
def _parsed(
    name: str, kind: str, prefixes: Words, suffixes: Words, objects: Words, actions: Words,
    allowed: frozenset[str],
) -> ParsedName:  # fmt: skip
    whole, name = name, name[:_LOOKED_AT]
    words = tokens(name)
    if kind != "event":
        allowed |= runtime.BEFORE_NUMBERS_IN_KEYS
    values = runtime.values(name, words, allowed)
    if kind != "event":
        return _without_grammar(whole, kind, words, values)
    start, end = _own_part(name, prefixes, suffixes)
    inner = words
    if start or end < len(name):
        inner = [token for token in words if start <= token.start and token.end <= end]
    cut = _context_end(name, inner, values)
    usual = _without(values, inner) if values else inner
    context = [token for token in usual if token.start < cut] if cut else []
    body = [token for token in usual if token.start >= cut] if cut else usual
    if len(body) > _MOST_WORDS:
        body = body[:_MOST_WORDS]
    reading = bare.read([token.word for token in body], vocabulary(objects, actions))
    object_words = [body[place].word for place in reading.object]
    order = reading.order
    if order == Order.ACTION_ONLY and context:
        order, object_words = Order.OBJECT_ACTION, [token.word for token in context]
    return ParsedName(
        name=whole,
        kind=kind,
        words=tuple([token.word for token in words]),
        tokens=tuple(words),
        casing=casing_of(name),
        order=order,
        object=" ".join(object_words),
        action=" ".join(body[place].word for place in reading.action),
        tail=" ".join(body[place].word for place in reading.tail),
        tense=_tense(reading),
        namespace=_namespace(name, start, cut),
        values=values,
        confidence="high" if reading.is_sure else "low",
        body=tuple(body),
        context=tuple(context),
        reading=reading,
        prefix=name[:start],
        suffix=name[end:] if len(whole) == len(name) else "",
    )


def _without_grammar(
    name: str, kind: str, words: list[Token], values: tuple[runtime.Value, ...]
) -> ParsedName:
    return ParsedName(
        name=name,
        kind=kind,
        words=tuple([token.word for token in words]),
        tokens=tuple(words),
        casing=casing_of(name[:_LOOKED_AT]),
        order=Order.NONE,
        object="",
        action="",
        tail="",
        tense=(),
        namespace="",
        values=values,
        confidence="high",
        body=tuple(words),
    )


def _own_part(name: str, prefixes: Words, suffixes: Words) -> tuple[int, int]:
    """Where the name begins and ends without the prefix and suffix that the plan allows, or a remark in brackets."""
    lower, start, end = name.lower(), 0, len(name)
    remark = _REMARK.search(name) if name.endswith(")") else None
    if remark is not None:
        end = remark.start()
    for prefix in prefixes:
        if prefix and lower.startswith(prefix.lower()) and len(prefix) < len(name):
            start = max(start, len(prefix))
    for suffix in suffixes:
        if suffix and lower.endswith(suffix.lower()) and len(name) - len(suffix) > start:
            end = min(end, len(name) - len(suffix))
    return start, end


def _is_within(token: Token, values: tuple[runtime.Value, ...]) -> bool:
    return any(value.start <= token.start < value.end for value in values)


def _without(values: tuple[runtime.Value, ...], words: list[Token]) -> list[Token]:
    """The words that are no values; of `Level9` stays Level."""
    usual = []
    for token in words:
        cut = next((value.start for value in values if token.start < value.start < token.end), None)
        if cut is not None:
            length = cut - token.start
            usual.append(Token(token.text[:length], token.start, cut, token.word[:length]))
        elif not _is_within(token, values):
            usual.append(token)
    return usual


def _context_end(name: str, words: list[Token], values: tuple[runtime.Value, ...]) -> int:
    """Where the body begins: after the last `:`, ` - `, `.` or `/` that has usual words on both sides; else 0."""
    pattern = _IN_SPACED if len(name.split(None, 1)) > 1 else _IN_JOINED
    if not pattern.search(name):
        return 0
    usual = _without(values, words)
    if len(usual) < 2:
        return 0
    for match in reversed(list(pattern.finditer(name))):
        between_digits = (
            name[match.start() - 1 : match.start()].isdigit() and name[match.end() :][:1].isdigit()
        )
        inside = any(value.start <= match.start() < value.end for value in values)
        if not between_digits and not inside and usual[0].start < match.start() < usual[-1].start:
            return match.end()
    return 0


def _namespace(name: str, start: int, cut: int) -> str:
    return name[start:cut].strip(" -–—>|/»:.[]\t") if cut else ""


def _tense(reading: Reading) -> tuple[str, ...]:
    if reading.form is None:
        return ()
    return ("past", "present") if reading.is_ambiguous else (_TENSES[reading.form],)
