"""The shape of a price list: services, and the SKUs they are sold in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

# A price of 8 decimals times a quantity of 4 is a cost of 12: three integers, one exact product, no rounding anywhere.
PRICE_DECIMALS, QUANTITY_DECIMALS, COST_DECIMALS = 8, 4, 12
PRICE, QUANTITY, COST = 10**PRICE_DECIMALS, 10**QUANTITY_DECIMALS, 10**COST_DECIMALS


def digest(*words: str) -> str:
    """A stable name for something that the made-up company owns: 40 hexadecimal digits."""
    return hashlib.sha256("/".join(words).encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Sku:
    """One thing with a price. `share` is its part of what a workload spends on the service (of any total).

    `per_unit` says how many consumed units are in one priced unit: a million requests are priced, requests are consumed.
    """

    name: str
    meter: str
    price: str
    unit: str
    share: int
    consumed: str = ""
    per_unit: int = 1

    def list_price(self, per_cent: int) -> int:
        """List price of a unit in a region, in integer steps of 1e-8 US dollars."""
        return int(Decimal(self.price) * PRICE * per_cent) // 100


@dataclass(frozen=True, slots=True)
class Service:
    """A service, its FOCUS category and its SKUs, largest share first.

    `resource` is the pattern of a resource id (empty: the service is billed without naming one) with the fields account,
    region, zone, team, env, name and hex. `hourly` services can be billed by the hour, the others are by the day. `detail`
    is how many rows a dollar makes, beside other services.
    """

    key: str
    name: str
    category: str
    subcategory: str
    skus: tuple[Sku, ...]
    resource: str = ""
    kind: str = ""
    hourly: bool = False
    zonal: bool = False
    detail: float = 1.0
