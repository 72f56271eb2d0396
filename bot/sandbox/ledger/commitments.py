"""What the made-up company promised to pay for: Savings Plans, reservations, committed use discounts, and what they cover."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.sandbox.ledger.catalogue import SERVICES
from bot.sandbox.ledger.catalogue.base import PRICE
from bot.sandbox.ledger.organisation import ACCOUNTS, PAYERS, REGIONS


@dataclass(frozen=True, slots=True)
class Commitment:
    """One commitment discount. `saving` is whole per cent off the contracted price.

    A *spend* commitment says `hourly` dollars; a *usage* commitment says how many `units` of the first SKU of `service` in
    `region` run every hour. `covers` maps workload keys to the part of it that they use. `monthly` fees are one row on the
    first of the month, others one a day. `age` is the number of months before the last at which it was bought (None: before
    the ledger begins); `used` how much of it a normal working day uses.
    """

    key: str
    account: str
    id: str
    name: str
    type: str
    service: str
    region: str
    saving: int
    covers: dict[str, float]
    hourly: str = ""
    units: int = 0
    monthly: bool = False
    age: int | None = None
    sold_as: str = ""
    """The service that its fee stands under, where that is not the covered one."""
    used: float = 0.97

    @property
    def category(self) -> str:
        """FOCUS CommitmentDiscountCategory."""
        return "Usage" if self.units else "Spend"

    @property
    def unit_price(self) -> int:
        """What one covered unit costs in an hour, in price steps. Usage commitments only."""
        return self.discounted(contracted(self.account, SERVICES[self.service].skus[0].list_price(REGIONS[self.region][1])))

    @property
    def fee(self) -> int:
        """What it costs an hour, used or not, in price steps."""
        return self.units * self.unit_price if self.units else int(Decimal(self.hourly) * PRICE)

    def discounted(self, price: int) -> int:
        """A contracted price with the commitment's saving off it."""
        return price * (100 - self.saving) // 100


def contracted(account: str, list_price: int) -> int:
    """The list price with the negotiated discount of the account's payer off it, in price steps."""
    return list_price * (100 - PAYERS[ACCOUNTS[account].payer].discount) // 100


COMMITMENTS = (
    Commitment(
        key="compute-sp",
        account="management",
        id="arn:aws:savingsplans::000000000100:savingsplan/00000000-0000-4000-8000-00000000c001",
        name="Compute Savings Plan, 3 years",
        type="Savings Plan",
        service="ec2",
        region="us-east-1",
        saving=28,
        sold_as="Savings Plans for AWS Compute usage",
        hourly="24",
        covers={
            "payments-prod/ec2/payments/prod/us-east-1/": 0.36,
            "platform-prod/ec2/platform/prod/us-east-1/": 0.34,
            "payments-prod/ecs/payments/prod/us-east-1/": 0.12,
            "platform-prod/ecs/platform/prod/us-east-1/": 0.12,
            "payments-prod/lambda/payments/prod/us-east-1/": 0.06,
        },
    ),
    Commitment(
        key="compute-sp-2",
        account="management",
        id="arn:aws:savingsplans::000000000100:savingsplan/00000000-0000-4000-8000-00000000c002",
        name="Compute Savings Plan, 1 year",
        type="Savings Plan",
        service="ec2",
        region="us-east-1",
        saving=24,
        sold_as="Savings Plans for AWS Compute usage",
        hourly="9",
        age=6,
        used=0.93,
        covers={
            "payments-prod/ec2/payments/prod/eu-central-1/": 0.42,
            "platform-prod/ec2/platform/prod/us-west-2/": 0.38,
            "nonprod/ec2/payments/dev/us-east-1/": 0.09,
            "nonprod/ec2/platform/dev/us-east-1/": 0.11,
        },
    ),
    Commitment(
        key="rds-ri",
        account="management",
        id="arn:aws:rds:us-east-1:000000000100:ri:ri-2025-00000000c003",
        name="db.r7g.2xlarge Multi-AZ, 1 year, no upfront",
        type="Reserved Instance",
        service="rds",
        region="us-east-1",
        saving=35,
        units=4,
        monthly=True,
        used=0.99,
        covers={"payments-prod/rds/payments/prod/us-east-1/": 0.8, "data-prod/rds/data/prod/us-east-1/": 0.2},
    ),
    Commitment(
        key="compute-cud",
        account="g-data",
        id="projects/example-data-prod/commitments/flexible-00c004",
        name="Compute flexible committed use, 1 year",
        type="Committed Use Discount",
        service="gce",
        region="us-central1",
        saving=28,
        hourly="6",
        used=0.95,
        covers={
            "g-data/gce/data/prod/us-central1/": 0.45,
            "g-data/gke/data/prod/us-central1/": 0.2,
            "g-ml/gke/ml/prod/us-central1/": 0.2,
            "g-ml/gce/ml/prod/us-central1/": 0.15,
        },
    ),
    Commitment(
        key="vm-reservation",
        account="z-platform",
        id="/providers/microsoft.capacity/reservationorders/00000000-0000-4000-8000-00000000c005/reservations/00000000-0000-4000-8000-00000000c006",
        name="VM_RI_D8s_v5_1Y",
        type="Reservation",
        service="vm",
        region="eastus",
        saving=38,
        units=14,
        monthly=True,
        used=0.96,
        covers={"z-platform/vm/platform/prod/eastus/": 0.9, "z-nonprod/vm/platform/dev/eastus/": 0.1},
    ),
)
