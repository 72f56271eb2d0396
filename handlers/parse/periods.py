"""Periods as people write them, read by a closed grammar: a word is a period or it is not, nothing is guessed.

Both days of a range are included. Spans that run (`month`, `week`, `quarter`, `year`) end with today; spans that look back
(`7d`, `last 4 weeks`, `last month`) are made of complete days, weeks or months only, so `7d` ends yesterday.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from handlers.parse.words import cut
from services.errors import UsageError
from storage.model.period import DAY, Period, first_of_month

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_YEAR, LAST_YEAR = 2000, 2100
EXAMPLE = "2026-03-01..2026-03-15"
_FIRST_HALF = ("january", "february", "march", "april", "may", "june")
_MONTHS = (*_FIRST_HALF, "july", "august", "september", "october", "november", "december")
_MONTH_NUMBERS = {name: at for at, full in enumerate(_MONTHS, 1) for name in (full, full[:3])} | {"sept": 9}
_DATE = r"\d{4}-\d{1,2}-\d{1,2}|\d{4}-\d{1,2}|\d{4}"
_ONE = re.compile(rf"({_DATE})", re.ASCII)
_BETWEEN = r"(?:\.{2,3}|…|-{1,3}|/)"
_TWO = re.compile(rf"({_DATE}){_BETWEEN}({_DATE}|today|yesterday)", re.ASCII)
_OPEN = re.compile(rf"(?:({_DATE}){_BETWEEN}|{_BETWEEN}({_DATE}))", re.ASCII)
_DAYS_OF_MONTH = re.compile(r"(\d{1,2})-{1,2}(\d{1,2})", re.ASCII)
_BACK = re.compile(r"(\d+)(d|w)", re.ASCII)
_LOOKS_LIKE = re.compile(r"\d{4}[-/.]\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}\.{2}|\d{8}$", re.ASCII)
_SEPARATORS = ("..", "...", "…", "", "to", "until", "through", "till")
_UNITS = {"day": "d", "days": "d", "week": "w", "weeks": "w", "month": "m", "months": "m", "quarter": "q", "quarters": "q"}
_UNITS |= {"year": "y", "years": "y"}
_MONTHS_IN = {"m": 1, "q": 3, "y": 12}
_TO_DATE = {"wtd": "w", "mtd": "m", "qtd": "q", "ytd": "y", "week": "w", "month": "m", "quarter": "q", "year": "y"}
_LAST = ("last", "previous", "past", "prev")
_THIS = ("this", "current")
_DAY_PARTS = 3  # year, month, day
_MANY = 5  # digits: longer numbers reach beyond every sane year

WORDS = (*_TO_DATE, "today", "yesterday", "7d", "30d", "last month", "last week", "last quarter", "last year", *_MONTHS)
"""The periods worth suggesting."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What relative periods hang on. `week_start`: 0 is Monday; `fiscal_year_start`: the month quarters and years begin with."""

    today: date
    week_start: int = 0
    fiscal_year_start: int = 1

    def begins(self, unit: str) -> date:
        """First day of the current week, month, fiscal quarter or fiscal year (`w`, `m`, `q`, `y`)."""
        if unit == "w":
            return _moved(self.today, -((self.today.weekday() - self.week_start) % 7))
        into = (self.today.month - self.fiscal_year_start) % _MONTHS_IN[unit]
        return _month_moved(self.today, -into)

    def to_date(self, unit: str) -> Period:
        """The current week, month, quarter or year up to and including today."""
        return Period.of_days(self.begins(unit), self.today)

    def back(self, unit: str, count: int) -> Period:
        """The last `count` complete days, weeks, months, quarters or years before the current one."""
        if unit == "d":
            return Period(_moved(self.today, -count), self.today)
        end = self.begins(unit)
        start = _moved(end, -7 * count) if unit == "w" else _month_moved(end, -count * _MONTHS_IN[unit])
        return Period(start, end)


