"""What `services.status` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source: its bill's first and last complete day, its size, its newest ingest, the rows read in that and left out.

    The sizes are None for somebody who may not see all of it.
    """

    name: str
    first: date
    through: date | None
    late: bool
    charges: int | None
    ingested_at: datetime | None
    rejected: int | None
    read: int | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The whole. `hit_rate` is the share of questions answered from memory since the start; None before the first.

    `waiting` and `undelivered` count what is said without being asked: letters on their way, and those that were given up.
    """

    sources: tuple[SourceStatus, ...]
    charges: int | None
    generation: int
    version: str
    hit_rate: float | None
    waiting: int = 0
    undelivered: int = 0
