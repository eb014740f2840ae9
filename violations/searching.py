"""Finds violations by words in their event, path, code or sentence: whole words, or how one begins."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, Q

from accounts.models import Workspace

LONGEST = 100  # characters of a word
MOST = 60  # words of a violation
ASKED = 12  # words of a search

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Places. Up to NAMED are told by their keys; up to FEW the database looks their violations up; up to MANY it reads the
# best violations and looks for their keys in a table of what was found; beyond, it asks the places of the best ones.
NAMED, FEW, MANY = 500, 2_000, 20_000

_FOUND = "SELECT key FROM violations_place WHERE workspace_id = %s AND words @@ %s::tsquery"
_COUNTED = """
SELECT count(*) FROM (
    SELECT 1 FROM violations_place WHERE workspace_id = %s AND words @@ %s::tsquery LIMIT %s
) AS found
"""
_LOOKED_UP = f"{{key}} = ANY(ARRAY({_FOUND}))"
_IN_TABLE = (
    f"({{key}} IN ({_FOUND})) IS TRUE"  # "is true" keeps it from becoming a join of all that was found
)
_ASKED = """(
    SELECT p.words @@ %s::tsquery FROM violations_place p WHERE p.workspace_id = %s AND p.key = {key}
)"""


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
    """What a search means: `keys` of what was found, or (None: too many to name) the `query`, and how many places it
    finds at least."""

    keys: Sequence[UUID] | None
    query: str = ""
    places: int = 0

    @property
    def is_broad(self) -> bool:
        return self.keys is None

    def condition(self, workspace: Workspace) -> Q:
        """The condition for violations."""
        if self.keys is not None:
            return Q(key__in=self.keys)
        return Q(_Hit(F("key"), workspace=workspace, search=self))


def look_up(workspace: Workspace, text: str) -> Search | None:
    """Finds where every word of `text` begins a word; None when it has none. One query, a second one for words that
    are not rare: how common they are decides how violations are best found by them."""
    asked = [word.lower()[:LONGEST] for word in _WORD.findall(text)][:ASKED]
    if not asked:
        return None
    query = " & ".join(f"'{word}':*" for word in asked)  # words hold letters and digits only
    with connection.cursor() as cursor:
        cursor.execute(f"{_FOUND} LIMIT %s", [workspace.pk, query, NAMED + 1])
        keys = [key for (key,) in cursor.fetchall()]
        if len(keys) <= NAMED:
            return Search(keys)
        cursor.execute(_COUNTED, [workspace.pk, query, MANY + 1])
        return Search(None, query, cursor.fetchone()[0])


class _Hit(Func):
    """Whether a violation (its key) is found by the words."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, key: Any, *, workspace: Workspace, search: Search) -> None:
        super().__init__(key)
        self.workspace, self.search = workspace, search

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # noqa: ARG002  # Django's
        key, _none = compiler.compile(self.get_source_expressions()[0])
        given: list[Any] = [self.workspace.pk, self.search.query]
        if self.search.places > MANY:
            return _ASKED.format(key=key), given[::-1]
        return (_LOOKED_UP if self.search.places <= FEW else _IN_TABLE).format(key=key), given
