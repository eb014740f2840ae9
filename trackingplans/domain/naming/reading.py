"""One way to read the words of a name."""

from enum import StrEnum
from typing import NamedTuple

from trackingplans.domain.naming.phrases import Phrase, Words
from trackingplans.domain.naming.verbs import Form


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
