"""Numbers as Cost Explorer writes them: text, plain, at most ten decimals, no zeros that say nothing."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

_PLACES = Decimal(1).scaleb(-10)


def amount(exact: Decimal, unit: str) -> dict[str, str]:
    """An amount of money or usage. The sum was exact; it is rounded here, once."""
    rounded = exact.quantize(_PLACES, ROUND_HALF_EVEN)
    text = f"{rounded.normalize():f}" if rounded else "0"
    return {"Amount": text, "Unit": unit}
