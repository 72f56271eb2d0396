"""A line of the audit: who did what, on which, when, from where, with which outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """From where something was asked. `request_id` leads to the log."""

    team: str = ""
    channel: str = ""
    surface: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `action` is a steady word (`role.set`); `outcome` is `done`, `refused` or `failed`; `detail` is for people."""

    at: datetime
    actor: str
    action: str
    target: str
    outcome: str
    detail: str = ""
    origin: Origin = field(default_factory=Origin)
