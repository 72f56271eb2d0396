"""The outbox: what it says itself, when something else could not be said."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="outbox", summary="What could not be posted")
