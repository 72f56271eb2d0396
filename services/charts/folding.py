"""Which bars and series are drawn when there are more than fit: the largest, and one `other` so that the parts add up."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from services.charts.results import Bar, Series
from services.charts.words import is_other, is_rest, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.charts.results import MoversSpec

OTHER = "other"
MAX_SERIES = 7
MAX_BARS = 10
MAX_STEPS = 8
ROUNDING = 1e-6
"""Of the largest amount: what floats leave over when they are added up."""


def grey(item: Bar | Series) -> bool:
    """Whether it is a remainder, which is drawn in grey."""
    return item.is_rest or is_rest(item.name)


def sorted_bars(bars: Sequence[Bar], limit: int = MAX_BARS) -> tuple[Bar, ...]:
    """Largest first, at most `limit`; the small ones and any `other` are one bar at the end. Untagged spend stays itself."""
    named = sorted((bar for bar in bars if not is_other(bar.name)), key=lambda bar: -bar.value)
    return _cut(named, [bar for bar in bars if is_other(bar.name)], limit)


def sorted_steps(spec: MoversSpec, limit: int = MAX_STEPS) -> tuple[Bar, ...]:
    """The changes, largest first whichever way they go; what they leave unexplained counts into one last `other` step."""
    named = sorted((bar for bar in spec.steps if not is_other(bar.name)), key=lambda bar: -abs(bar.value))
    others = [bar for bar in spec.steps if is_other(bar.name)]
    gap = spec.after.value - spec.before.value - sum(bar.value for bar in spec.steps)
    scale = max(map(abs, (spec.before.value, spec.after.value, *(bar.value for bar in spec.steps))))
    if abs(gap) > scale * ROUNDING:
        others.append(Bar(OTHER, gap))
    return _cut(named, others, limit)


def folded_series(series: Sequence[Series], limit: int = MAX_SERIES) -> tuple[Series, ...]:
    """In the order of the stack, at most `limit`; the smallest are added to `other`, which stands on top."""
    if len(series) <= limit:
        return tuple(series)
    size = {index: sum(map(abs, each.values)) for index, each in enumerate(series) if not is_other(each.name)}
    keep = sorted(sorted(size, key=lambda index: -size[index])[: limit - 1])
    rest = [each.values for index, each in enumerate(series) if index not in keep]
    summed = tuple(sum(values) for values in zip_longest(*rest, fillvalue=0.0))
    return (*(series[index] for index in keep), Series(OTHER, summed, is_rest=True))


def step_percent(step: Bar) -> str:
    """The change of a step in per cent of what it was before, where that is known."""
    return "" if step.previous is None else percent(step.previous + step.value, step.previous)


def _cut(named: Sequence[Bar], others: Sequence[Bar], limit: int) -> tuple[Bar, ...]:
    """The first of `named`, and everything else as one bar; a lone `other` keeps its own name."""
    if len(named) + len(others) <= limit and len(others) <= 1:
        return (*named, *others)
    rest = (*named[limit - 1 :], *others)
    compared = [bar.previous for bar in rest if bar.previous is not None]
    return (*named[: limit - 1], Bar(OTHER, sum(bar.value for bar in rest), sum(compared) if compared else None, is_rest=True))
