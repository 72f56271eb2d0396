"""Rates: a dated table of exchange rates, which somebody decided on. Without one, currencies are never added.

The file is CSV with the columns `currency,from,rate`: one unit of `currency` is worth `rate` of the reporting currency from
that day on.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from services.errors import ConfigurationError
from storage.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from storage.model.period import Period


@dataclass(frozen=True, slots=True)
class Rates:
    """Currency → its (first day, rate) pairs in order of the day. `reporting` empty: nothing is ever converted."""

    reporting: str = ""
    table: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, reporting: str) -> Rates:
        """Read the file. Raises ConfigurationError naming the line that is wrong."""
        table: dict[str, list[tuple[date, Decimal]]] = {}
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                for line in csv.DictReader(file):
                    table.setdefault(line["currency"].strip().upper(), []).append(_rate(line))
        except (OSError, KeyError, ValueError, InvalidOperation, AttributeError) as error:
            raise ConfigurationError(
                f"The rate table {path.name} cannot be read: {error}.", "Its columns are currency,from,rate: EUR,2026-01-01,1.08."
            ) from error
        return cls(reporting, {currency: tuple(sorted(pairs)) for currency, pairs in table.items()})

    def cuts(self, period: Period) -> tuple[date, ...]:
        """The days within the period on which some rate changes: sums must not run across them."""
        days = {day for pairs in self.table.values() for day, _ in pairs} if self.reporting else set()
        return tuple(sorted(day for day in days if period.start < day < period.end))

    def convert(self, money: Money, day: date) -> Money:
        """In the reporting currency at the day's rate; unchanged where there is no rate for it."""
        rate = self._on(money.currency, day)
        return money if rate is None else Money(money.amount * rate, self.reporting)

    def said(self, currencies: set[str], period: Period) -> tuple[str, ...]:
        """The rates that apply to these currencies in the period, in words."""
        days = (period.start, *self.cuts(period))
        found = [
            f"1 {currency} = {self._on(currency, day)} {self.reporting} from {day:%-d %b %Y}"
            for currency in sorted(currencies - {self.reporting})
            for day in days
            if self._on(currency, day) is not None
        ]
        return tuple(dict.fromkeys(found))

    def _on(self, currency: str, day: date) -> Decimal | None:
        pairs = self.table.get(currency, ())
        if not self.reporting or currency == self.reporting:
            return None
        place = bisect_right(pairs, day, key=lambda pair: pair[0])
        return pairs[place - 1][1] if place else None


def _rate(line: Mapping[str, str]) -> tuple[date, Decimal]:
    rate = Decimal(line["rate"].strip())
    if not rate.is_finite() or rate <= 0:
        msg = f"{line['rate']!r} is not a rate"
        raise ValueError(msg)
    return date.fromisoformat(line["from"].strip()), rate
