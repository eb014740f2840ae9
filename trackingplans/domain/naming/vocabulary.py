"""A plan's own objects and actions, which come before any guess; and words brought to one form."""

from dataclasses import dataclass
from functools import lru_cache

from trackingplans.domain.naming.inflection import gerund, past_forms, third_person
from trackingplans.domain.naming.lexicon import COMPOUNDS, DERIVED, PARTICLES
from trackingplans.domain.naming.splitting import tokens
from trackingplans.domain.naming.verbs import Form, Role, Verb, verb
from trackingplans.domain.naming.wordlists import word_set

_SINGULAR = word_set(
    """
    access address aes alias always analyses analysis analytics aws basis bias bonus business campus canvas census
    chaos class compass congress corpus css dis dns express focus gas genius glass gps grass gross https ios kudos
    ldap lens less loss mass news os paypass plus previous process progress series sms species status success
    surplus terms this tos tvos virus wellness wireless yes
    """
)


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """`categories` -> `category`, `boxes` -> `box`, `products` -> `product`; `status` stays."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _SINGULAR:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")) and not word.endswith(
        ("ases", "uses", "oses", "nses", "rses")
    ):
        return word[:-2]
    return word[:-1]


@dataclass(frozen=True, slots=True)
class Action:
    """What an action is whatever its form: `signed up`, `Sign Up`, `signup` are (`sign`, `up`)."""

    lemma: str
    particle: str = ""

    def __str__(self) -> str:
        return f"{self.lemma} {self.particle}".strip()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases in one form: objects in the singular, actions by lemma. `verbs` are forms of words no list knows."""

    objects: frozenset[tuple[str, ...]]
    actions: frozenset[Action]
    verbs: dict[str, Verb]

    def verb(self, word: str) -> Verb | None:
        """The word as a verb, the plan's own ones first."""
        return self.verbs.get(word) or verb(word)

    def longest_object(self, words: list[str], start: int) -> int:
        """Where the longest object that begins at a place ends; the place itself when none does."""
        longest = max((len(phrase) for phrase in self.objects), default=0)
        for end in range(min(len(words), start + longest), start, -1):
            if tuple(singular(word) for word in words[start:end]) in self.objects:
                return end
        return start


@lru_cache(maxsize=64)
def vocabulary(objects: tuple[str, ...], actions: tuple[str, ...]) -> Vocabulary:
    """The vocabulary of a plan's lists, in whatever casing and form they are written."""
    phrases = frozenset(tuple(singular(token.word) for token in tokens(phrase)) for phrase in objects)
    known: set[Action] = set()
    verbs: dict[str, Verb] = {}
    for phrase in actions:
        words = [token.word for token in tokens(phrase)]
        if not words:
            continue
        found = action_of(" ".join(words))
        if found is None:
            found = Action(words[0], " ".join(words[1:]))
            verbs.update(_forms(words[0]))
        known.add(found)
        role = verb(found.lemma)
        if role is not None and role.role < Role.PLAIN:
            verbs.setdefault(found.lemma, Verb(found.lemma, Form.BASE, Role.PLAIN, role.is_ambiguous))
    return Vocabulary(phrases - {()}, frozenset(known), verbs)


@lru_cache(maxsize=4096)
def action_of(phrase: str) -> Action | None:
    """The action that a word or a verb with its particle says, in any form; None when it says none."""
    noun = COMPOUNDS.get(phrase) or DERIVED.get(phrase)
    if noun is not None:
        lemma, _, particle = noun.partition(" ")
        return Action(lemma, particle)
    first, _, rest = phrase.partition(" ")
    found = verb(first)
    if found is None:
        return None
    return Action(found.lemma, rest if rest in PARTICLES.get(found.lemma, ()) else "")


def _forms(lemma: str) -> dict[str, Verb]:
    forms = {lemma: Form.BASE, third_person(lemma): Form.THIRD, gerund(lemma): Form.GERUND}
    forms.update(dict.fromkeys(past_forms(lemma), Form.PAST))
    return {word: Verb(lemma, form, Role.PLAIN) for word, form in forms.items()}
