"""How amounts stand in the cells of a table and in a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.tables import Number

if TYPE_CHECKING:
    from decimal import Decimal

    from handlers.blocks.tables import Cell
    from storage.model.money import Money


def amount(value: Money | None) -> Cell:
    """An amount that sorts; a dash where there is none."""
    return words.NOTHING if value is None else Number(value.amount, words.money(value))


def changed(now: Money, before: Money | None) -> Cell:
    """A change that sorts by its size in money."""
    return words.NOTHING if before is None else Number((now - before).amount, words.change(now, before))


def share(ratio: Decimal | None) -> Cell:
    """A share that sorts; a dash where it means nothing."""
    return words.NOTHING if ratio is None else Number(ratio * 100, words.per_cent(ratio))


def drawn(value: Money) -> float:
    """For drawing only: two decimals are more than a pixel."""
    return round(float(value.amount), 2)
