"""Help: what can be asked, made from what the features declare, so that it cannot be out of date."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="help", root="tuppence", summary="help")
