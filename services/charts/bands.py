"""What a band chart tells before anything is drawn: the latest day, the marked days against their range, the total, the budget.

Shared by the drawing and the alt text, so that they cannot disagree. Needs no drawing library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services.charts.words import clean, day, label, percent, signed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.charts.results import BandSpec, Values

MOST_MARKS = 5
NAME = 60


class Range(NamedTuple):
    """A range that is drawn: as many values as days."""

    low: Values
    high: Values


def ranges(spec: BandSpec) -> list[Range]:
    """The ranges there are, the wider first."""
    found = [Range(spec.low_outer, spec.high_outer), Range(spec.low, spec.high)]
    return [each for each in found if each.low and each.high]


def latest(spec: BandSpec) -> int | None:
    """The place of the last complete day with a value, else of the last day with one; None where there is none."""
    known = [n for n, value in enumerate(spec.actual) if value is not None]
    complete = [n for n in known if not is_incomplete(spec)[n]]
    found = complete or known
    return found[-1] if found else None


def marked(spec: BandSpec) -> list[tuple[int, str]]:
    """The places of the marked days that are in the chart, with their words, in order of time."""
    found = [(spec.days.index(mark.day), clean(mark.text, NAME)) for mark in spec.marks if mark.day in spec.days]
    return sorted(found)[:MOST_MARKS]


def is_incomplete(spec: BandSpec) -> list[bool]:
    """Which days have a value that is not all there yet."""
    through = spec.complete_through
    return [
        through is not None and when > through and value is not None for when, value in zip(spec.days, spec.actual, strict=True)
    ]


def is_forecast(spec: BandSpec) -> bool:
    """Whether something is expected of days that have no complete value yet."""
    return _first_ahead(spec) is not None


def forecast(spec: BandSpec) -> float | None:
    """What all days come to: what is known of the complete ones, and what is expected of those after. None without a forecast."""
    first = _first_ahead(spec)
    if first is None:
        return None
    ahead = [value for value in spec.expected[first:] if value is not None]
    if spec.is_cumulative:
        return ahead[-1]
    return sum(value for value in spec.actual[:first] if value is not None) + sum(ahead)


def forecast_range(spec: BandSpec) -> tuple[float, float] | None:
    """The range of the total, where the values are sums: of single days a range cannot be added up."""
    if not (spec.is_cumulative and is_forecast(spec) and spec.low and spec.high):
        return None
    low, high = spec.low[-1], spec.high[-1]
    return None if low is None or high is None else (low, high)


def headline(spec: BandSpec) -> str:
    """The number of the picture: the last marked day, else the forecast, else the latest day."""
    marks, total, last = marked(spec), forecast(spec), latest(spec)
    if marks and spec.actual[marks[-1][0]] is not None:
        return _of_day(spec, marks[-1][0])
    if total is not None:
        return f"Forecast {label(total, spec.currency)}{_between(spec)}"
    return "No spend in this period" if last is None else _of_day(spec, last)


def told(spec: BandSpec) -> list[str]:
    """The sentences of the alt text."""
    last = latest(spec)
    if not spec.days or (last is None and not is_forecast(spec)):
        return ["No spend in this period."]
    kind = "Spend since the first day" if spec.is_cumulative else "Spend a day"
    head = f"{kind} beside what was expected, {_span(spec.days)}."
    days = [n for n, _ in marked(spec)]
    lately = [] if last is None or last in days else [f"Latest: {_day_told(spec, last)}."]
    return [head, *lately, *(_mark_told(spec, *mark) for mark in marked(spec)), *_forecast_told(spec), *_limits_told(spec)]


def _first_ahead(spec: BandSpec) -> int | None:
    """The first day after the complete ones that something is expected of; None unless that reaches into days without a value."""
    late = is_incomplete(spec)
    known = [n for n, value in enumerate(spec.actual) if value is not None]
    complete = [n for n in known if not late[n]]
    hoped = [n for n, value in enumerate(spec.expected) if value is not None and n > (complete or [-1])[-1]]
    return hoped[0] if hoped and hoped[-1] > (known or [-1])[-1] else None


def _span(days: Sequence[date]) -> str:
    return day(days[0]) if len(days) == 1 else f"{day(days[0])} to {day(days[-1])}"


def _of_day(spec: BandSpec, place: int) -> str:
    when, value, usual = spec.days[place], spec.actual[place] or 0.0, _at(spec.expected, place)
    text = f"{when.day} {when:%b} {label(value, spec.currency)}"
    return text if usual is None else f"{text}, expected {label(usual, spec.currency)}"


def _day_told(spec: BandSpec, place: int) -> str:
    value = spec.actual[place]
    usual = _at(spec.expected, place)
    if value is None:
        amount = "has no amount" if usual is None else f"is expected with {label(usual, spec.currency)}"
        return f"{day(spec.days[place])} {amount}"
    parts = [f"{day(spec.days[place])} with {label(value, spec.currency)}"]
    if usual is not None and not spec.is_cumulative:
        change = percent(value, usual)
        excess = f"{signed(value - usual, spec.currency)}{f' ({change})' if change else ''}"
        parts.append(f"expected {label(usual, spec.currency)}{_range_told(spec, place)}: {excess}")
    return ", ".join(parts)


def _mark_told(spec: BandSpec, place: int, text: str) -> str:
    return f"Marked ({text}): {_day_told(spec, place)}."


def _range_told(spec: BandSpec, place: int) -> str:
    low, high = _at(spec.low, place), _at(spec.high, place)
    if low is None or high is None:
        return ""
    return f" (between {label(low, spec.currency)} and {label(high, spec.currency)})"


def _forecast_told(spec: BandSpec) -> list[str]:
    total = forecast(spec)
    return [] if total is None else [f"Forecast through {day(spec.days[-1])}: {label(total, spec.currency)}{_between(spec)}."]


def _between(spec: BandSpec) -> str:
    around = forecast_range(spec)
    return f", between {label(around[0], spec.currency)} and {label(around[1], spec.currency)}" if around else ""


def budget_words(spec: BandSpec) -> str:
    """The budget's name and amount: the first and the last, where it has steps. Empty without one."""
    limits = [value for value in spec.budget if value is not None]
    if not limits:
        return ""
    first, last = label(limits[0], spec.currency), label(limits[-1], spec.currency)
    return f"{clean(spec.budget_name, NAME)} {first if first == last else f'{first} → {last}'}"


def _limits_told(spec: BandSpec) -> list[str]:
    """The budget, and the days that are not complete."""
    budget = budget_words(spec)
    found = [f"{budget[:1].upper()}{budget[1:]}."] if budget else []
    late = [when for when, open_ in zip(spec.days, is_incomplete(spec), strict=True) if open_]
    if late and spec.complete_through:
        found.append(f"Incomplete: {_span(late)}; the data is complete through {day(spec.complete_through)}.")
    return found


def _at(values: Values, place: int) -> float | None:
    return values[place] if values else None
