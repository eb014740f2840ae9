"""Finds violations by words in their event, path, code or sentence: whole words, or how one begins."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery, Value

from accounts.models import Workspace
from violations.models import Place

LONGEST = 100  # characters of a word
MOST = 60  # words of a violation
ASKED = 12  # words of a search

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
FEW = 500  # places: so many are looked up by key, more are asked one by one while the best are read


def words(texts: Iterable[str]) -> list[str]:
    """The words that texts are found by, in lower case: `orderId` by order, id and orderid."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(text):
            found.setdefault(word.lower()[:LONGEST])
            parts = _CAMEL.split(word)
            if len(parts) > 1:
                for part in parts:
                    found.setdefault(part.lower()[:LONGEST])
    return list(found)[:MOST]


@dataclass(frozen=True, slots=True)
class Search:
    """What a search means: `keys` of what was found, or (None: too many to name) the `query` each is asked for."""

    keys: Sequence[UUID] | None
    query: str = ""

    @property
    def is_broad(self) -> bool:
        return self.keys is None

    def condition(self, workspace: Workspace) -> Q:
        """The condition for violations."""
        if self.keys is not None:
            return Q(key__in=self.keys)
        one: Any = _places(workspace).filter(key=OuterRef("key")).annotate(hit=_hit(self.query)).values("hit")
        return Q(Subquery(one, output_field=BooleanField()))


def look_up(workspace: Workspace, text: str) -> Search | None:
    """Finds where every word of `text` begins a word; None when it has none. One query, by which it is known whether
    the words are rare or everywhere: each needs another plan."""
    asked = [word.lower()[:LONGEST] for word in _WORD.findall(text)][:ASKED]
    if not asked:
        return None
    query = " & ".join(f"'{word}':*" for word in asked)  # words hold letters and digits only
    keys = list(_places(workspace).filter(_hit(query)).values_list("key", flat=True)[: FEW + 1])
    return Search(keys) if len(keys) <= FEW else Search(None, query)


def _places(workspace: Workspace) -> QuerySet[Place]:
    found: QuerySet[Place] = Place.objects.for_workspace(workspace)
    return found


def _hit(query: str) -> Func:
    return Func(
        F("words"),
        Func(Value(query), template="%(expressions)s::tsquery"),
        template="%(expressions)s",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
