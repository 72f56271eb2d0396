"""App Home: what the app knows about this month and about the person who looks."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="home", summary="The app's own page")
