"""Given a bill with something unusual, when the watch looks in the morning, then there is one anomaly that says what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.model.anomaly import AnomalyKind, Ending, SeriesKey, Severity, Status, Told
from storage.model.period import DAY, Period
from tests.fakes.bills import DATA, PLAN, WEB, usage
from tests.fakes.watched import EC2, USUAL, Bill, about, changed, series, ward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.bills import Row
    from tests.fakes.watched import Ward

TENTH, LAST = date(2026, 11, 10), date(2027, 1, 1)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as made:
        yield made


async def before(watched: Ward, *bills: Bill) -> None:
    """The watch has known these bills until the morning of the tenth."""
    await watched.morning(TENTH, *bills)
    assert watched.alerts == []


def with_usual(**lines: object) -> Bill:
    return Bill({**USUAL, **{(WEB, name): cost for name, cost in lines.items()}})  # type: ignore[dict-item]  # costs, all of them


async def test_a_usual_bill_has_no_anomaly(watched: Ward) -> None:
    await watched.mornings(date(2026, 11, 2), date(2026, 11, 5), Bill(USUAL))
    assert watched.alerts == []


async def test_a_spike_is_found_the_morning_after(watched: Ward) -> None:
    bill = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, TENTH, "600"))})
    await before(watched, bill)
    await watched.morning(TENTH + DAY, bill)
    found = watched.only
    assert (found.series, found.kind, found.severity) == (series(), AnomalyKind.SPIKE, Severity.HIGH)
    assert (found.status, found.told, found.label) == (Status.NEW, Told.WAITING, "web")
    assert (found.since, found.until, found.through) == (TENTH, TENTH, TENTH)
    (day,) = found.figures.daily
    assert day.value == Decimal(str(bill.lines[WEB, EC2](TENTH)))
    assert abs(day.expected - 200) < 3
    assert found.figures.lower < 200 < found.figures.upper < 300
    assert found.figures.score > 1
    assert watched.history(found) == ["opened"]
    assert watched.last_words(found).startswith("A spike: 598 USD above the expected in 1 day")


async def test_the_third_day_makes_it_a_step(watched: Ward) -> None:
    bill = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, LAST, "100"))})
    await before(watched, bill)
    await watched.mornings(TENTH + DAY, TENTH + 3 * DAY, bill)
    found = watched.only
    assert (found.kind, found.since, len(found.figures.daily)) == (AnomalyKind.STEP, TENTH, 3)
    assert watched.last_words(found) == "It has become a step to a new level."


async def test_a_drop_that_still_has_charges(watched: Ward) -> None:
    bill = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, LAST, "-195"))})
    await before(watched, bill)
    await watched.morning(TENTH + DAY, bill)
    assert (watched.only.kind, -199 < watched.only.figures.excess < -193) == (AnomalyKind.DROP, True)


async def test_a_drift_is_held_against_the_level_of_weeks_ago(watched: Ward) -> None:
    def creeping(day: date) -> Decimal:
        return Decimal(str(about("200")(day))) * (1 + Decimal(max((day - date(2026, 10, 20)).days, 0)) * 3 / 100)

    bill = Bill({**USUAL, (WEB, EC2): creeping})
    await watched.mornings(date(2026, 10, 20), date(2026, 11, 12), bill)
    found = watched.only
    assert found.kind in {AnomalyKind.DRIFT, AnomalyKind.STEP}
    assert found.figures.excess > 300


async def test_a_fee_that_jumps_on_its_day(watched: Ward) -> None:
    """Ninety dollars on the tenth of each month, and now four hundred."""

    def fee(day: date) -> str | None:
        return None if day.day != TENTH.day else "400" if day == TENTH else "90"

    bill = replace(with_usual(Support=fee), first=date(2026, 5, 1))
    await before(watched, bill)
    await watched.morning(TENTH + DAY, bill)
    found = watched.only
    assert (found.kind, found.series, found.since) == (AnomalyKind.FEE, series("Support"), TENTH)
    assert round(found.figures.excess) == 310
    await watched.mornings(TENTH + 2 * DAY, TENTH + 3 * DAY, bill)
    assert (watched.only.ending, round(watched.only.figures.excess)) == (Ending.BACK, 310)


@pytest.mark.parametrize(
    ("last_day", "kinds"), [(TENTH, []), (TENTH + DAY, [AnomalyKind.SILENCE])], ids=["one day is a gap", "two are a silence"]
)
async def test_data_that_stopped_arriving_is_no_drop(watched: Ward, last_day: date, kinds: list[AnomalyKind]) -> None:
    stopped = lambda day: None if day >= TENTH else about("120")(day)  # noqa: E731 - a cost
    bill = with_usual(RDS=stopped)
    await before(watched, bill)
    await watched.mornings(TENTH + DAY, last_day + DAY, bill)
    assert [each.kind for each in watched.alerts] == kinds
    assert [(each.since, each.series) for each in watched.alerts] == [(TENTH, series("RDS"))] * len(kinds)


async def test_a_source_that_is_late_beyond_its_habit(watched: Ward) -> None:
    azure = Bill({("sub-1", "Virtual Machines"): about("300")}, source="azure", last=TENTH)
    await before(watched, Bill(USUAL), azure)
    await watched.mornings(TENTH + DAY, TENTH + 3 * DAY, Bill(USUAL), azure)
    assert watched.alerts == []
    await watched.morning(TENTH + 4 * DAY, Bill(USUAL), azure)
    found = watched.only
    assert (found.kind, found.series) == (AnomalyKind.SILENCE, SeriesKey((("source", "azure"),), "USD"))
    assert (found.since, found.late, round(found.figures.last.expected)) == (TENTH + DAY, ("azure",), 300)
    assert (await watched.watch.judged()).missing == ("azure after 10 Nov",)
    await watched.mornings(TENTH + 5 * DAY, TENTH + 6 * DAY, Bill(USUAL), replace(azure, last=None))
    assert watched.last_words(watched.only) == "The data arrives again."


async def test_a_bill_that_is_always_a_week_behind_is_not_late(watched: Ward) -> None:
    partner = Bill({("p-1", "Support"): about("50")}, source="partner", last=date(2026, 11, 3))
    await before(watched, Bill(USUAL), partner)
    await watched.morning(TENTH + DAY, Bill(USUAL), partner)
    assert watched.alerts == []


async def test_a_commitment_that_is_not_used(watched: Ward) -> None:
    def plan(day: date) -> list[Row]:
        idle = Decimal(70) if day >= TENTH else Decimal(5)
        common: Row = {"PricingCategory": "Committed", "CommitmentDiscountId": PLAN, "CommitmentDiscountType": "Savings Plan"}
        return [
            usage("0", day.isoformat(), EffectiveCost=str(100 - idle), CommitmentDiscountStatus="Used", **common),
            usage("0", day.isoformat(), EffectiveCost=str(idle), CommitmentDiscountStatus="Unused", ResourceId=None, **common),
        ]

    bill = Bill({(DATA, EC2): about("90")}, more=plan)
    await before(watched, bill)
    await watched.mornings(TENTH + DAY, TENTH + 2 * DAY, bill)
    found = watched.only
    assert found.kind is AnomalyKind.UNUSED
    assert dict(found.series.parts) == {"account": WEB, "commitment": "Unused", "purchase": "Savings Plan"}
    assert (found.since, found.figures.excess) == (TENTH, Decimal(130))


async def test_a_commitment_that_idles_for_as_many_dollars_as_ever(watched: Ward) -> None:
    """Most of it is there no more, and the rest is hardly used: its share fell, and no dollar more is lost."""

    def plan(day: date) -> list[Row]:
        used = "5" if day >= TENTH else "195"
        common: Row = {"PricingCategory": "Committed", "CommitmentDiscountId": PLAN, "CommitmentDiscountType": "Savings Plan"}
        return [
            usage("0", day.isoformat(), EffectiveCost=used, CommitmentDiscountStatus="Used", **common),
            usage("0", day.isoformat(), EffectiveCost="20", CommitmentDiscountStatus="Unused", ResourceId=None, **common),
        ]

    bill = Bill(USUAL, more=plan)
    await before(watched, bill)
    await watched.mornings(TENTH + DAY, TENTH + 2 * DAY, bill)
    assert watched.alerts == []
    assert (await watched.watch.judged()).through == TENTH + DAY


@pytest.mark.parametrize(
    ("part", "kinds"),
    [("900", [AnomalyKind.SPIKE]), ("60", [])],
    ids=["already more than a whole day", "less than a whole day"],
)
async def test_an_incomplete_day_alerts_upward_only(watched: Ward, part: str, kinds: list[AnomalyKind]) -> None:
    bill = Bill({**USUAL, (WEB, EC2): lambda day: part if day == TENTH else about("200")(day)})
    await before(watched, bill)
    rows = [*bill.rows(Period(date(2026, 11, 1), TENTH)), usage(part, TENTH.isoformat(), ServiceName=EC2)]
    watched.bring(rows)
    await watched.look(TENTH, hour=18)
    assert [each.kind for each in watched.alerts] == kinds
    assert [(each.through, each.figures.last.is_partial) for each in watched.alerts] == [(TENTH - DAY, True)] * len(kinds)


async def test_credits_tax_purchases_and_refunds_are_not_watched(watched: Ward) -> None:
    def lumps(day: date) -> list[Row]:
        if day != TENTH:
            return []
        kinds = ("Tax", "Credit", "Purchase", "Adjustment")
        return [usage("5000", day.isoformat(), ChargeCategory=kind, ServiceName=EC2) for kind in kinds]

    bill = Bill(USUAL, more=lumps)
    await before(watched, bill)
    await watched.mornings(TENTH + DAY, TENTH + 2 * DAY, bill)
    assert watched.alerts == []


async def test_a_tag_that_an_admin_adds_is_judged_too(tmp_path: Path) -> None:
    from services.anomalies.watch.results import Watching  # noqa: PLC0415 - only here

    def split(day: date) -> list[Row]:
        """Five services that each rise too little to be told, for one team."""
        more = "14" if day >= TENTH else "8"
        return [usage(more, day.isoformat(), ServiceName=f"Small {n}", Tags='{"team": "pay"}') for n in range(5)]

    bill = Bill(USUAL, more=split)
    with ward(tmp_path, watching=Watching(extra=("tag:team",))) as watched:
        await watched.mornings(TENTH, TENTH + 3 * DAY, bill)
        assert [each.series.parts for each in watched.alerts] == [(("tag:team", "pay"),)]
