"""What the writers use of a database cursor, Django's or psycopg's."""

from typing import Any, Protocol


class Cursor(Protocol):
    def execute(self, query: Any, params: Any = None, /) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def copy(self, statement: Any, /) -> Any: ...
