"""Lists by cursor: `{"items": [..], "next": url or null}`. A new row never shifts the next page."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")
USUAL, MOST = 50, 200
_LIMIT = OpenApiParameter("limit", int, description=f"At most {MOST}; by default {USUAL}.")
_CURSOR = OpenApiParameter("cursor", str, description="From `next` of the answer before.")
PARAMETERS = [_LIMIT, _CURSOR]
_AS_GIVEN = "Use the address in `next` as it was given."


class Cursor(CursorPagination):
    """`?limit=` rows a page (50; at most 200) and `?cursor=` from the previous answer's `next`."""

    page_size = USUAL
    page_size_query_param = "limit"
    max_page_size = MOST
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
        raise ValidationError({"cursor": _AS_GIVEN}) from None
    return cursor.get_paginated_response(to_items(found or []))


def listed(
    request: Request, found: Sequence[Item], to_item: Callable[[Item], Any], **beside: Any
) -> Response:
    """One page of what no column orders: a cursor says how many came before. `beside`: more keys of the answer.

    A cursor or limit that is no whole number is a 400.
    """
    start, limit = (
        _whole(request, "cursor", 0, _AS_GIVEN),
        _whole(request, "limit", USUAL, "This must be a whole number."),
    )
    end = start + min(max(limit, 1), MOST)
    items = [to_item(one) for one in found[start:end]]
    return Response(
        {**beside, "items": items, "next": _next(request, str(end)) if end < len(found) else None}
    )


def _next(request: Request, cursor: str) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _whole(request: Request, name: str, usual: int, sentence: str) -> int:
    text = request.query_params.get(name, "")
    if text and not (text.isdecimal() and len(text) < 8):
        raise ValidationError({name: sentence})
    return int(text) if text else usual
