"""Coverage: whether a higher price is one of the provider's, or of fewer hours that a commitment or spot capacity pays for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.cause.changes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.anomalies.cause.changes import Change

LEAST_SHIFT = Decimal("0.1")
"""Of all that is used: a smaller shift is no news."""
SAID = {
    "Committed": "Commitments covered {before} % of its use before, and cover {during} % now.",
    "Dynamic": "Spot capacity was {before} % of its use before, and is {during} % now.",
}


@dataclass(frozen=True, slots=True)
class Share:
    """The share of all use that was priced one way, before and during (1 = all of it)."""

    before: Decimal
    during: Decimal

    @property
    def shift(self) -> Decimal:
        """How much it moved."""
        return self.during - self.before


def share(changes: Sequence[Change], pricing: int, category: str) -> Share | None:
    """The share of a pricing category in the use of one usage type. `pricing` is its place in the keys.

    None where nothing was used on one of the sides.
    """
    before = sum((each.quantity_before for each in changes), NOTHING)
    during = sum((each.quantity for each in changes), NOTHING)
    if not before or not during:
        return None
    of = [each for each in changes if each.key[pricing] == category]
    return Share(
        sum((each.quantity_before for each in of), NOTHING) / before, sum((each.quantity for each in of), NOTHING) / during
    )


def notes(changes: Sequence[Change], pricing: int) -> tuple[str, ...]:
    """What is to be said about one usage type's coverage; nothing where it hardly moved."""
    found = ((said, share(changes, pricing, category)) for category, said in SAID.items())
    return tuple(
        said.format(before=_per_cent(each.before), during=_per_cent(each.during))
        for said, each in found
        if each is not None and abs(each.shift) >= LEAST_SHIFT
    )


def _per_cent(part: Decimal) -> str:
    return f"{part * 100:.0f}"
