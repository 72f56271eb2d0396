"""Exact: figures that are divided are rounded far below what anybody reads, so that they can be written down; sums never are."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from storage.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

DIGITS = 100
"""A sum of a bill has up to 38 digits, a rate some more: the usual 28 would round."""
STEP = Decimal("1e-12")


@contextmanager
def exactly() -> Iterator[None]:
    """Within this, sums and products of money are exact."""
    with localcontext(prec=DIGITS):
        yield


def share(part: Money, whole: Money) -> Decimal | None:
    """Part of the whole (1 = all of it); None where the whole is zero and a share means nothing."""
    ratio = part.ratio(whole)
    return None if ratio is None else _rounded(ratio)


def a_day(money: Money, days: int) -> Money:
    """Spread over days."""
    return Money(_rounded((money / days).amount), money.currency)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(STEP)
