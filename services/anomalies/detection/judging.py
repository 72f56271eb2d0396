"""Every morning: which series did something out of the ordinary on their last complete day, or already on an incomplete one?

Work is done on many series at once, those complete through the same day together; 10,000 series of 400 days take seconds.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection import drops, rises
from services.anomalies.detection.measure import Measures, measure
from services.anomalies.detection.onset import begun
from services.anomalies.detection.results import NOTHING, Judgement, Kind, Memory
from services.anomalies.detection.window import JUDGED, MOST_PARTIAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from services.anomalies.detection.robust import Floats, Ints

AT_ONCE = 512
"""Series in one go: their arrays fit the processor's cache."""
LEAST_HISTORY = 14
"""Days with data before the judged one; with fewer nothing is usual yet."""
SETTLED_RUN = 3
"""Complete days on a new level make a spike a step."""


def judge(
    days: npt.NDArray[np.datetime64], values: Floats, known: Ints, memories: Sequence[Memory] | None = None
) -> list[Judgement]:
    """Judge the last complete day of every series, and upward only the incomplete days after it.

    Args:
        days: n consecutive days, datetime64[D], oldest first.
        values: k × n dollars a day, gross amortised usage; NaN where nothing is known of a day. A day on which a source has data
            but this series has none is 0, not NaN.
        known: k indexes of the last complete day. At most MOST_PARTIAL days after it are looked at.
        memories: what people said about each series; left out, nobody said anything.

    Returns:
        The days whose score is 1.0 or more, by series and day. A series with fewer than LEAST_HISTORY days is never among them.
    """
    found: list[Judgement] = []
    for rows, seen in measured(days, values, known, memories):
        found.extend(_alerts(seen, rows, days[known[rows[0]]].astype(date)))
    return sorted(found, key=lambda each: (each.series, each.day))


def measured(
    days: npt.NDArray[np.datetime64], values: Floats, known: Ints, memories: Sequence[Memory] | None = None
) -> Iterator[tuple[Ints, Measures]]:
    """What the rules say of all series that could alert, some at a time: their rows, and the measures of those. As `judge`."""
    memories = memories or [NOTHING] * len(values)
    worth = _worth(values, known, memories)
    for last in np.unique(known[worth]):
        rows = np.flatnonzero(worth & (known == last))
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            through = values[part, : last + 1 + MOST_PARTIAL]
            with np.errstate(all="ignore"):
                yield part, measure(days[0].astype(date), through, int(last), [memories[row] for row in part])


def _worth(values: Floats, known: Ints, memories: Sequence[Memory]) -> npt.NDArray[np.bool_]:
    """Leave out what cannot alert: too young, or too small to pass a floor either way."""
    first = max(int(known.min(initial=0)) - JUDGED, 0)
    near = values[:, first : int(known.max(initial=-1)) + 1 + MOST_PARTIAL]
    age = np.arange(first, first + near.shape[1]) - known[:, None]
    seen = np.isfinite(near) & (age >= -JUDGED) & (age <= MOST_PARTIAL)
    floor = np.array([memory.floor for memory in memories]) + min(rises.LEAST_DOLLARS, drops.LEAST_DOLLARS)
    is_large = (seen & (near >= floor[:, None])).any(axis=1)
    return np.asarray(is_large & ((seen & (age < 0)).sum(axis=1) >= LEAST_HISTORY))


def _alerts(seen: Measures, rows: Ints, day: date) -> Iterator[Judgement]:
    score = seen.score
    for row, column in np.argwhere(score >= 1.0):
        kind = _kind(seen, int(row), int(column))
        since, complete = begun(seen, int(row), int(column), kind)
        if kind is Kind.SPIKE and complete >= SETTLED_RUN:
            kind = Kind.STEP
        yield Judgement(
            series=int(rows[row]),
            day=day + timedelta(days=int(column)),
            kind=kind,
            value=float(seen.view.values[row, JUDGED + column]),
            expected=float(seen.rises.expected[row, column]),
            lower=float(seen.lower[row, column]),
            upper=float(seen.rises.upper[row, column]),
            score=float(score[row, column]),
            since=day + timedelta(days=since - JUDGED),
            is_partial=bool(column > 0),
        )


def _kind(seen: Measures, row: int, column: int) -> Kind:
    """The rule that spoke; a rise is the first choice, because it says most."""
    if seen.rises.score[row, column] >= 1.0:
        return Kind.FEE if seen.rises.fee[row, column] > 0 else Kind.SPIKE
    return Kind.DROP if seen.drop[row] >= 1.0 else Kind.DRIFT
