"""Given the days of an episode as numbers, when its course is told, then severity, ending and sums are as documented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.anomalies.detection.results import NOTHING
from services.anomalies.watch import rules
from services.anomalies.watch.course import Band, course, figures, restated
from services.anomalies.watch.episodes import Step, Terms, refreshed
from services.anomalies.watch.rows import Row
from services.anomalies.watch.rules import severity, worth
from services.anomalies.watch.writing import Pen
from services.costs.rates import Rates
from storage.anomalies import Anomalies
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.anomaly import Anomaly, AnomalyKind, DayFigure, Ending, Happening, Severity
from storage.model.period import DAY
from tests.fakes.watched import series

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SINCE = date(2026, 8, 1), date(2026, 11, 1)
BEFORE = (SINCE - FIRST).days
BAND = Band(30.0, 0.7, 2.0)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def row(*days: float, partial: int = 0) -> Row:
    """A steady hundred a day, then these days; the last `partial` of them are not complete."""
    values = np.array([100.0] * BEFORE + list(days))
    return Row(series(), FIRST, values, values, len(values) - 1 - partial)


def gone(*days: float, kind: AnomalyKind = AnomalyKind.STEP, partial: int = 0) -> object:
    return course(row(*days, partial=partial), kind, SINCE, BAND, NOTHING)


def episode(*days: float) -> Anomaly:
    made = course(row(*days), AnomalyKind.STEP, SINCE, BAND, NOTHING)
    return Anomaly(series(), AnomalyKind.STEP, Severity.LOW, SINCE, made.until, made.through, made.figures, NOW, NOW)


@pytest.mark.parametrize(
    ("excess", "expected", "score", "level"),
    [
        ("500", "100", 1.0, Severity.HIGH),
        ("-500", "600", 1.0, Severity.HIGH),
        ("499.99", "100", 9.0, Severity.MEDIUM),
        ("100", "100", 1.0, Severity.MEDIUM),
        ("99.99", "100", 9.0, Severity.LOW),
        ("600", "9000", 1.5, Severity.MEDIUM),
        ("600", "9000", 2.0, Severity.HIGH),
        ("120", "9000", 1.5, Severity.LOW),
        ("20", "0", 1.0, Severity.LOW),
        ("700", "0", 1.0, Severity.HIGH),
    ],
)
def test_severity_is_dollars_per_cent_and_surprise(excess: str, expected: str, score: float, level: Severity) -> None:
    day = DayFigure(SINCE, Decimal(expected) + Decimal(excess), Decimal(expected))
    assert severity(figures([day], Band(10.0, 0.5, score)), Decimal(1)) is level


def test_severity_counts_in_the_reporting_currency_where_there_is_a_rate() -> None:
    rates = Rates("USD", {"EUR": ((date(2026, 1, 1), Decimal("1.25")),)})
    day = DayFigure(SINCE, Decimal(420), Decimal(0))
    made = figures([day], BAND)
    assert severity(made, worth(rates, "EUR", SINCE)) is Severity.HIGH
    assert severity(made, worth(Rates(), "EUR", SINCE)) is Severity.MEDIUM
    assert severity(made, worth(rates, "USD", SINCE), Decimal(400)) is Severity.HIGH


@pytest.mark.parametrize(
    ("days", "ending"),
    [
        ([300, 300, 100], None),
        ([300, 300, 100, 101], Ending.BACK),
        ([300, 100, 300, 100], None),
        ([300, 180, 170], None),
        ([160] * 13, None),
        ([160] * 14, Ending.NEW_NORMAL),
        ([160] * 6 + [100] + [160] * 7, Ending.NEW_NORMAL),
        ([110 + 10 * n for n in range(14)], None),
        ([110 + 10 * n for n in range(60)], Ending.NEW_NORMAL),
    ],
    ids=[
        "one day back is no return",
        "two are",
        "not in a row",
        "half-way back is not back",
        "13 days",
        "14 days",
        "one of them off",
        "a level that climbs has not stayed",
        "two months are",
    ],
)
def test_how_it_ends(days: list[float], ending: Ending | None) -> None:
    assert gone(*days).ending is ending  # type: ignore[attr-defined]  # a course


def test_an_incomplete_day_ends_nothing_and_counts_only_where_it_is_too_much() -> None:
    low, high = gone(300, 100, 40, partial=1), gone(300, 100, 100, 250, partial=1)
    assert (low.ending, len(low.figures.daily)) == (None, 2)  # type: ignore[attr-defined]  # a course
    assert (high.ending, len(high.figures.daily)) == (None, 4)  # type: ignore[attr-defined]  # a course


def test_days_of_which_nothing_is_known_are_left_out() -> None:
    made = course(row(300, float("nan"), 300), AnomalyKind.STEP, SINCE, BAND, NOTHING)
    assert [each.day for each in made.figures.daily] == [SINCE, SINCE + 2 * DAY]


def test_a_drift_that_is_weeks_old_is_not_over_the_day_after_it_was_told() -> None:
    found = episode(*[160.0] * 20)
    for days, ending in ((1, None), (rules.SEEN_DAYS, Ending.NEW_NORMAL)):
        step = refreshed(found, row(*[160.0] * 21), None, NOTHING, Terms(NOW + timedelta(days=days), is_restated=False))
        assert step is not None
        assert step.anomaly.ending is ending


@given(st.lists(st.floats(101, 5000, allow_nan=False), min_size=1, max_size=12))
def test_the_excess_is_what_its_days_add_up_to(days: list[float]) -> None:
    made = course(row(*days), AnomalyKind.STEP, SINCE, BAND, NOTHING)
    assert made.figures.excess == sum((each.value - each.expected for each in made.figures.daily), Decimal(0))
    assert [float(each.value) for each in made.figures.daily] == pytest.approx(days[: len(made.figures.daily)], abs=1e-6)


def test_a_correction_of_cents_is_not_worth_a_word() -> None:
    before, after = episode(300, 300).figures, episode(300.5, 300).figures
    assert restated(before, after, "USD") == ""
    assert restated(before, episode(320, 300).figures, "USD").startswith("1 Nov: 300 USD → 320 USD; away from the expected: 400")


def test_a_click_between_reading_and_writing_is_kept(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db", migrations)
    database.open()
    store = Anomalies(database)
    read = store.add(episode(300), Happening(NOW, "", "opened"))
    assert store.change(read.but(claimed_by="U1"), Happening(NOW, "U1", "claimed")) is not None
    pen = Pen(store, None, None, Terms(NOW, is_restated=False), lambda _: None)  # type: ignore[arg-type]  # not asked
    written = pen.write(read, lambda now: Step(now.but(restated="so much")) if not now.restated else None)
    assert (written.claimed_by, written.restated, pen.changed) == ("U1", "so much", 1)
    database.close()
