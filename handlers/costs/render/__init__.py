"""Cost answers drawn: pure functions from a result of `services.costs` to a Reply. Numbers are worded here, not found."""

from __future__ import annotations

from handlers.costs.render.bases import bases
from handlers.costs.render.breakdown import breakdown
from handlers.costs.render.key_figures import key_figures
from handlers.costs.render.movers import movers
from handlers.costs.render.sql import sql
from handlers.costs.render.trend import trend

__all__ = ["bases", "breakdown", "key_figures", "movers", "sql", "trend"]
