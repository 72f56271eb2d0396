"""Commitments that are paid for and not used: the Unused rows of the bill, against the Used ones and their own past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.watch.findings import Finding
from services.anomalies.watch.rules import DAILY_DAYS, UNUSED_FROM, UTILISATION, UTILISATION_FALL, YOUNG_DAYS
from storage.model.anomaly import AnomalyKind, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.anomalies.watch.rows import Floats, Group, Row

COMMITMENTS = ("account", "commitment", "purchase")
USED, UNUSED = "Used", "Unused"


def unused(group: Group) -> Iterator[Finding]:
    """Commitments (by account and kind) of which much less is used than usual."""
    places = {key: number for number, key in enumerate(group.keys)}
    for key, number in places.items():
        if key.value("commitment") == UNUSED:
            row, used = group.row(number), places.get(_other(key))
            finding = _judged(row, group.values[used] if used is not None else np.zeros_like(row.values))
            if finding is not None:
                yield finding


def _other(key: SeriesKey) -> SeriesKey:
    return SeriesKey(tuple((name, USED if name == "commitment" else value) for name, value in key.parts), key.currency)


def _judged(row: Row, used: Floats) -> Finding | None:
    through = row.known + 1
    idle = np.nan_to_num(row.values[:through])
    whole = idle + np.nan_to_num(used[:through])
    with np.errstate(all="ignore"):
        share = np.where(whole > 0, 1 - idle / whole, np.nan)
    is_low = (share < UTILISATION) & (idle >= UNUSED_FROM)
    first = _run(is_low)
    if through - first < 2:  # noqa: PLR2004 - two complete days in a row, as `rules` says
        return None
    before = slice(max(first - DAILY_DAYS, 0), first)
    past = share[before]
    past = past[~np.isnan(past)]
    if len(past) < YOUNG_DAYS or share[through - 1] > float(np.median(past)) - UTILISATION_FALL:
        return None
    expected, value = float(np.median(idle[before])), float(idle[-1])
    if value - expected < UNUSED_FROM:  # its share fell, and hardly a dollar more is lost
        return None
    width = max(UNUSED_FROM, expected / 2)
    score = max((value - expected) / width, 1.0)
    return Finding(
        *(row.key, AnomalyKind.UNUSED, row.through, row.day(first)),
        *(value, expected, max(expected - width, 0.0), expected + width, score),
    )


def _run(is_low: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    """Where the run begins that lasts to the end; past the end when the last day is not in one."""
    high = np.flatnonzero(~is_low)
    return int(high[-1]) + 1 if high.size else 0