def read_period(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """The period that the folded `words` begin with and how many of them it takes; None when they begin with none.

    Raises UsageError where a period was plainly meant but cannot be: a date that does not exist, the wrong way round, beyond
    the years 2000 to 2100.
    """
    if not FIRST_YEAR <= calendar.today.year <= LAST_YEAR:
        raise _beyond(str(calendar.today))
    for reader in (_range, _named, _back, _single):
        found = reader(words, calendar)
        if found:
            return _sane(found[0], words[: found[1]]), found[1]
    if words and _LOOKS_LIKE.match(words[0]):
        raise _error(f"“{cut(words[0])}” is not a date I can read.", words[0])
    return None


def _named(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """`today`, `month`, `this month`, `month to date`, `mtd`."""
    first = words[0] if words else ""
    if first in ("today", "yesterday"):
        day = calendar.today if first == "today" else _moved(calendar.today, -1)
        return Period.of_days(day, day), 1
    used = 1 if first in _THIS and len(words) > 1 else 0
    unit = _TO_DATE.get(words[used]) if len(words) > used else None
    if unit is None:
        return None
    used += 1
    if tuple(words[used : used + 2]) == ("to", "date"):
        used += 2
    return calendar.to_date(unit), used


def _back(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """`7d`, `4w`, `last month`, `last 3 months`, `past 30 days`, `last 7d`, `7 days`."""
    used = 1 if words and words[0] in _LAST else 0
    first, second = (*words[used : used + 2], "", "")[:2]
    short = _BACK.fullmatch(first)
    if short:
        return calendar.back(short[2], _count(short[1], first)), used + 1
    if used and first in _UNITS:
        return calendar.back(_UNITS[first], 1), 2
    if re.fullmatch(r"\d+", first, re.ASCII) and second in _UNITS:
        return calendar.back(_UNITS[second], _count(first, first)), used + 2
    return None


def _single(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """`2026-03`, `2026`, `2026-03-01`, `march`, `nov 2026`, `5 nov 2026`, `1-21 nov 2026`."""
    days = _DAYS_OF_MONTH.fullmatch(words[0]) if words else None
    month = _month(words[1:], calendar) if days else None
    if days and month:
        whole, used = month
        first, last = (_day(whole.start.year, whole.start.month, int(days[at]), words[0]) for at in (1, 2))
        return _forward(first, last, words[0]), used + 1
    return _end(words, calendar)


def _range(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """`A..B`, `A to B`, `A - B`, where each end is a day, a month or a year; both ends are included."""
    whole = _TWO.fullmatch(words[0]) if words else None
    if whole:
        first, last = (_anchor(end, calendar) for end in whole.groups())
        return _forward(first.start, last.last, words[0]), 1
    if words and _OPEN.fullmatch(words[0]):
        raise _error(f"“{cut(words[0])}” needs both its first and its last day.", words[0])
    return _spoken(words, calendar)


def _spoken(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """A range whose ends are words of their own: `1 march to 15 march`, `28 Dec 2025 - 3 Jan 2026`, `2026-03-01 to today`."""
    at = next((at for at, word in enumerate(words[:4]) if at and word in _SEPARATORS), 0)
    right = _end(words[at + 1 :], calendar) if at else None
    left = _left(words[:at], right[0].last, calendar) if right else None
    if right is None or left is None:
        return None
    used = at + 1 + right[1]
    return _forward(left.start, right[0].last, " ".join(words[:used])), used


def _left(words: Sequence[str], last: date, calendar: Calendar) -> Period | None:
    """The first end of a range. Without a year it takes that of the last end, or the one before: `28 dec to 3 jan 2026`."""
    if words[0] in ("today", "yesterday") or any(re.match(r"\d{4}", word, re.ASCII) for word in words):
        found = _end(words, calendar)
        return found[0] if found and found[1] == len(words) else None
    month = _MONTH_NUMBERS.get(words[-1], 0)
    found = _end((*words, str(last.year - (month > last.month))), calendar)
    return found[0] if found and found[1] == len(words) + 1 else None


def _end(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """One end of a range: a date in figures, `today`, `yesterday`, `march`, `nov 2026`, `5 nov`."""
    if not words:
        return None
    if words[0] in ("today", "yesterday") or _ONE.fullmatch(words[0]):
        return _anchor(words[0], calendar), 1
    if not re.fullmatch(r"\d{1,2}", words[0], re.ASCII):
        return _month(words, calendar)
    month = _month(words[1:], calendar)
    if month is None:
        return None
    day = _day(month[0].start.year, month[0].start.month, int(words[0]), " ".join(words[: month[1] + 1]))
    return Period.of_days(day, day), month[1] + 1


def _month(words: Sequence[str], calendar: Calendar) -> tuple[Period, int] | None:
    """`march` (the latest that has begun) or `march 2026`."""
    number = _MONTH_NUMBERS.get(words[0]) if words else None
    if number is None:
        return None
    if len(words) > 1 and re.fullmatch(r"\d{4}", words[1], re.ASCII):
        return Period.month(_day(int(words[1]), number, 1, words[1])), 2
    year = calendar.today.year - (number > calendar.today.month)
    return Period.month(_day(year, number, 1, words[0])), 1


def _anchor(word: str, calendar: Calendar) -> Period:
    """A date in figures, or today or yesterday, as the days it stands for."""
    if word in ("today", "yesterday"):
        day = calendar.today if word == "today" else _moved(calendar.today, -1)
        return Period.of_days(day, day)
    parts = [int(part) for part in word.split("-")]
    year, month, of_month = (*parts, 1, 1)[:3]
    first = _day(year, month, of_month, word)
    if len(parts) == _DAY_PARTS:
        return Period.of_days(first, first)
    return Period.month(first) if len(parts) > 1 else Period.of_days(first, date(first.year, 12, 31))


def _day(year: int, month: int, day: int, word: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _beyond(word)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _error(f"“{cut(word)}” is not a day of the calendar.", word) from error


def _forward(first: date, last: date, word: str) -> Period:
    if last < first:
        raise _error(f"“{cut(word)}” ends before it starts.", word)
    return Period.of_days(first, last)


def _count(digits: str, word: str) -> int:
    if len(digits) > _MANY:
        raise _beyond(word)
    if int(digits) == 0:
        raise _error(f"“{cut(word)}” is an empty period.", word)
    return int(digits)


def _moved(day: date, days: int) -> date:
    try:
        return day + DAY * days
    except OverflowError as error:
        raise _beyond(f"{-days} days") from error


def _month_moved(day: date, months: int) -> date:
    try:
        return first_of_month(day, months)
    except ValueError as error:
        raise _beyond(f"{-months} months") from error


def _sane(period: Period, words: Sequence[str]) -> Period:
    if period.start.year < FIRST_YEAR or period.last.year > LAST_YEAR:
        raise _beyond(" ".join(words))
    return period


def _beyond(word: str) -> UsageError:
    return _error(f"“{cut(word)}” reaches beyond the years {FIRST_YEAR} to {LAST_YEAR}.", word)


def _error(sentence: str, word: str) -> UsageError:
    return UsageError(sentence, f"Write a period like `{EXAMPLE}`, `last month` or `7d`.", word=cut(word), example=EXAMPLE)
