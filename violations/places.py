"""Stores what search finds violations by, once for all sources of a workspace."""

from collections.abc import Iterable
from uuid import UUID

from violations.cursor import Cursor
from violations.searching import words

# The words of a row come as one text: an array of arrays would have to be of equal lengths.
_INSERT = """
INSERT INTO violations_place (workspace_id, key, words)
SELECT n.workspace_id, n.key, array_to_tsvector(string_to_array(n.words, ' '))
FROM unnest(%s::bigint[], %s::uuid[], %s::text[]) AS n (workspace_id, key, words)
ORDER BY n.workspace_id, n.key
ON CONFLICT (workspace_id, key) DO NOTHING
"""

Named = tuple[int, UUID, tuple[str, ...]]  # workspace id, key, and the texts it is found by


def write_places(cursor: Cursor, places: Iterable[Named]) -> None:
    """Stores those that are not known yet."""
    rows = {(workspace_id, key): " ".join(words(texts)) for workspace_id, key, texts in places}
    if rows:
        cursor.execute(_INSERT, [[pk for pk, _ in rows], [key for _, key in rows], list(rows.values())])
