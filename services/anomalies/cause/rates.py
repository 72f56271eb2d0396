"""Usage or price: the excess of everything that has a unit, split into more of it and a higher price.

For each usage type and unit, in each account and region: q is what was used a day, p what a unit of it cost, 0 before, 1 during.
More use is counted at the old price, (q1 - q0) · p0, and the higher price on all that is used now, q1 · (p1 - p0): together they
are the excess. What was not there before has no old price: it is new, and counts as use. Discounts and commitments are in the
price, because the cost is the effective one: when a commitment ends, the price of a unit rises.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.cause.changes import NOTHING, grouped, total
from services.anomalies.cause.path import rounded
from storage.model.anomaly import Driver, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.anomalies.cause.changes import Change

LEADS = Decimal("0.8")
"""What has this share of the excess is what drives it; with less, it is both."""
LEAST_METERED = Decimal("0.5")
"""Where less of the excess than this has quantities, nothing is said of what drives it."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Split:
    """The excess a day of what has a unit, three ways, and of what has none."""

    by_usage: Decimal = NOTHING
    by_price: Decimal = NOTHING
    new: Decimal = NOTHING
    unmetered: Decimal = NOTHING

    @property
    def metered(self) -> Decimal:
        """What has a unit."""
        return self.by_usage + self.by_price + self.new

    @property
    def whole(self) -> Decimal:
        """Everything."""
        return self.metered + self.unmetered

    def __add__(self, other: Split) -> Split:
        """Both together."""
        return Split(
            self.by_usage + other.by_usage, self.by_price + other.by_price, self.new + other.new, self.unmetered + other.unmetered
        )


def split(change: Change) -> Split:
    """One usage type's, in one place and unit."""
    if change.unit is None:
        return Split(unmetered=change.excess)
    if not change.quantity_before:
        return Split(new=change.excess)
    by_usage = (change.quantity - change.quantity_before) * change.before / change.quantity_before
    return Split(by_usage=by_usage, by_price=change.excess - by_usage)


def driver(whole: Split) -> Driver:
    """What most of the excess is."""
    if not whole.whole or whole.metered / whole.whole < LEAST_METERED:
        return Driver.UNKNOWN
    if whole.by_price / whole.metered >= LEADS:
        return Driver.PRICE
    if (whole.by_usage + whole.new) / whole.metered >= LEADS:
        return Driver.NEW if whole.new / whole.metered > whole.by_usage / whole.metered else Driver.USAGE
    return Driver.MIXED


def rates(changes: Iterable[Change], meter: int) -> tuple[Rate, ...]:
    """Quantity and price of the usage types with the largest excess. `meter` is the usage type's place in the keys."""
    found: dict[tuple[str | None, str], list[Change]] = {}
    for each in changes:
        if each.unit is not None:
            found.setdefault((each.key[meter], each.unit), []).append(each)
    ranked = sorted(found.items(), key=lambda item: (-abs(total(item[1])), repr(item[0])))
    made = (_rate(name, unit, parts) for (name, unit), parts in ranked)
    return tuple(each for each in made if each.by_usage or each.by_price)[:SHOWN]


def _rate(name: str | None, unit: str, parts: Sequence[Change]) -> Rate:
    whole = next(iter(grouped(parts, ()).values()))
    by_price = rounded(sum((split(each).by_price for each in parts), NOTHING))
    return Rate(
        unit=unit,
        quantity_before=rounded(whole.quantity_before),
        quantity=rounded(whole.quantity),
        price_before=_price(whole.before, whole.quantity_before),
        price=_price(whole.during, whole.quantity),
        by_usage=rounded(whole.excess) - by_price,
        by_price=by_price,
        meter=name,
    )


def _price(cost: Decimal, quantity: Decimal) -> Decimal | None:
    """Of one unit, to twelve decimals: some cost millionths."""
    return (cost / quantity).quantize(Decimal("1e-12")) if quantity else None
