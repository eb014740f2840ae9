"""Finds violations by words in their event, path, code or sentence: whole words, or how one begins."""

import re
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.models import Workspace

LONGEST = 100  # characters of a word
MOST = 60  # words of a violation
ASKED = 12  # words of a search

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FOUND = "SELECT key FROM violations_place WHERE workspace_id = %s AND words @@ %s::tsquery"


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


def matching(workspace: Workspace, text: str) -> Q:
    """The condition for violations in which every word of `text` begins a word; all when it has none."""
    asked = [word.lower()[:LONGEST] for word in _WORD.findall(text)][:ASKED]
    if not asked:
        return Q()
    query = " & ".join(f"'{word}':*" for word in asked)
    return Q(key__in=RawSQL(_FOUND, (workspace.pk, query)))  # noqa: S611  # words hold letters and digits only
