"""The ledger's bill as AWS would show it: FOCUS on the way back to Cost Explorer's own lines, by day, in memory.

Where AWS thinks otherwise than FOCUS does, AWS wins, because to read that rightly is what the bot is tested for:

- What a Savings Plan covers is two lines: the usage at the on-demand price, and a `SavingsPlanNegation` that takes it away.
- What nobody used of a commitment is no line: it is the amortised cost of the fee.
- EC2's instances and all the rest of EC2 are two services; volumes, NAT gateways and traffic belong to the second.
- What has no region, zone or instance type is called `NoRegion` and so on, and regions are in front of usage types.

Unblended is the ledger's billed cost, amortised its effective cost, both to the last digit. There is no discount line in the
ledger, so the net metrics are the same; rates are not blended. A charge is on the day that it starts, as in all of the ledger.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.sandbox.ledger.reader import connect

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_SERVICE = """
    CASE
        WHEN SkuMeter LIKE 'BoxUsage%' THEN 'Amazon Elastic Compute Cloud - Compute'
        WHEN ServiceName IN ('Amazon Elastic Compute Cloud', 'Amazon Elastic Block Store') THEN 'EC2 - Other'
        WHEN SkuMeter LIKE 'NatGateway%' THEN 'EC2 - Other'
        WHEN ServiceName = 'Elastic Load Balancing' THEN 'Amazon Elastic Load Balancing'
        ELSE ServiceName
    END
"""

_RECORD_TYPE = """
    CASE
        WHEN ChargeCategory IN ('Tax', 'Credit') THEN ChargeCategory
        WHEN ChargeClass = 'Correction' THEN 'Refund'
        WHEN CommitmentDiscountStatus = 'Used' AND CommitmentDiscountType = 'Savings Plan' THEN 'SavingsPlanCoveredUsage'
        WHEN CommitmentDiscountStatus = 'Used' THEN 'DiscountedUsage'
        WHEN CommitmentDiscountType = 'Savings Plan' THEN 'SavingsPlanRecurringFee'
        WHEN CommitmentDiscountType IS NOT NULL THEN 'Recurring'
        WHEN ServiceName LIKE 'AWS Support%' THEN 'Support'
        ELSE 'Usage'
    END
"""

_PURCHASE_TYPE = """
    CASE
        WHEN CommitmentDiscountType = 'Savings Plan' THEN 'Savings Plans'
        WHEN CommitmentDiscountType IS NOT NULL THEN 'Standard Reserved Instances'
        WHEN PricingCategory = 'Dynamic' THEN 'Spot Instances'
        ELSE 'On Demand Instances'
    END
"""

_USAGE_TYPE = """
    coalesce(
        CASE RegionId WHEN 'us-west-2' THEN 'USW2-' WHEN 'eu-central-1' THEN 'EUC1-' ELSE '' END ||
        CASE PricingCategory WHEN 'Dynamic' THEN replace(SkuMeter, 'BoxUsage', 'SpotUsage') ELSE SkuMeter END,
        CASE CommitmentDiscountType
            WHEN 'Savings Plan' THEN 'ComputeSP:' || regexp_extract(CommitmentDiscountName, '\\d+') || 'yrNoUpfront'
            WHEN 'Reserved Instance' THEN 'HeavyUsage:' || split_part(CommitmentDiscountName, ' ', 1)
        END,
        'NoUsageType'
    )
"""

_OPERATION = """
    CASE
        WHEN SkuMeter LIKE 'BoxUsage%' THEN 'RunInstances'
        WHEN SkuMeter = 'EBS:VolumeUsage.gp3' THEN 'CreateVolume-Gp3'
        WHEN SkuMeter = 'EBS:SnapshotUsage' THEN 'CreateSnapshot'
        WHEN SkuMeter LIKE 'NatGateway%' THEN 'NatGateway'
        WHEN SkuMeter LIKE 'Multi-AZUsage%' THEN 'CreateDBInstance:0014'
        ELSE 'NoOperation'
    END
"""

# AWS shortens the sizes of databases in the one place and not in the other.
_INSTANCE_TYPE = """
    coalesce(
        nullif(
            regexp_extract(
                regexp_replace(SkuMeter, 'xl$', 'xlarge'), ':((db\\.|cache\\.|ml\\.)?[a-z]+\\d[a-z0-9-]*\\.\\w+)$', 1
            ),
            ''
        ),
        'NoInstanceType'
    )
