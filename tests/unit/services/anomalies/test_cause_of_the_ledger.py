"""Given the bills of the made-up company, when its own events are explained, then each is named for what the story says it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.ledger.generator import generate
from bot.sandbox.ledger.story import SPIKE_DAYS, SPIKE_DAYS_AGO, SURGE_DAYS_AGO
from services.anomalies.cause.explain import Episode, explain
from services.ingest.service import Ingest
from storage.model.anomaly import AnomalyKind, Driver, SeriesKey
from storage.model.period import DAY
from tests.fakes.stores import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.costs import CostStore
    from storage.model.anomaly import Cause

TODAY = date(2026, 11, 22)
SPIKE = TODAY - DAY * SPIKE_DAYS_AGO
SURGE = TODAY - DAY * SURGE_DAYS_AGO


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CostStore]:
    """Three months of three clouds."""
    folder = tmp_path_factory.mktemp("ledger")
    generate(folder / "bills", months=3, as_of=TODAY, seed=1, rows=20_000)
    with opened(folder / "home") as found:
        for bills in sorted((folder / "bills").iterdir()):
            Ingest(found).run((bills,), source=bills.name)
        yield found


def cause_of(store: CostStore, kind: AnomalyKind, since: date, through: date, **parts: str) -> Cause:
    key = SeriesKey(tuple(sorted(parts.items())), "USD")
    with store.reading() as reading:
        return explain(reading, Episode(key, kind, since, through))


def test_the_query_gone_wrong_is_more_usage_of_the_warehouse_by_the_data_team(store: CostStore) -> None:
    cause = cause_of(store, AnomalyKind.SPIKE, SPIKE, SPIKE + DAY * (SPIKE_DAYS - 1), service="BigQuery")

    assert (cause.driver, cause.owner, cause.missing) == (Driver.USAGE, "data", ())
    assert [(step.dimension, step.label or step.value) for step in cause.steps[:3]] == [
        ("account", "Data Production"),
        ("region", "us-central1"),
        ("meter", "Analysis"),
    ]
    assert all(rate.by_usage > abs(rate.by_price) for rate in cause.rates)


def test_the_retries_are_more_requests_in_the_payments_account(store: CostStore) -> None:
    cause = cause_of(store, AnomalyKind.STEP, SURGE, TODAY - DAY * 2, service="Amazon DynamoDB")

    assert (cause.driver, cause.owner) == (Driver.USAGE, "payments")
    assert cause.steps[0].label == "payments-prod"
    assert (cause.steps[-1].dimension, cause.steps[-1].label) == ("resource", "payments-prod-store-001")
    assert cause.first_seen is not None
    assert cause.first_seen < SURGE


def test_a_quiet_service_has_no_cause_worth_naming(store: CostStore) -> None:
    cause = cause_of(store, AnomalyKind.DROP, SPIKE, SPIKE, service="BigQuery")

    assert cause.driver is Driver.UNKNOWN
    assert not cause.steps
