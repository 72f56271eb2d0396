"""A bill in which nearly every line is a daily cell of its own, so that a store holds as many daily rows as somebody wants.

The generated ledger is a believable company of twelve accounts: ten million lines add up to some fifty thousand cells. This one
is a very large company instead: 3 clouds, 120 services, 200 accounts, 36 regions, 20 teams, skewed as bills are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from measure import AS_OF, MONTHS

from storage.model.period import Period, first_of_month

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

# Cloud → its share of the rows, services, accounts, regions.
CLOUDS = {"AWS": (0.5, 60, 120, 16), "Google Cloud": (0.25, 30, 40, 10), "Microsoft Azure": (0.25, 30, 40, 10)}
CATEGORIES = 12


def write(session: duckdb.DuckDBPyConnection, folder: Path, rows: int) -> None:
    """FOCUS Parquet of so many rows: `folder/<cloud>/<month>.parquet`."""
    for number, (cloud, (share, *sizes)) in enumerate(CLOUDS.items()):
        (folder / source(cloud)).mkdir(parents=True, exist_ok=True)
        for month in months():
            of_month = round(rows * share * month.days / sum(each.days for each in months()))
            select = _select(cloud, number, month, of_month, *sizes)
            session.execute(f"COPY ({select}) TO '{folder / source(cloud) / f'{month.start:%Y-%m}.parquet'}' (FORMAT parquet)")


def source(cloud: str) -> str:
    """What the cloud's bill is called in the store."""
    return cloud.rsplit(maxsplit=1)[-1].lower()


def months() -> list[Period]:
    """The months of the bill; the last one is not over."""
    first = first_of_month(AS_OF, 1 - MONTHS)
    every = [Period.month(first_of_month(first, place)) for place in range(MONTHS)]
    return [*every[:-1], Period(every[-1].start, AS_OF - timedelta(days=1))]


def _select(cloud: str, number: int, month: Period, rows: int, services: int, accounts: int, regions: int) -> str:
    """Skewed draws, the same in each run: `power` makes the first values of a dimension far more frequent than the last."""

    def draw(salt: int, count: int, power: float = 2.0) -> str:
        return (
            f"CAST(floor(pow(hash(i, {salt}, {number}, '{month.start}') / 18446744073709551616.0, {power}) * {count}) AS INTEGER)"
        )

    draws = {
        "day": draw(1, month.days, 1.0),
        "service": draw(2, services, 2.5),
        "account": draw(3, accounts),
        "region": draw(4, regions, 2.5),
        "team": draw(5, 20, 1.5),
        "env": draw(6, 4),
        "kind": draw(7, 20, 1.0),
        "cents": draw(8, 1_000_000, 4.0),
        "resource": draw(9, max(1000, rows // 20), 1.0),
        "app": draw(10, 300),
    }
    inner = ", ".join(f"{drawn} AS {name}" for name, drawn in draws.items())
    # An account belongs to one team mostly, and a service to one category.
    team = "CASE WHEN kind % 5 > 0 THEN account % 20 ELSE team END"
    pricing = "CASE WHEN kind = 0 THEN 'Dynamic' WHEN kind < 4 THEN 'Committed' ELSE 'Standard' END"
    cost = "CAST(cents AS DECIMAL(38,12)) / 7919"
    tags = f'concat(\'{{"team":"team-\', {team}, \'","env":"env-\', env, \'","app":"app-\', app, \'"}}\')'
    day = f"CAST(DATE '{month.start}' + day AS TIMESTAMPTZ)"
    return f"""
        SELECT '{cloud}' AS ProviderName, concat('{cloud} service ', service) AS ServiceName,
            concat('Category ', service % {CATEGORIES}) AS ServiceCategory,
            concat('{number}', 10000000000 + account) AS SubAccountId,
            concat('Account ', account) AS SubAccountName, '{number}99' AS BillingAccountId,
            concat('region-', {number}, '-', region) AS RegionId,
            CASE WHEN kind = 4 AND i % 97 = 0 THEN 'Tax' ELSE 'Usage' END AS ChargeCategory, {pricing} AS PricingCategory,
            CASE WHEN kind = 1 THEN 'Reservation' WHEN kind IN (2, 3) THEN 'Savings Plan' END AS CommitmentDiscountType,
            CASE WHEN kind BETWEEN 1 AND 3 THEN CASE WHEN i % 9 = 0 THEN 'Unused' ELSE 'Used' END END AS CommitmentDiscountStatus,
            'USD' AS BillingCurrency, CAST(DATE '{month.start}' AS TIMESTAMPTZ) AS BillingPeriodStart, {day} AS ChargePeriodStart,
            {cost} AS EffectiveCost, {cost} AS BilledCost, {cost} * 1.1 AS ContractedCost, {cost} * 1.3 AS ListCost,
            CAST(cents / 100 AS DOUBLE) AS ConsumedQuantity, 'Hours' AS ConsumedUnit,
            concat('resource-', {number}, '-', resource) AS ResourceId, {tags} AS Tags
        FROM (SELECT i, {inner} FROM range({rows}) t(i))"""
