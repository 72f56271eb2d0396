"""`/tuppence status`: which bills there are and how far each reaches."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="status", root="tuppence", summary="which bills there are and how far each reaches")
