"""What the watch is told by the settings, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.anomalies.results import OWNER
from services.costs.rates import Rates

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Watching:
    """`extra` dimensions whose values are judged beside services in accounts; from how much a day an anomaly is High.

    `owner` is the dimension that says whose something is.
    """

    extra: tuple[str, ...] = ()
    high_from: Decimal | None = None
    rates: Rates = field(default_factory=Rates)
    owner: str = OWNER


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look did. `series` is 0 when nothing had moved; `connected` are accounts that were filled in silently."""

    series: int = 0
    opened: int = 0
    changed: int = 0
    connected: tuple[str, ...] = ()
