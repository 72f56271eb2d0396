"""Routes: whose alerts are whose, who is on call, and when nobody wants to hear of them."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature("routes", root="tuppence", summary="whose alerts are whose, and when they may be told")
