"""Roles: who has which, and giving and taking them, from chat."""

from __future__ import annotations

from handlers.feature import Feature

feature = Feature("access", root="tuppence", summary="who may do what", bot_scopes=("users:read", "usergroups:read"))
