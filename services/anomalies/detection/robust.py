"""Middles and spreads that a few wild days do not move. All work on the last axis and leave NaN (no data) out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TINY = 1e-9
CAP_AT, CAP_FACTOR = 0.8, 2.2
"""Deviations are capped at twice the 80th percentile, 2.6 σ of normal noise: an incident of ten days does not hide the next."""


def median(values: Floats) -> Floats:
    """The median; NaN where there is nothing at all."""
    ordered = np.sort(values, axis=-1)
    size = ordered.shape[-1]
    if not np.isnan(ordered[..., -1]).any():  # NaN sorts last
        return np.asarray((ordered[..., (size - 1) // 2] + ordered[..., size // 2]) / 2)
    count = size - np.isnan(ordered).sum(axis=-1)
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0)[..., None], -1)
    high = np.take_along_axis(ordered, np.maximum(count // 2, 0).clip(max=size - 1)[..., None], -1)
    return np.asarray(((low + np.where(np.isnan(high), low, high)) / 2)[..., 0])


def deviation(values: Floats) -> Floats:
    """Standard deviation around zero with the largest deviations capped; NaN where there is nothing."""
    ordered = np.sort(np.abs(values), axis=-1)
    size = ordered.shape[-1]
    if not np.isnan(ordered[..., -1]).any():
        capped = np.minimum(ordered, CAP_FACTOR * ordered[..., int(CAP_AT * size), None])
        return np.asarray(np.sqrt((capped * capped).sum(axis=-1) / size))
    count = size - np.isnan(ordered).sum(axis=-1)
    cap = np.take_along_axis(ordered, (CAP_AT * count).astype(np.int64)[..., None].clip(max=size - 1), -1)
    capped = np.minimum(ordered, CAP_FACTOR * cap)
    total = np.where(np.isnan(capped), 0.0, capped * capped).sum(axis=-1)
    return np.asarray(np.sqrt(total / np.where(count > 0, count, np.nan)))


def mean(values: Floats) -> Floats:
    """The mean; NaN where there is nothing."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    return np.asarray(np.where(known, values, 0.0).sum(axis=-1) / np.where(count > 0, count, np.nan))
