"""Facts: the numbers of rows as integer columns. Quantities are in steps of 1e-4, costs in steps of 1e-12 US dollars.

A month of one provider is one `Facts` over one list of `Priced` slots; nothing here is a float, so sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.sandbox.ledger.slots import Priced

BASES = ("billed", "effective", "contracted", "list")
HOUR = 3600
NONE = np.iinfo(np.int64).min
"""Stands for "no quantity": taxes and credits have none."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One array entry a row. `slot` points into a list of slots; `start` and `end` are seconds since 1970, UTC, half-open."""

    slot: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    quantity: NDArray[np.int64]
    billed: NDArray[np.int64]
    effective: NDArray[np.int64]
    contracted: NDArray[np.int64]
    list: NDArray[np.int64]

    def __len__(self) -> int:
        """Rows."""
        return len(self.slot)

    def total(self, basis: str) -> int:
        """Exact sum of one of BASES, in cost steps."""
        return int(getattr(self, basis).sum())

    def shifted(self, slots: int) -> Facts:
        """The same rows, pointing at slots that many places further on."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return Facts(**{**columns, "slot": self.slot + slots})


def joined(parts: Sequence[Facts]) -> Facts:
    """The rows of all parts, one part after the other."""
    empty = [np.empty(0, dtype=np.int64)]
    return Facts(**{field.name: np.concatenate(empty + [getattr(part, field.name) for part in parts]) for field in fields(Facts)})


def priced(
    slots: Sequence[Priced],
    slot: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    quantity: NDArray[np.int64],
) -> Facts:
    """Rows that cost their quantity times the prices of their slot."""
    prices = np.array([(p.billed, p.effective, p.contracted, p.listed) for p in slots], dtype=np.int64).reshape(-1, len(BASES))
    costs = dict(zip(BASES, (prices[slot] * quantity[:, np.newaxis]).T, strict=True))
    return Facts(slot=slot, start=start, end=end, quantity=quantity, **costs)
