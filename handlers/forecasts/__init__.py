"""`/cost forecast`: where spend is heading, with how sure that is."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature("forecasts", root="cost", summary="where spend is heading")
