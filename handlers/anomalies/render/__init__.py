"""Anomalies as people see them: results in, blocks out."""

from __future__ import annotations

from handlers.anomalies.render.answers import again, done, planned, settings, undone
from handlers.anomalies.render.buttons import IN_A_ROW
from handlers.anomalies.render.details import details
from handlers.anomalies.render.listing import open_ones, past
from handlers.anomalies.render.message import message, moved
from handlers.anomalies.render.notes import escalated, note, summary
from handlers.anomalies.render.reviews import quality, tuning
from handlers.anomalies.render.windows import expected, false_positive, reroute, snooze

__all__ = [
    "IN_A_ROW",
    "again",
    "details",
    "done",
    "escalated",
    "expected",
    "false_positive",
    "message",
    "moved",
    "note",
    "open_ones",
    "past",
    "planned",
    "quality",
    "reroute",
    "settings",
    "snooze",
    "summary",
    "tuning",
    "undone",
]
