"""Upkeep: what the program does for itself by the clock. It has no words and no buttons."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="upkeep", summary="What the program does for itself")
