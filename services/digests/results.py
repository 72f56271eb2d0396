"""What a digest tells, complete enough to render without another query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from services.budgets.results import BudgetStatus
    from services.costs.results import Breakdown, Completeness, MoverSection
    from services.forecasts.results import Forecast
    from storage.model.anomaly import Anomaly
    from storage.model.digest import Digest
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import CostQuery


@dataclass(frozen=True, slots=True)
class Spans:
    """The days it tells of, those before that they are held against, and the days of the mean, in as many pieces as there are."""

    days: Period
    before: Period
    mean: Period
    pieces: int
    """The mean is of this many: days, weeks or months."""


@dataclass(frozen=True, slots=True)
class DigestFigure:
    """How much it was, in one currency. None where the bill begins later."""

    amount: Money
    before: Money | None
    mean: Money | None
    to_date: Money | None = None
    """The month to date, on complete days; None outside a month that runs."""
    to_date_before: Money | None = None
    """The same days of the month before."""


@dataclass(frozen=True, slots=True)
class DigestAnswer:
    """One digest of one day. `is_late`: it was waited for newer data, in vain."""

    digest: Digest
    slot: date
    query: CostQuery
    spans: Spans
    figures: tuple[DigestFigure, ...]
    to_date: Period | None
    """The complete days of the running month."""
    to_date_before: Period | None
    completeness: Completeness
    is_late: bool
    is_estimated: bool
    movers: tuple[MoverSection, ...] = ()
    daily: Breakdown | None = None
    """The last days by service, for the chart."""
    forecast: Forecast | None = None
    """Where the running month is heading."""
    budgets: tuple[BudgetStatus, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    """The open ones that concern this money, worst first, those kept for the digest among them."""
    told: tuple[Money, ...] = field(default=())
    """What was told when it was posted, where the bill has changed since; else empty."""
