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

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from storage.model.period import Period


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit is worth in the reporting currency, from a day on."""

    since: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """Currency → its (first day, rate) pairs in order of the day. `reporting` empty: nothing is ever converted."""

    reporting: str = ""
    table: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, reporting: str) -> Rates:
        """Read the file. Raises ConfigurationError naming the line that is wrong."""
        table: dict[str, dict[date, Decimal]] = {}
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                lines = csv.DictReader(file)
                for line in lines:
                    _enter(table, line, lines.line_num)
        except (OSError, KeyError, ValueError, InvalidOperation, AttributeError) as error:
            raise ConfigurationError(
                f"The rate table {path.name} cannot be read: {error}.", "Its columns are currency,from,rate: EUR,2026-01-01,1.08."
            ) from error
        return cls(reporting, {currency: tuple(sorted(pairs.items())) for currency, pairs in table.items()})

    def apply_to(self, stored: Collection[str]) -> bool:
        """Whether money of one of these currencies may have to be converted."""
        return bool(self.reporting) and any(each != self.reporting and each in self.table for each in stored)

    def cuts(self, period: Period, stored: Collection[str]) -> tuple[date, ...]:
        """The days within the period on which the rate of a stored currency changes: sums must not run across them."""
        if not self.reporting:
            return ()
        days = {day for currency in stored if currency != self.reporting for day, _ in self.table.get(currency, ())}
        return tuple(sorted(day for day in days if period.start < day < period.end))

    def on(self, currency: str, day: date) -> Rate | None:
        """The rate that holds on a day; None before the first, and for a currency that has none."""
        pairs = self.table.get(currency, ())
        place = bisect_right(pairs, day, key=lambda pair: pair[0])
        return Rate(*pairs[place - 1]) if place else None

    def said(self, applied: Collection[tuple[str, date]]) -> tuple[str, ...]:
        """The rates (currency, first day) in words."""
        found = ((currency, self.on(currency, day)) for currency, day in sorted(applied))
        return tuple(
            f"1 {currency} = {rate.value} {self.reporting} from {rate.since.day} {rate.since:%b %Y}"
            for currency, rate in found
            if rate is not None
        )


def _enter(table: dict[str, dict[date, Decimal]], line: Mapping[str, str], number: int) -> None:
    try:
        currency, since = line["currency"].strip().upper(), date.fromisoformat(line["from"].strip())
        rate = Decimal(line["rate"].strip())
    except (KeyError, ValueError, InvalidOperation, AttributeError) as error:
        raise ValueError(f"line {number} is not a currency, a day and a rate") from error
    if not rate.is_finite() or rate <= 0:
        raise ValueError(f"line {number}: {line['rate']!r} is not a rate")
    if table.setdefault(currency, {}).setdefault(since, rate) != rate:
        raise ValueError(f"line {number}: {currency} has another rate from {since}")
