"""A small company's bills of autumn 2026, with one of everything that an answer has to get right.

AWS is complete through 20 November and has a part of the 21st; Azure is complete through the 19th. It is the 22nd.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from storage.model.period import DAY, Period, first_of_month
from tests.fakes.bills import DATA, PLAN, usage

if TYPE_CHECKING:
    from tests.fakes.bills import Row

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
FIRST, AWS_LAST, AZURE_LAST = date(2026, 9, 1), date(2026, 11, 20), date(2026, 11, 19)
SEPTEMBER, OCTOBER, NOVEMBER = (Period.month(date(2026, month, 1)) for month in (9, 10, 11))
TO_DATE = Period.of_days(date(2026, 11, 1), TODAY)
JUDGED = Period.of_days(date(2026, 11, 1), AZURE_LAST)
SANDBOX = "100000000009"
EC2, S3, RDS, LAMBDA = (
    "Amazon Elastic Compute Cloud",
    "Amazon Simple Storage Service",
    "Amazon Relational Database Service",
    "AWS Lambda",
)
SATURDAY = 5
STEP = Decimal("0.000001")
GROWTH = Decimal("1.003")

_PLAN: Row = {"PricingCategory": "Committed", "CommitmentDiscountId": PLAN, "CommitmentDiscountType": "Savings Plan"}
_RESERVED: Row = {**_PLAN, "CommitmentDiscountId": "ri-1", "CommitmentDiscountType": "Reserved Instance"}
_NOT_USED: Row = {"ConsumedQuantity": None, "ConsumedUnit": None, "ResourceId": None}
_DATA: Row = {"SubAccountId": DATA, "SubAccountName": "Data Platform", "RegionId": "us-east-1"}


def aws() -> list[Row]:
    """September to November, every day; of the 21st of November a part."""
    random = Random(20260901)  # noqa: S311 - a bill, not a secret
    rows = [row for day in Period.of_days(FIRST, AWS_LAST) for row in _aws_day(day, random)]
    rows += _aws_day(AWS_LAST + DAY, random)[:3]
    return rows + [row for month in (SEPTEMBER, OCTOBER, NOVEMBER) for row in _aws_month(month.start)]


def azure() -> list[Row]:
    """September to 19 November, every day."""
    random = Random(20260902)  # noqa: S311 - a bill, not a secret
    return [row for day in Period.of_days(FIRST, AZURE_LAST) for row in _azure_day(day, random)]


def _cost(base: str, day: date, random: Random) -> str:
    """Growing a little every day, less at weekends, never quite the same."""
    weekday = Decimal("0.8") if day.weekday() >= SATURDAY else Decimal(1)
    noise = Decimal(random.randint(9_900, 10_100)) / 10_000
    return str((Decimal(base) * weekday * noise * GROWTH ** (day - FIRST).days).quantize(STEP))


def _aws_day(day: date, random: Random) -> list[Row]:
    on = day.isoformat()

    def cost(base: str) -> str:
        return _cost(base, day, random)

    used = cost("30")
    saved = str((Decimal(used) * Decimal("1.4")).quantize(STEP))
    return [
        usage(cost("120.5"), on, SubAccountName="Web Shop"),
        usage(cost("64.25"), on, ResourceId="i-0data", Tags='{"Team": "data", "env": "prod"}', **_DATA),
        usage(cost("18"), on, PricingCategory="Dynamic", ResourceId="i-0spot", Tags='{"owner-team": "data"}', **_DATA),
        usage("0", on, EffectiveCost=used, ContractedCost=saved, ListCost=saved, CommitmentDiscountStatus="Used", **_PLAN),
        usage("0", on, EffectiveCost=cost("2"), CommitmentDiscountStatus="Unused", **{**_PLAN, **_NOT_USED}),
        usage(
            *("0", on),
            EffectiveCost=cost("25"),
            ContractedCost=cost("33"),
            ListCost=cost("35"),
            CommitmentDiscountStatus="Used",
            ServiceName=RDS,
            ServiceCategory="Databases",
            ResourceId="db-1",
            **_RESERVED,
        ),
        usage(cost("40"), on, ServiceName=S3, ServiceCategory="Storage", ResourceId="logs", Tags=None, ConsumedUnit="GB"),
        usage(cost("3"), on, ServiceName=S3, ServiceCategory="Storage", ResourceId="logs", Tags="{}", ConsumedUnit="Requests"),
        usage(
            *(cost("9"), on),
            ServiceName=LAMBDA,
            ResourceId="fn-1",
            RegionId=None,
            RegionName=None,
            ConsumedUnit="Requests",
            SubAccountId=SANDBOX,
            SubAccountName="Sandbox",
            Tags='{"app": "checkout", "team": ""}',
        ),
        usage("-0.05", on, ChargeDescription="Bundled discount", **_NOT_USED),
    ]


def _aws_month(month: date) -> list[Row]:
    """What comes once a month: fees, a purchase, tax, a credit, a refund, and a charge billed a month later."""
    first, tenth, late = month.isoformat(), (month + DAY * 9).isoformat(), (month - DAY).isoformat()
    support: Row = {"ServiceName": "AWS Support", "ServiceCategory": "Other", "SubAccountId": None, "SubAccountName": None}
    rows = [
        usage("900", first, ChargeCategory="Purchase", EffectiveCost="0", **{**_PLAN, **_NOT_USED}),
        usage("100", first, **{**support, **_NOT_USED}),
        usage("77.7", first, ChargeCategory="Tax", **{**support, **_NOT_USED}),
        usage("-150", tenth, ChargeCategory="Credit", **_NOT_USED),
        usage("-12.34", tenth, ChargeClass="Correction", ServiceName=S3, ServiceCategory="Storage"),
    ]
    billed_later = usage(
        f"{month.month}.5", late, BillingPeriodStart=first, BillingPeriodEnd=first_of_month(month, 1).isoformat()
    )
    return [*rows, billed_later] if month > FIRST else rows


def _azure_day(day: date, random: Random) -> list[Row]:
    on = day.isoformat()
    common: Row = {
        "ProviderName": "Microsoft",
        "BillingAccountId": "ea-1",
        "SubAccountId": "/subscriptions/0001",
        "SubAccountName": "web shop eu",
        "RegionId": "germanywestcentral",
    }
    return [
        usage(
            _cost("55", day, random),
            on,
            **common,
            ServiceName="Virtual Machines",
            ResourceId="vm-1",
            Tags='{"team": "shop", "Environment": "test"}',
        ),
        usage(
            _cost("12", day, random),
            on,
            **common,
            ServiceName="Storage Accounts",
            ServiceCategory="Storage",
            ResourceId="st-1",
            Tags=None,
        ),
    ]
