"""The monthly lines of the made-up company's contracts: subscriptions, credits, and what goes wrong and is paid back."""

from __future__ import annotations

from dataclasses import dataclass

LAST_DAY, EVERY_DAY = -1, 0


@dataclass(frozen=True, slots=True)
class Fee:
    """A subscription, paid on the first of the month. A publisher means that a marketplace sells it for somebody else."""

    payer: str
    account: str | None
    service: str
    category: str
    subcategory: str
    description: str
    dollars: int
    growth: float = 0.0
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    """Money off. `on` is the day of the month that it is for, EVERY_DAY, or LAST_DAY."""

    payer: str
    account: str | None
    service: str
    description: str
    cents: int
    on: int


@dataclass(frozen=True, slots=True)
class Refund:
    """Usage of the month before that was billed wrongly: of a workload, on a day of that month, every so many months."""

    payer: str
    workload: str
    day: int
    dollars: int
    every: int


SUPPORT = ("Management and Governance", "Support")

FEES = (
    Fee("aws", "management", "AWS Support (Business)", *SUPPORT, "Business support, monthly", 8200, growth=1.4),
    Fee(
        "aws",
        "platform-prod",
        "Lumenfold Observability",
        "Management and Governance",
        "Observability",
        "Lumenfold Observability, 120 hosts, monthly subscription through AWS Marketplace",
        6500,
        publisher="Lumenfold Inc.",
    ),
    Fee("gcp", None, "Support", *SUPPORT, "Enhanced support, monthly", 2100, growth=1.6),
    Fee("azure", None, "Azure Support", *SUPPORT, "Standard support, monthly", 1000),
)

CREDITS = (
    Credit("aws", "management", "sagemaker", "Promotional credit PROMO-0000", 240000, on=15),
    Credit("gcp", "g-data", "bigquery", "Migration credit", 5500, on=EVERY_DAY),
    Credit("azure", "z-platform", "vm", "Service credit for missed availability", 18000, on=LAST_DAY),
)

REFUNDS = (
    Refund("aws", "platform-prod/ec2/platform/prod/us-west-2/", day=20, dollars=1400, every=1),
    Refund("gcp", "g-ml/vertex/ml/prod/us-central1/", day=17, dollars=900, every=2),
    Refund("azure", "z-payments/sql/payments/prod/westeurope/", day=22, dollars=600, every=3),
)
REFUND_POSTED = 6
"""The day of the next month on which a refund shows up."""

ROUNDING_CENTS = 4
"""Google's own rounding of an invoice is at most so much."""
