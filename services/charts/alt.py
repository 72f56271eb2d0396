"""The numbers of a chart in words, for those who cannot see it: what it is, the total, the top items, what is incomplete.

Plain text, at most 2000 characters (Slack's limit of `alt_text`). Needs no drawing library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.charts import bands
from services.charts.folding import folded_series, sorted_bars, sorted_steps, step_percent
from services.charts.results import BandSpec, BreakdownSpec, TrendSpec
from services.charts.spans import bucket_words, incomplete
from services.charts.words import ELLIPSIS, clean, day, label, percent, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.charts.results import Bar, ChartSpec, MoversSpec, Series

LIMIT = 2000
NAME = 60
"""The longest name; with the most items a chart has, all of them fit."""
TITLE = 150


def alt_text(spec: ChartSpec) -> str:
    """What the chart of this spec shows."""
    if isinstance(spec, TrendSpec):
        told = _trend(spec)
    elif isinstance(spec, BreakdownSpec):
        told = _breakdown(spec)
    elif isinstance(spec, BandSpec):
        told = bands.told(spec)
    else:
        told = _movers(spec)
    text = " ".join([f"{clean(spec.title, TITLE).rstrip('.')}.", *filter(None, told)])
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + ELLIPSIS


def _trend(spec: TrendSpec) -> list[str]:
    series = folded_series(spec.series)
    totals = [sum(values) for values in zip(*(each.values for each in series), strict=True)]
    if not totals:
        return ["No spend in this period."]
    first, last = (bucket_words(when, spec.bucket_days) for when in (spec.buckets[0], spec.buckets[-1]))
    span = first if first == last else f"{first} to {last}"
    head = f"Stacked bars over time, {span}. Total {label(sum(totals), spec.currency)}."
    return [head, _against(spec, totals), _highest(spec, totals), _parts(spec, series), _incomplete(spec)]


def _against(spec: TrendSpec, totals: Sequence[float]) -> str:
    """The change against the previous period, over the buckets that are complete: a part of a day is not a drop."""
    pairs = zip(totals, spec.previous, incomplete(spec), strict=False)
    both = [(now, before) for now, before, is_incomplete in pairs if not is_incomplete]
    if not both:
        return ""
    now, before = (sum(column) for column in zip(*both, strict=True))
    previous = f"{label(before, spec.currency)} in the previous period{_in_brackets(percent(now, before))}"
    if len(both) == len(totals):
        return f"Compared with {previous}."
    return f"The complete part, {len(both)} of {len(totals)} bars, is {label(now, spec.currency)}, compared with {previous}."


def _highest(spec: TrendSpec, totals: Sequence[float]) -> str:
    place = max(range(len(totals)), key=lambda n: totals[n])
    if len(totals) == 1 or not totals[place]:
        return ""
    return f"Highest: {bucket_words(spec.buckets[place], spec.bucket_days)} with {label(totals[place], spec.currency)}."


def _parts(spec: TrendSpec, series: Sequence[Series]) -> str:
    ranked = sorted(((sum(each.values), each.name) for each in series), key=lambda part: -part[0])
    return _listed([f"{clean(name, NAME)} {label(amount, spec.currency)}" for amount, name in ranked])


def _incomplete(spec: TrendSpec) -> str:
    late = [bucket_words(when, spec.bucket_days) for when, is_late in zip(spec.buckets, incomplete(spec), strict=True) if is_late]
    if not late or spec.complete_through is None:
        return ""
    span = late[0] if len(late) == 1 else f"{late[0]} to {late[-1]}"
    return f"Incomplete: {span}; the data is complete through {day(spec.complete_through)}."


def _breakdown(spec: BreakdownSpec) -> list[str]:
    total = sum(bar.value for bar in spec.bars)
    items = [_item(bar, label(bar.value, spec.currency), percent(bar.value, bar.previous)) for bar in sorted_bars(spec.bars)]
    return [f"Bars by size. Total {label(total, spec.currency)}.", _listed(items)]


def _movers(spec: MoversSpec) -> list[str]:
    before, after = (f"{label(bar.value, spec.currency)} ({clean(bar.name, NAME)})" for bar in (spec.before, spec.after))
    change = signed(spec.after.value - spec.before.value, spec.currency)
    steps = [_item(step, signed(step.value, spec.currency), step_percent(step)) for step in sorted_steps(spec)]
    told = _in_brackets(percent(spec.after.value, spec.before.value))
    return [f"Waterfall from {before} to {after}: {change}{told}.", _listed(steps)]


def _item(bar: Bar, amount: str, change: str) -> str:
    return f"{clean(bar.name, NAME)} {amount}{_in_brackets(change)}"


def _listed(items: Sequence[str]) -> str:
    return f"{'; '.join(items)}." if items else ""


def _in_brackets(change: str) -> str:
    return f" ({change})" if change else ""
