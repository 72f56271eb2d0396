"""Given several series that went wrong together, when they have one cause, then they are one alert, whose parts add up to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.anomalies.watch.course import Band, figures, summed
from services.anomalies.watch.folding import folded
from storage.anomalies import Anomalies
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.anomaly import Anomaly, AnomalyKind, DayFigure, Ending, Happening, SeriesKey, Severity, Status, Told
from storage.model.period import DAY
from tests.fakes.bills import DATA, WEB
from tests.fakes.watched import EC2, S3, USUAL, Bill, about, changed, series, ward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.watched import Ward

TENTH, EVER = date(2026, 11, 10), date(2027, 3, 1)
NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)
TEAM = SeriesKey((("tag:team", "pay"),), "USD")


def found(
    key: SeriesKey, excess: str, *, since: date = TENTH, kind: AnomalyKind = AnomalyKind.SPIKE, days: int = 1, number: int = 0
) -> Anomaly:
    """An episode that is so much above its expected hundred a day."""
    daily = [DayFigure(since + DAY * n, Decimal(100) + Decimal(excess), Decimal(100)) for n in range(days)]
    last = daily[-1].day
    made = figures(daily, Band(30.0, 0.7, 2.0))
    return Anomaly(key, kind, Severity.LOW, since, last, last, made, NOW, NOW, id=number)


def names(folds: list[object]) -> list[tuple[object, int]]:
    """What each alert is about, and how many it holds."""
    return [(fold.series.parts, len(fold.members)) for fold in folds]  # type: ignore[attr-defined]  # folds


def test_one_service_in_two_accounts_is_the_services() -> None:
    folds = folded(
        [found(series(EC2, WEB), "300"), found(series(EC2, DATA), "200"), found(series(S3, DATA), "80", since=TENTH - 9 * DAY)]
    )
    assert names(folds) == [((("service", EC2),), 2), (series(S3, DATA).parts, 1)]


def test_services_of_an_account_belong_together_when_one_has_most_of_it() -> None:
    folds = folded([found(series(EC2), "300"), found(series(S3), "80"), found(series("RDS"), "60")])
    assert names(folds) == [((("account", WEB),), 3)]


def test_services_of_an_account_of_which_none_has_most_stay_apart() -> None:
    assert len(folded([found(series(EC2), "100"), found(series(S3), "90"), found(series("RDS"), "95")])) == 3


@pytest.mark.parametrize(
    "other",
    [
        found(series(EC2, DATA), "200", since=TENTH + 2 * DAY),
        found(series(EC2, DATA), "-80", kind=AnomalyKind.DROP),
        found(series(EC2, DATA, "EUR"), "200"),
        found(series(EC2, DATA), "200", kind=AnomalyKind.NEW_ACCOUNT),
    ],
    ids=["two days later", "the other way", "another currency", "of another nature"],
)
def test_what_has_another_cause_stays_apart(other: Anomaly) -> None:
    assert len(folded([found(series(), "300"), other])) == 2


def test_an_account_that_fell_silent_is_one_alert() -> None:
    silent = AnomalyKind.SILENCE
    folds = folded([found(series(name), "-50", kind=silent) for name in (EC2, S3, "RDS")])
    assert names(folds) == [((("account", WEB),), 3)]


def test_two_of_the_same_size_of_which_one_has_no_account_are_one_alert() -> None:
    nameless = SeriesKey((("account", None), ("service", EC2)), "USD")
    assert names(folded([found(series(EC2), "80"), found(nameless, "80")])) == [((("service", EC2),), 2)]


def test_a_team_that_one_service_explains_is_left_out() -> None:
    assert names(folded([found(series(), "300"), found(TEAM, "310")])) == [(series().parts, 1)]


def test_a_team_gives_its_name_to_what_explains_it_together() -> None:
    folds = folded([found(series(EC2, WEB), "150"), found(series(S3, DATA), "140"), found(TEAM, "300")])
    assert names(folds) == [(TEAM.parts, 2)]


def test_a_team_that_nothing_explains_is_an_alert_of_its_own() -> None:
    assert len(folded([found(series(), "100"), found(TEAM, "300")])) == 2


def test_a_team_of_the_same_size_that_spends_it_elsewhere_is_an_alert_of_its_own() -> None:
    assert len(folded([found(series(), "300"), found(TEAM, "310")], lambda _coarse, _fold: False)) == 2


def test_a_region_shows_the_money_that_a_team_shows() -> None:
    region = SeriesKey((("region", "eu-west-1"),), "USD")
    assert names(folded([found(TEAM, "310"), found(region, "300")])) == [(TEAM.parts, 1)]


def test_a_team_that_an_alert_explains_which_was_told_yesterday_is_left_out() -> None:
    told = found(SeriesKey((("service", EC2),), "USD"), "300", number=7)
    assert names(folded([found(TEAM, "310"), told])) == [(told.series.parts, 1)]


def test_what_was_told_before_is_not_folded_without_something_new() -> None:
    told = [found(series(EC2, account), "300", number=number) for number, account in enumerate((WEB, DATA), 1)]
    assert [len(fold.members) for fold in folded(told)] == [1, 1]


@given(
    st.lists(
        st.tuples(st.integers(-3, 3), st.integers(1, 20), st.decimals("0.000001", "99999", places=6)), min_size=1, max_size=8
    )
)
def test_the_parts_add_up_to_the_whole(parts: list[tuple[int, int, Decimal]]) -> None:
    members = [
        found(series(str(n)), str(excess), since=TENTH + timedelta(days=start), days=days)
        for n, (start, days, excess) in enumerate(parts)
    ]
    whole = summed([each.figures for each in members])
    assert whole.excess == sum((each.figures.excess for each in members), Decimal(0))
    for day in whole.daily:
        assert day.value == sum((one.value for each in members for one in each.figures.daily if one.day == day.day), Decimal(0))


def test_an_alert_and_its_parts_are_stored_together_or_not_at_all(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db", migrations)
    database.open()
    store, opened = Anomalies(database), Happening(NOW, "", "opened")
    whole, parts = found(TEAM, "300"), [found(series(), "200"), found(series(S3), "100")]

    def cut_off() -> Iterator[tuple[Anomaly, Happening]]:
        yield parts[0], opened
        msg = "the power went"
        raise OSError(msg)

    with pytest.raises(OSError, match="the power went"):
        store.begin(whole, opened, cut_off())
    assert store.open_ones() == ()
    stored = store.begin(whole, opened, [(each, opened) for each in parts])
    assert stored is not None
    assert [(each.parent, each.series) for each in store.members(stored.id)] == [(stored.id, each.series) for each in parts]
    database.close()


# Through the whole watch.


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as made:
        yield made


def both(first: date = TENTH, second: date = TENTH, last: date = EVER) -> Bill:
    more = {(WEB, EC2): changed(about("200"), (first, last, "300")), (DATA, EC2): changed(about("90"), (second, last, "200"))}
    return Bill({**USUAL, **more})


async def test_two_accounts_are_told_once_and_end_together(watched: Ward) -> None:
    bill = both(last=TENTH + DAY)
    await watched.mornings(TENTH, TENTH + DAY, bill)
    alert = watched.only
    members = watched.store.members(alert.id)
    assert (alert.series.parts, alert.told) == ((("service", EC2),), Told.WAITING)
    assert {each.series for each in members} == {series(EC2, WEB), series(EC2, DATA)}
    assert [(each.told, each.parent) for each in members] == [(Told.SILENT, alert.id)] * 2
    assert alert.figures.excess == sum(each.figures.excess for each in members)
    assert "web 29" in watched.last_words(alert)
    await watched.mornings(TENTH + 2 * DAY, TENTH + 4 * DAY, bill)
    alert, members = watched.only, watched.store.members(alert.id)
    assert {each.status for each in (alert, *members)} == {Status.RESOLVED}
    assert alert.figures.excess == sum(each.figures.excess for each in members)
    assert watched.history(alert) == ["opened", "resolved"]


async def test_one_that_comes_a_day_later_joins_the_message_that_stands(watched: Ward) -> None:
    bill = both(second=TENTH + DAY)
    await watched.mornings(TENTH, TENTH + DAY, bill)
    first = watched.only
    await watched.morning(TENTH + 2 * DAY, bill)
    alert = watched.only
    members = watched.store.members(alert.id)
    assert (alert.id, alert.series.parts, len(members)) == (first.id, (("service", EC2),), 2)
    assert alert.figures.excess == sum(each.figures.excess for each in members)
    assert "joined" in watched.history(alert)
    await watched.morning(TENTH + 3 * DAY, bill)
    assert len(watched.alerts) == 1


async def test_what_was_fixed_in_both_and_burns_on_in_one_is_opened_again(watched: Ward) -> None:
    bill = Bill({**both(last=TENTH + 2 * DAY).lines, (WEB, EC2): changed(about("200"), (TENTH, EVER, "300"))})
    await watched.mornings(TENTH, TENTH + 3 * DAY, bill)
    alert, now = watched.only, watched.clock()
    fixed = alert.but(status=Status.RESOLVED, ending=Ending.FIXED, ended_at=now)
    assert watched.store.change(fixed, Happening(now, "U1", "fixed"), with_members=True) is not None
    await watched.mornings(TENTH + 4 * DAY, TENTH + 5 * DAY, bill)
    alert, members = watched.only, watched.store.members(watched.only.id)
    assert (alert.status, alert.ending) == (Status.NEW, None)
    assert {each.series.value("account"): each.is_open for each in members} == {WEB: True, DATA: False}
    assert alert.figures.excess == sum(each.figures.excess for each in members)
