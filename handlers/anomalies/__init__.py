"""Anomalies: the living alert and its buttons, `/anomalies`, and what people teach the detection."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="anomalies", root="anomalies", summary="what costs more or less than it should, and who is on it")
