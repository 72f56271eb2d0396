"""Budgets: `/budget`, its windows, the posts when one is endangered, and what a change would save."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(
    name="budgets",
    root="budget",
    summary="what may be spent, how far it is used, when it will not be enough, and what would help",
)
