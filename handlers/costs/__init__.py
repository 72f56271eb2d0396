"""What the cloud cost: the questions of `/cost` and the buttons under their answers."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="costs", root="cost", summary="what the cloud cost, by what, over time, and why it changed")
