"""All thinking. Knows no Slack; a cloud SDK is imported in its own adapter only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.access.service import Access
    from services.anomalies.service import Anomalies
    from services.budgets.service import Budgets
    from services.charts.service import Charts
    from services.clock import Clock
    from services.costs.service import Costs
    from services.digests.service import Digests
    from services.forecasts.service import Forecasts
    from services.outbox.service import Outbox
    from services.routes.service import Routes
    from services.status.service import StatusOf
    from services.summary.service import Summary
    from services.upkeep.service import Upkeep


@dataclass(frozen=True, slots=True)
class Services:
    """What a handler may call, made once in `bot/app.py`."""

    costs: Costs
    charts: Charts
    access: Access
    status: StatusOf
    upkeep: Upkeep
    outbox: Outbox
    forecasts: Forecasts
    budgets: Budgets
    summary: Summary
    digests: Digests
    routes: Routes
    anomalies: Anomalies
    clock: Clock
