"""What the operations have in common: the period asked for, what is known by now, and the condition on the lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.explorer.errors import invalid, struct
from bot.sandbox.clouds.explorer.filters import ALL, Condition, condition
from storage.model.period import Period, first_of_month

if TYPE_CHECKING:
    import duckdb

MONTHS_BACK = 13
"""Whole months before the current one; AWS calls it 14 months."""
DAILY, MONTHLY = "DAILY", "MONTHLY"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with what it is answered from: a cursor on `lines`, today, and the first day that is not known yet."""

    body: dict[str, Any]
    lines: duckdb.DuckDBPyConnection
    today: date
    unknown_from: date
    open_from: date
    page_size: int

    @property
    def period(self) -> Period:
        """The TimePeriod, which must be one of the past that AWS still knows. `End` is not in it."""
        asked = time_period(self.body)
        if asked.end > first_of_month(self.today, 1):
            msg = "end date past the beginning of next month"
            raise invalid(msg)
        if asked.start < first_of_month(self.today, -MONTHS_BACK):
            msg = "You haven't enabled historical data beyond 14 months."
            raise invalid(msg)
        return asked

    @property
    def filter(self) -> Condition:
        """The Filter, or everything."""
        return condition(self.body["Filter"]) if self.body.get("Filter") is not None else ALL

    def where(self, period: Period) -> Condition:
        """The lines of a period that are known by now and pass the filter."""
        chosen = self.filter
        values = (period.start, min(period.end, self.unknown_from), *chosen.values)
        return Condition(f"day >= ? AND day < ? AND {chosen.sql}", values)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query of `lines`."""
        return self.lines.execute(sql, list(values)).fetchall()


def _day(text: object) -> date:
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        msg = f"Date {text} is invalid. Valid format is: yyyy-MM-dd."
        raise invalid(msg)
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        msg = f"Date {text} is invalid. Valid format is: yyyy-MM-dd."
        raise invalid(msg) from error


def time_period(body: dict[str, Any]) -> Period:
    """The TimePeriod as it was asked for."""
    asked = struct(body.get("TimePeriod") or {})
    start, end = _day(asked.get("Start")), _day(asked.get("End"))
    if start >= end:
        msg = "Start date (and hour) should be before end date (and hour)"
        raise invalid(msg)
    return Period(start, end)


def granularity(body: dict[str, Any]) -> str:
    """DAILY or MONTHLY. Hours have to be switched on in a payer's settings, and the made-up company did not."""
    asked = body.get("Granularity")
    if asked == "HOURLY":
        msg = "Hourly granularity is not enabled for this account."
        raise invalid(msg)
    if asked not in {DAILY, MONTHLY}:
        msg = f"Granularity {asked} is invalid."
        raise invalid(msg)
    return str(asked)


def parts(period: Period, step: str) -> list[Period]:
    """Its days, or its calendar months; the first and the last month may be cut."""
    if step == DAILY:
        return [Period.of_days(day, day) for day in period]
    months, start = [], period.start
    while start < period.end:
        months.append(Period(start, min(first_of_month(start, 1), period.end)))
        start = months[-1].end
    return months


def spelled(period: Period) -> dict[str, str]:
    """A DateInterval."""
    return {"Start": period.start.isoformat(), "End": period.end.isoformat()}
