"""Whatever the bill and whatever the series: each step of a cause adds up to the excess, and the excess is the bill's own."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.anomalies.cause.explain import Episode, explain
from services.anomalies.cause.path import LEAST_SHARE
from storage.model.anomaly import AnomalyKind, Driver, SeriesKey
from storage.model.period import DAY, Period
from storage.model.query import Basis, Line
from tests.fakes.bills import write_csv
from tests.fakes.charges import COLUMNS, FIRST, SOURCES, VALUES, any_charge
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from tests.fakes.charges import Charge

ENOUGH = 1500
"""Charges of sixty days and two sources: there is one of each source on every day."""
DIMENSIONS = ("service", "account", "region", "tag:team", "tag:app", "provider", "purchase")
STEP = Decimal("0.000001")


@st.composite
def series(draw: st.DrawFn) -> SeriesKey:
    """Any series."""
    names = draw(st.lists(st.sampled_from(DIMENSIONS), max_size=2, unique=True))
    parts = tuple((name, draw(st.sampled_from(VALUES[name]))) for name in sorted(names))
    return SeriesKey(parts, draw(st.sampled_from(("USD", "EUR", "JPY"))))


def a_day(every: list[Charge], key: SeriesKey, days: Collection[date]) -> Decimal:
    """What the usage of the series cost a day, in plain Python."""
    mine = (
        charge.amounts[Basis.EFFECTIVE] or 0
        for charge in every
        if charge.day in days
        and charge.line is Line.CHARGES
        and charge.dimensions["charge"] == "Usage"
        and charge.dimensions["currency"] == key.currency
        and all(charge.dimensions[name] == value for name, value in key.parts)
    )
    return sum(mine, Decimal(0)) / len(days)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32),
    asked=st.lists(
        st.tuples(series(), st.integers(29, 50), st.sampled_from((1, 2, 6, 7, 9)), st.sampled_from((5, 10_000))),
        min_size=8,
        max_size=12,
    ),
)
def test_every_step_adds_up(seed: int, asked: list[tuple[SeriesKey, int, int, int]]) -> None:
    dice = random.Random(seed)  # noqa: S311 - a bill, not a secret
    every = [any_charge(dice) for _ in range(ENOUGH)]
    with TemporaryDirectory() as folder, opened(Path(folder) / "home") as store:
        for source in SOURCES:
            rows = [charge.row for charge in every if charge.dimensions["source"] == source]
            ingest(store, write_csv(Path(folder) / f"{source}.csv", rows, COLUMNS), source=source)
        for key, start, length, most in asked:
            since = FIRST + DAY * start
            with store.reading() as reading:
                kinds = (AnomalyKind.SPIKE, AnomalyKind.DROP)
                causes = [explain(reading, Episode(key, kind, since, since + DAY * (length - 1)), most) for kind in kinds]
            judged = (
                set(Period(since, since + DAY * length))
                if length < 7
                else set(Period(since + DAY * (length - 7), since + DAY * length))
            )
            like = {day - timedelta(weeks=back) for day in Period(since, since + DAY * min(length, 7)) for back in (1, 2, 3, 4)}
            excess = a_day(every, key, judged) - a_day(every, key, like)
            for cause in causes:
                if not cause.missing or cause.steps:
                    assert abs(cause.excess - excess) <= STEP
                for step in cause.steps:
                    assert step.amount + sum(amount for _, amount in step.rest) + step.others == cause.excess
                    assert step.share >= LEAST_SHARE - Decimal("0.001")
                    assert abs(step.share - step.amount / cause.excess) <= Decimal("0.0001")
                if cause.driver is not Driver.UNKNOWN:
                    assert cause.rates
