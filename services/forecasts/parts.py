"""Parts and their whole: each is forecast by itself, and what they differ by is spread over them by how uncertain each is.

The whole is forecast as one series, because its noise is smaller than that of its parts; so it is the whole that is believed.
A part whose future is sure (a fee) keeps its own forecast, and a restless one takes most of the difference.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.forecasts.calendar import Values
    from services.forecasts.looking import Look

    Sides = tuple[Values, Values]


def reconciled(whole: Look, parts: Sequence[Look]) -> tuple[list[Look], float]:
    """The parts so that they add up to the whole, and what was spread over them (positive: they were too low)."""
    gap = whole.total - sum(part.total for part in parts)
    weights = np.array([part.uncertainty for part in parts])
    if not weights.sum():
        weights = np.array([abs(part.total) for part in parts])
    if not weights.sum():
        return list(parts), 0.0
    shares = gap * weights / weights.sum()
    totals = np.array([part.total for part in parts])
    if (totals >= 0).all() and (totals + shares < 0).any() and totals.sum():
        shares = gap * totals / totals.sum()  # nobody's cost is brought below nothing
    return [_moved(part, float(share)) for part, share in zip(parts, shares, strict=True)], gap


def _moved(part: Look, by: float) -> Look:
    """The same part with another total: its days in proportion, its bands moved along."""
    total = part.total
    daily = part.daily * ((total + by) / total) if total else part.daily + by / len(part.daily)
    return replace(part, daily=daily, inner=_shifted(part.inner, by, part), outer=_shifted(part.outer, by, part))


def _shifted(band: Sides | None, by: float, part: Look) -> Sides | None:
    if band is None:
        return None
    floor = 0.0 if band[0][-1] >= 0 and part.total >= 0 else -np.inf
    return np.maximum(band[0] + by, floor), band[1] + by
