"""A question about the future as the words that ask it, so that a button can remember what it stands under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.parse.written import filters, quoted
from services.forecasts.results import Horizon
from storage.model.query import Basis, Charges

if TYPE_CHECKING:
    from services.forecasts.results import ForecastQuery

VERB = "forecast"


def words(question: ForecastQuery) -> str:
    """The words that ask it again, after `cost`."""
    query = question.query
    parts = [
        VERB,
        "" if question.until is Horizon.MONTH else str(question.until),
        f"by {quoted(query.by[0])}" if query.by else "",
        filters(query.filters),
        f"basis={query.basis.value}" if query.basis is not Basis.EFFECTIVE else "",
        "net" if query.charges is Charges.NET else "",
        f"top {query.top}" if query.top else "",
    ]
    return " ".join(filter(None, parts))
