"""Lists by cursor: `{"items": [..], "next": url or null}`. A new row never shifts the next page."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

Row = TypeVar("Row", bound=Model)


class Cursor(CursorPagination):
    """`?limit=` rows a page (50; at most 200) and `?cursor=` from the previous answer's `next`."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    ordering = "-id"

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"items": data, "next": self.get_next_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": schema,
                "next": {"type": "string", "format": "uri", "nullable": True},
            },
        }


def page(
    request: Request,
    rows: QuerySet[Row],
    to_items: Callable[[Sequence[Row]], list[Any]],
    *,
    order: Sequence[str] = ("-id",),
) -> Response:
    """One page of `rows` in `order`, which must end in a unique column. An unknown cursor is a 400."""
    cursor = Cursor()
    cursor.ordering = list(order)  # type: ignore[assignment]  # the stubs know one column only
    try:
        found = cursor.paginate_queryset(rows, request)
    except NotFound:
        raise ValidationError({"cursor": "Use the address in `next` as it was given."}) from None
    return cursor.get_paginated_response(to_items(found or []))
