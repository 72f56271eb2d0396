"""The path: from a whole excess to the value that most of it comes from, step by step, each step adding up to the whole."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from storage.model.anomaly import CauseStep

if TYPE_CHECKING:
    from collections.abc import Mapping

STEP = Decimal("0.000001")
"""Means of a few days are rounded to this; what that leaves over is with the others, so that every step adds up."""
SHARE_STEP = Decimal("0.0001")
LEAST_SHARE = Decimal("0.1")
"""A value with less of the whole excess than this leads nowhere: the excess is spread, and is said to be."""
NEIGHBOURS = 4


def rounded(amount: Decimal) -> Decimal:
    """As amounts of a cause are written down; never a negative nothing."""
    return amount.quantize(STEP) + 0


def step(dimension: str, values: Mapping[str | None, Decimal], whole: Decimal, label: str | None = None) -> CauseStep | None:
    """The value with the largest share of the whole excess, which is not zero; None where none has enough to lead on.

    A drop is a negative excess, and led by what fell most.
    """
    ranked = sorted(values, key=lambda value: (-(values[value] / whole), value or ""))
    if not ranked or values[ranked[0]] / whole < LEAST_SHARE:
        return None
    lead, *others = ranked
    by_size = sorted(others, key=lambda value: (-abs(values[value]), value or ""))[:NEIGHBOURS]
    rest = tuple((value, amount) for value in by_size if (amount := rounded(values[value])))
    amount = rounded(values[lead])
    return CauseStep(
        dimension=dimension,
        value=lead,
        label=label,
        amount=amount,
        share=(values[lead] / whole).quantize(SHARE_STEP),
        rest=rest,
        others=whole - amount - sum((each for _, each in rest), Decimal(0)),
    )
