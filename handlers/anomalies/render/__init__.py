"""Anomalies as people see them: results in, blocks out."""

from __future__ import annotations

from handlers.anomalies.render.message import message, moved
from handlers.anomalies.render.notes import escalated, note, summary

__all__ = ["escalated", "message", "moved", "note", "summary"]
