"""A finding: one series that is out of the ordinary this morning, whichever rule said so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.anomalies.watch.rules import FALLS

if TYPE_CHECKING:
    from datetime import date

    from storage.model.anomaly import AnomalyKind, SeriesKey


@dataclass(frozen=True, slots=True)
class Finding:
    """Dollars a day of `day`, which is not complete when `is_partial`. `since` is the first day that belongs to it.

    `lower` and `upper` are the band of the day; `score` is 1 at the threshold.
    """

    series: SeriesKey
    kind: AnomalyKind
    day: date
    since: date
    value: float
    expected: float
    lower: float
    upper: float
    score: float
    is_partial: bool = False

    @property
    def excess(self) -> float:
        """Above the expected; negative for a drop."""
        return self.value - self.expected

    @property
    def is_fall(self) -> bool:
        """Whether it is about less, not more."""
        return self.kind in FALLS
