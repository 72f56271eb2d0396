"""What was written, for whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Total:
    """The exact sum of one cost column over everything of one provider in one currency. Bases are never added up."""

    provider: str
    currency: str
    basis: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LedgerSummary:
    """Rows, files and calendar months written, the totals, the bytes on disk and the seconds that it took."""

    rows: int
    files: int
    months: int
    totals: tuple[Total, ...]
    bytes: int
    seconds: float

    def total(self, provider: str, basis: str) -> Decimal:
        """One of the totals. Raises LookupError where the ledger has no such line."""
        found = [total.amount for total in self.totals if (total.provider, total.basis) == (provider, basis)]
        if not found:
            msg = f"no {basis} total of {provider}"
            raise LookupError(msg)
        return found[0]
