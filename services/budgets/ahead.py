"""What budgets want to know of the future, and nothing more: an expected amount a day with a band around their sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from storage.model.query import CostQuery


@dataclass(frozen=True, slots=True)
class Ahead:
    """Expected amounts, one a day from `start`. The bands are of their sum: 80 % within low and high, 95 % within the outer.

    `said` tells what it stands on when that is little.
    """

    start: date
    daily: tuple[Decimal, ...]
    low: Decimal
    high: Decimal
    low_outer: Decimal
    high_outer: Decimal
    said: str = ""


class Forecasting(Protocol):
    """Whoever looks ahead."""

    async def ahead(self, query: CostQuery, currency: str, through: date) -> Ahead | None:
        """From the first day that is not complete through a day; the query's own period does not matter. None: unknown."""
        ...


class NoForecast:
    """Knows nothing of the future."""

    async def ahead(self, query: CostQuery, currency: str, through: date) -> Ahead | None:  # noqa: ARG002  # the protocol's
        """Nothing."""
        return None
