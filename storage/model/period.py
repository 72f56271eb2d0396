"""Period: the one type for a span of days. UTC days, half-open: `end` is the first day that is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = timedelta(days=1)


def first_of_month(day: date, months: int = 0) -> date:
    """First day of the month of `day`, moved by a number of months."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to, not including, `end`. Never empty."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse the empty and the backward period: both are always somebody's mistake."""
        if self.end <= self.start:
            msg = f"a period ends after it starts: {self.start} to {self.end}"
            raise ValueError(msg)

    @classmethod
    def of_days(cls, first: date, last: date) -> Period:
        """Both days included, as people write it."""
        return cls(first, last + DAY)

    @classmethod
    def month(cls, day: date) -> Period:
        """The calendar month that `day` is in."""
        return cls(first_of_month(day), first_of_month(day, 1))

    @property
    def last(self) -> date:
        """The last day that is in it."""
        return self.end - DAY

    @property
    def days(self) -> int:
        """How many days."""
        return (self.end - self.start).days

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one calendar month."""
        return self == Period.month(self.start)

    def __contains__(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        """Each day, in order."""
        return (self.start + DAY * n for n in range(self.days))

    def overlap(self, other: Period) -> Period | None:
        """The days both have."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def until(self, last: date) -> Period | None:
        """Cut so that `last` is the last day; None when nothing is left."""
        return self.overlap(Period(min(self.start, last), last + DAY)) if last >= self.start else None

    def previous(self) -> Period:
        """What it is compared with when nobody says otherwise.

        Whole months with as many months before; a month to date with the same days of the month before (never more of them
        than that month has); anything else with as many days just before it.
        """
        if self.start.day == self.end.day == 1:
            months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
            return Period(first_of_month(self.start, -months), self.start)
        if self.start.day == 1 and self.end <= first_of_month(self.start, 1):
            start = first_of_month(self.start, -1)
            return Period(start, min(start + DAY * self.days, self.start))
        return Period(self.start - DAY * self.days, self.start)

    def text(self) -> str:
        """First and last day in words: `1-21 Nov 2026`, `28 Feb - 3 Mar 2026`, `5 Nov 2026` (with en dashes)."""
        first, last = self.start, self.last
        if first == last:
            return f"{first.day} {first:%b %Y}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{last.day} {last:%b %Y}"
        if first.year == last.year:
            return f"{first.day} {first:%b} – {last.day} {last:%b %Y}"
        return f"{first.day} {first:%b %Y} – {last.day} {last:%b %Y}"


def utc_today(now: datetime) -> date:
    """The UTC day of an aware moment."""
    return now.astimezone(UTC).date()
