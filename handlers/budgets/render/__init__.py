"""Budgets drawn: pure functions from a result of `services.budgets` to a Reply or a window."""

from __future__ import annotations

from handlers.budgets.render.form import window
from handlers.budgets.render.listing import listing
from handlers.budgets.render.post import gone, living, worse
from handlers.budgets.render.shown import asked_to_remove, history, removed, settled, shown

__all__ = ["asked_to_remove", "gone", "history", "listing", "living", "removed", "settled", "shown", "window", "worse"]
