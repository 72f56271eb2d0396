"""Since when something is in the store, what people call it, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.engines.base import Slice
from storage.model.period import Period
from storage.model.query import Basis, Line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.anomalies.cause.changes import Ledger
    from storage.costs import Reading
    from storage.model.query import Filter


def first_seen(reading: Reading, filters: Sequence[Filter], through: date) -> date | None:
    """The first day of a charge that all the filters let through."""
    first = min((part.days.start for part in reading.catalog.parts), default=None)
    if first is None or first > through:
        return None
    piece = Slice(
        Period.of_days(first, through), daily=True, filters=tuple(filters), lines=(Line.CHARGES,), measures=(Basis.EFFECTIVE,)
    )
    return min((cell.bucket for cell in reading.run(piece).cells if cell.bucket is not None), default=None)


def label(ledger: Ledger, filters: Sequence[Filter], dimension: str) -> str | None:
    """What people call the resource or the commitment that the filters narrow it to; None where the bill does not say."""
    changes = ledger.changes(ledger.answer(ledger.piece((dimension,), filters)))
    named = (each for each in changes if each.key[0] is not None)
    largest = max(named, key=lambda each: (abs(each.during), abs(each.before)), default=None)
    return largest.key[0] if largest is not None else None


def owner(ledger: Ledger, tag: str, filters: Sequence[Filter]) -> str | None:
    """The value of the owner's tag with the most dollars, in the anomaly's days or else in those before; None: untagged."""
    changes = ledger.changes(ledger.answer(ledger.piece((tag,), filters)))
    largest = max(changes, key=lambda each: (abs(each.during), abs(each.before)), default=None)
    return largest.key[0] if largest is not None else None
