"""What an ingest reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from storage.ingest.commit import Replaced
    from storage.ingest.staging import BadRow


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What went in. A row read is kept or rejected; `rejected` shows the first 100,000 of those.

    A row may become two charges (a fee of a CUR) or none (what a Savings Plan takes back): `charges` counts them.
    `totals` is currency → basis → exact sum; None where no charge has the basis. `rounded` counts rows with an amount cut
    to 18 decimals.
    """

    source: str
    files: tuple[str, ...]
    formats: tuple[str, ...]
    read: int
    kept: int
    charges: int
    rejected: tuple[BadRow, ...]
    rounded: int
    periods: tuple[Replaced, ...]
    totals: Mapping[str, Mapping[str, Decimal | None]]
    ignored: tuple[str, ...]
    warnings: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    seconds: float
