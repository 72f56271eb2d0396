"""Digests: `/tuppence digest`, and what channels are told each day, week or month."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature(name="digests", root="tuppence", summary="What a channel is told without asking")
