"""What the ledger's bill says that there is: one line a resource of the kinds that the inventory knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.sandbox.ledger.reader import connect

if TYPE_CHECKING:
    from pathlib import Path

INSTANCE, VOLUME, NAT, BALANCER, BUCKET, FUNCTION, DATABASE = (
    "Instance",
    "Volume",
    "NAT gateway",
    "Load balancer",
    "Bucket",
    "Function",
    "DB instance",
)
KINDS = (INSTANCE, NAT, VOLUME, BALANCER, BUCKET, FUNCTION, DATABASE)
"""In the order in which they can be made: a volume hangs on an instance."""

# A day's gigabyte-months are a thirtieth of the gigabytes that stand there.
_RESOURCES = """
    WITH seen AS (
        SELECT *, max(ChargePeriodStart) OVER () AS newest FROM ledger
        WHERE source = 'aws' AND list_contains(?, ResourceType) AND RegionId IS NOT NULL AND ChargeClass IS NULL
    )
    SELECT
        ResourceType, ResourceId, ResourceName, SubAccountId, RegionId, any_value(AvailabilityZone),
        arg_max(SkuMeter, EffectiveCost) FILTER (SkuMeter LIKE '%Usage%'),
        (sum(ConsumedQuantity) FILTER (PricingUnit = 'GB-Mo' AND ChargePeriodStart > newest - INTERVAL 30 DAY))::DOUBLE,
        any_value(Tags), epoch(min(ChargePeriodStart))
    FROM seen GROUP BY ALL HAVING max(ChargePeriodStart) > max(newest) - INTERVAL 7 DAY ORDER BY 4, 5, 1, 2
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as the bill knows it: `id` is its ARN, `born` when it was first paid for, `gigabytes` about how large."""

    kind: str
    id: str
    name: str
    account: str
    region: str
    zone: str
    meter: str
    gigabytes: int
    tags: dict[str, str]
    born: datetime

    @property
    def short(self) -> str:
        """The last part of the ARN: what its own service calls it."""
        return self.id.rsplit("/", 1)[-1].rsplit(":", 1)[-1]

    @property
    def size(self) -> str:
        """The type of an instance, as its meter ends."""
        return self.meter.rsplit(":", 1)[-1]


def resources(ledger: Path) -> list[Resource]:
    """Everything that was on the bill in its last week. Raises FileNotFoundError where no ledger was written."""
    with connect(ledger) as connection:
        rows = connection.execute(_RESOURCES, [list(KINDS)]).fetchall()
    return sorted((_resource(row) for row in rows), key=lambda each: KINDS.index(each.kind))


def _resource(row: tuple[object, ...]) -> Resource:
    kind, id_, name, account, region, zone, meter, gigabytes, tags, born = row
    return Resource(
        kind=str(kind),
        id=str(id_),
        name=str(name),
        account=str(account),
        region=str(region),
        zone=str(zone or f"{region}a"),
        meter=str(meter or ""),
        gigabytes=round(float(str(gigabytes or 0))),
        tags={"Name": str(name), **json.loads(str(tags or "{}"))},
        born=datetime.fromtimestamp(float(str(born)), UTC),
    )