"""

_BILL = f"""
    SELECT
        ChargePeriodStart::DATE AS day,
        {_SERVICE} AS service,
        {_RECORD_TYPE} AS record_type,
        {_PURCHASE_TYPE} AS purchase_type,
        {_USAGE_TYPE} AS usage_type,
        {_OPERATION} AS operation,
        coalesce(SubAccountId, BillingAccountId) AS linked_account,
        coalesce(SubAccountName, BillingAccountName) AS linked_account_name,
        coalesce(RegionId, 'NoRegion') AS region,
        coalesce(AvailabilityZone, 'NoAZ') AS az,
        {_INSTANCE_TYPE} AS instance_type,
        PublisherName AS legal_entity_name,
        CASE WHEN PublisherName = InvoiceIssuerName THEN 'AWS' ELSE 'AWS Marketplace' END AS billing_entity,
        CASE CommitmentDiscountType WHEN 'Savings Plan' THEN CommitmentDiscountId ELSE 'NoSavingsPlan' END AS savings_plan_arn,
        CASE CommitmentDiscountType WHEN 'Reserved Instance' THEN CommitmentDiscountId ELSE 'NoReservation' END AS reservation_id,
        coalesce(Tags, '{{}}') AS tags,
        replace(coalesce(ConsumedUnit, PricingUnit, 'N/A'), 'Hours', 'Hrs') AS unit,
        coalesce(ConsumedQuantity, PricingQuantity, 0) AS quantity,
        BilledCost AS billed, EffectiveCost AS effective, ContractedCost AS contracted
    FROM ledger WHERE source = 'aws'
"""  # noqa: S608 - put together from this file's own words

_WORDS = """
    day, service, purchase_type, usage_type, operation, linked_account, linked_account_name, region, az, instance_type,
    split_part(replace(replace(replace(instance_type, 'db.', ''), 'cache.', ''), 'ml.', ''), '.', 1)
        AS instance_type_family,
    legal_entity_name, billing_entity, savings_plan_arn, reservation_id, tags::JSON::MAP(VARCHAR, VARCHAR) AS tags
"""

_LINES = f"""
    CREATE TABLE lines AS
    WITH bill AS ({_BILL}), covered AS (SELECT * FROM bill WHERE record_type = 'SavingsPlanCoveredUsage')
    SELECT {_WORDS}, record_type, unit, sum(quantity) AS quantity,
        sum(CASE record_type WHEN 'SavingsPlanCoveredUsage' THEN contracted ELSE billed END) AS unblended,
        sum(effective) AS amortized
    FROM bill GROUP BY ALL
    UNION ALL
    SELECT {_WORDS}, 'SavingsPlanNegation', unit, 0, -sum(contracted), 0 FROM covered GROUP BY ALL
"""  # noqa: S608 - put together from this file's own words

_OPEN = "SELECT min(BillingPeriodStart)::DATE::VARCHAR FROM ledger WHERE source = 'aws' AND InvoiceId IS NULL"
_LAST = "SELECT max(day)::VARCHAR FROM lines"


class Lines:
    """The lines, and from which day on they are estimates. Ask each thread's questions through `cursor()`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, open_from: date) -> None:
        self._connection, self.open_from = connection, open_from

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own to the table `lines`. Close it."""
        return self._connection.cursor()

    def close(self) -> None:
        """Forget them."""
        self._connection.close()


def read(ledger: Path) -> Lines:
    """Read the ledger written in a folder. Raises FileNotFoundError where there is none. Takes a second; not on the loop."""
    connection = connect(ledger)
    connection.execute("SET threads = 1")
    connection.execute(_LINES)
    return Lines(connection, _open_from(connection))


def _open_from(connection: duckdb.DuckDBPyConnection) -> date:
    """The first day whose month AWS has not invoiced yet."""
    row = connection.execute(_OPEN).fetchone()
    if row and row[0]:
        return date.fromisoformat(row[0])
    last = connection.execute(_LAST).fetchone()
    return date.fromisoformat(last[0]) + timedelta(days=1) if last and last[0] else date.min
