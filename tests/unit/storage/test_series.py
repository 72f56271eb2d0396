"""Given bills in the store, when all series of some dimensions are read, then each day is the plain sum of its usage."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from storage.model.anomaly import SeriesKey
from storage.model.errors import StoreError
from storage.model.period import DAY, Period
from storage.series import NEVER, is_watchable, read_series
from tests.fakes.bills import everything, usage, write_csv
from tests.fakes.company import AWS_LAST, AZURE_LAST, FIRST, TODAY, aws, azure
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.costs import CostStore
    from storage.series import SeriesTable

DAYS = Period(FIRST, TODAY)
COLUMNS = {"account": "SubAccountId", "service": "ServiceName", "region": "RegionId"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CostStore]:
    folder = tmp_path_factory.mktemp("series")
    with opened(folder / "home") as store:
        ingest(store, write_csv(folder / "aws.csv", aws()))
        ingest(store, write_csv(folder / "azure.csv", azure()), source="azure")
        yield store


def table(store: CostStore, *by: str, days: Period = DAYS) -> SeriesTable:
    with store.reading() as reading:
        return read_series(reading, by, days)


def plain(rows: list[dict[str, str | None]], *by: str) -> dict[SeriesKey, dict[date, Decimal]]:
    """Usage that is no correction giving money back, added up by hand."""
    found: dict[SeriesKey, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        if row["ChargeCategory"] == "Usage" and not (row.get("ChargeClass") and row["EffectiveCost"].startswith("-")):
            parts = tuple((name, row[COLUMNS[name]] or (row["BillingAccountId"] if name == "account" else None)) for name in by)
            day = date.fromisoformat(row["ChargePeriodStart"][:10])
            found[SeriesKey(parts, row["BillingCurrency"])][day] += Decimal(row["EffectiveCost"])
    return found


@pytest.mark.parametrize("by", [("account", "service"), ("region",), ("service",), ("account",)])
def test_every_day_of_every_series_is_the_sum_of_its_usage(company: CostStore, by: tuple[str, ...]) -> None:
    found, expected = table(company, *by), plain([*aws(), *azure()], *by)
    assert set(found.keys) == set(expected)
    for key, values in zip(found.keys, found.values, strict=True):
        days = {day: round(Decimal(value), 6) for day, value in zip(DAYS, values.tolist(), strict=True) if value == value}  # noqa: PLR0124 - NaN is not itself
        assert days == dict(expected[key]), key


def test_purchases_tax_credits_and_refunds_are_no_part_of_it(company: CostStore) -> None:
    total = np.nansum(table(company, "account", "service").values)
    assert round(Decimal(total), 4) == round(sum(sum(days.values()) for days in plain([*aws(), *azure()], "service").values()), 4)


def test_a_day_without_a_charge_is_unknown_not_nothing(company: CostStore) -> None:
    found = table(company, "account", "service")
    support = found.keys.index(SeriesKey((("account", "100000000001"), ("service", "AWS Support")), "USD"))
    assert np.flatnonzero(~np.isnan(found.values[support])).tolist() == [0, 30, 61]


def test_each_series_says_how_far_each_source_has_it(company: CostStore) -> None:
    found = table(company, "tag:team")
    last = dict(zip((key.value("tag:team") for key in found.keys), found.last.tolist(), strict=True))
    aws_last, azure_last = ((day - FIRST).days for day in (AWS_LAST + DAY, AZURE_LAST))
    assert found.sources == ("aws", "azure")
    assert last == {"shop": [aws_last, azure_last], "data": [aws_last, NEVER], None: [aws_last - 1, azure_last]}


def test_currencies_stay_apart_and_usage_without_an_effective_cost_is_no_series(tmp_path: Path) -> None:
    rows = [*everything(), usage("7", EffectiveCost=None, ServiceName="Marketplace")]
    with opened(tmp_path / "home") as store:
        ingest(store, write_csv(tmp_path / "bill.csv", rows))
        found = table(store, "service", days=Period.month(date(2025, 3, 1)))
    assert {(key.value("service"), key.currency) for key in found.keys} == {
        ("Amazon Elastic Compute Cloud", "USD"),
        ("AWS Support", "USD"),
        ("Datadog", "USD"),
        ("Azure Blob Storage", "EUR"),
        ("Amazon S3", "JPY"),
    }
    jpy = [key.currency for key in found.keys].index("JPY")
    assert np.nansum(found.values[jpy]) == pytest.approx(1000000.123456)


def test_an_empty_store_has_no_series(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as store:
        assert table(store, "account", "service").values.shape == (0, DAYS.days)


def test_what_no_table_has_is_said(company: CostStore) -> None:
    with company.reading() as reading:
        watchable = [is_watchable(reading, name) for name in ("region", "tag:team", "provider", "tag:app", "resource", "source")]
    assert watchable == [True, True, True, False, False, False]
    with pytest.raises(StoreError, match="resource cannot be watched"):
        table(company, "resource")
