"""A forecast as a message: pure, results in, blocks out."""

from __future__ import annotations

from handlers.forecasts.render.forecast import Budgets, forecast

__all__ = ["Budgets", "forecast"]
