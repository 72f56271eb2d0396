"""GetDimensionValues and GetTags: which words there are in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.explorer.dimensions import column
from bot.sandbox.clouds.explorer.errors import invalid
from bot.sandbox.clouds.explorer.filters import TAG
from bot.sandbox.clouds.explorer.metrics import known
from bot.sandbox.clouds.explorer.paging import FIELD, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.clouds.explorer.request import Asked

_BY_COST = {"UnblendedCost": "sum(unblended)", "AmortizedCost": "sum(amortized)", "UsageQuantity": "sum(quantity)"}
_DIRECTIONS = {"ASCENDING": "ASC", "DESCENDING": "DESC"}


def _order(body: dict[str, Any]) -> str:
    """By the word, or by what the request says. AWS does neither search nor turn pages in an order that was asked for."""
    sorts = body.get("SortBy") or []
    if not sorts:
        return "1"
    if body.get("SearchString") or body.get(FIELD):
        msg = "SearchString and NextPageToken are not supported with SortBy."
        raise invalid(msg)
    by = _BY_COST.get(known(sorts[0].get("Key")), "sum(unblended)")
    return f"{by} {_DIRECTIONS.get(sorts[0].get('SortOrder'), 'ASC')}, 1"


def _words(asked: Asked, source: str, *values: object, beside: str = "") -> list[tuple[str, ...]]:
    """Distinct words of an SQL expression, with a column beside each if one is named, that contain the SearchString."""
    where, search = asked.where(asked.period), str(asked.body.get("SearchString") or "")
    lines = f"SELECT {source} AS word, * FROM lines WHERE {where.sql}"  # noqa: S608 - our own words
    sql = f"SELECT word{beside} FROM ({lines}) GROUP BY ALL ORDER BY {_order(asked.body)}"  # noqa: S608 - our own words
    found = asked.rows(sql, *values, *where.values)
    return [row for row in found if search.casefold() in row[0].casefold()]


def _paged(asked: Asked, name: str, found: Sequence[Any]) -> dict[str, Any]:
    size = min(int(asked.body.get("MaxResults") or asked.page_size), asked.page_size)
    shown, more = page(found, asked.body, size)
    return {name: list(shown), "ReturnSize": len(shown), "TotalSize": len(found), **more}


def dimension_values(asked: Asked) -> dict[str, Any]:
    """One page of GetDimensionValues. An account's attribute is its name."""
    dimension = asked.body.get("Dimension")
    found = _words(asked, column(dimension), beside=", linked_account_name" if dimension == "LINKED_ACCOUNT" else "")
    values = [{"Value": word, "Attributes": {"description": more[0]} if more else {}} for word, *more in found]
    return _paged(asked, "DimensionValues", values)


def tags(asked: Asked) -> dict[str, Any]:
    """One page of GetTags: the keys, or the values of one key, the empty one of what has no such tag among them."""
    key = asked.body.get("TagKey")
    found = _words(asked, TAG, key) if key else _words(asked, "unnest(map_keys(tags))")
    return _paged(asked, "Tags", [word for word, *_ in found])
