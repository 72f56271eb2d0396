"""Given a bill of known quantities and rates, when something is simulated, then the numbers are the bill's and change with it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from handlers.budgets.scenario_words import typed_lines
from handlers.parse.command import Grammar
from services.access.background import Background
from services.access.results import Person, Role
from services.budgets.ahead import Ahead, NoForecast
from services.budgets.simulation.service import Simulations
from services.clock import fixed_clock
from services.errors import NotFoundError, UsageError
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.scope import Scope
from storage.scenarios import ScenarioStore
from tests.fakes.bills import usage
from tests.fakes.desk import desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.budgets.simulation.results import Simulation
    from storage.model.query import CostQuery
    from storage.model.scenario import ScenarioLine
    from tests.fakes.bills import Row

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST = date(2026, 10, 1)
GRAMMAR = Grammar(tags={"team": ("team",), "env": ("env",)})
EVERYONE = Scope()
ANA = Person("U0ANA0001", "T1", "Ana", Role.ANALYST)
MONTH_DAYS, YEAR_DAYS = 8, 365


def machine(day: str, resource: str, hours: str, rate: str, env: str, **more: str | None) -> Row:
    """A day of a machine: all four costs are hours times rate."""
    cost = str(Decimal(hours) * Decimal(rate))
    tags = f'{{"team": "shop", "env": "{env}"}}'
    return usage(cost, day, ConsumedQuantity=hours, ResourceId=resource, Tags=tags, **more)


def bill(*, hours: str = "24", rate: str = "0.10", through: date = date(2026, 11, 21), dev: bool = True) -> list[Row]:
    """Every day: a machine in production, one for development, 100 GB in a bucket, and a machine that a plan pays for."""
    rows: list[Row] = []
    day = FIRST
    while day <= through:
        text = day.isoformat()
        rows += [
            machine(text, "i-prod", hours, rate, "prod"),
            usage(
                "2.00",
                text,
                ConsumedQuantity="100",
                ConsumedUnit="GB",
                ResourceId="bucket",
                ServiceName="Amazon S3",
                RegionId="us-east-1",
            ),
            machine(
                text,
                "i-plan",
                "24",
                "0.06",
                "prod",
                PricingCategory="Committed",
                CommitmentDiscountStatus="Used",
                RegionId="us-east-1",
            ),
        ]
        rows += [machine(text, "i-dev", "24", "0.05", "dev")] if dev else []
        day += timedelta(days=1)
    return rows


class Rising:
    """A forecast that is twice the mean of those days, 10 % either way."""

    async def ahead(self, query: CostQuery, currency: str, through: date) -> Ahead | None:  # noqa: ARG002  # the protocol's
        """From the day after the last complete one."""
        means = {"i-prod": "2.4", "i-dev": "1.2"}
        named = [str(each.values[0]) for each in query.filters]
        mean = Decimal(means.get(named[0], "7.04")) if named else Decimal("7.04")
        start = date(2026, 11, 22)
        days = (through - start).days + 1
        whole = mean * 2 * days
        tenth = whole / 10
        return Ahead(start, (mean * 2,) * days, whole - tenth, whole + tenth, whole - 2 * tenth, whole + 2 * tenth)


@contextmanager
def simulating(home: Path, rows: list[Row], *, forecasts: Rising | None = None, now: datetime = NOW) -> Iterator[Simulations]:
    """The service before this bill."""
    database = Database(home / "state.db", migrations)
    database.open()
    with desk(home, {"aws": rows}) as found, ThreadPoolExecutor(2) as executor:
        costs = found.costs(now=now)
        yield Simulations(
            ScenarioStore(database), costs, forecasts or NoForecast(), Background(executor), fixed_clock(now), _name
        )
    database.close()


async def _name(user: str) -> str:
    return {"U0ANA0001": "Ana"}.get(user, user)


def lines(text: str) -> tuple[ScenarioLine, ...]:
    """As people write them."""
    return typed_lines(text, GRAMMAR, NOW.date())


def simulate(home: Path, text: str, *, rows: list[Row] | None = None, forecasts: Rising | None = None) -> Simulation:
    """Ask once."""
    with simulating(home, rows or bill(), forecasts=forecasts) as service:
        return asyncio.run(service.simulate(lines(text), EVERYONE))


def year(found: Simulation, at: int = 0) -> Decimal:
    """What a line does in twelve months."""
    return found.lines[at].year.expected.amount


def test_stopping_a_resource_saves_exactly_its_billed_share(tmp_path: Path) -> None:
    found = simulate(tmp_path, "stop for resource=i-dev")
    (line,) = found.lines
    assert year(found) == Decimal("-1.20") * YEAR_DAYS
    assert line.month_end.expected.amount == Decimal("-1.20") * MONTH_DAYS
    assert line.evidence.meter is not None
    assert (line.evidence.meter.quantity, line.evidence.meter.unit) == (Decimal(24 * 28), "Hours")
    assert line.evidence.meter.rate == Decimal("0.05")
    assert line.evidence.cost.amount == Decimal("1.20") * 28
    assert found.baseline.text() == "25 Oct – 21 Nov 2026"
    assert not line.year.has_band


@pytest.mark.parametrize(
    ("hours", "rate", "times"), [("24", "0.10", 1), ("48", "0.10", 2), ("24", "0.20", 2), ("12", "0.05", Decimal("0.25"))]
)
def test_a_changed_ledger_changes_the_effect_with_it(tmp_path: Path, hours: str, rate: str, times: Decimal) -> None:
    found = simulate(tmp_path, "stop for resource=i-prod; grow 10% for env=prod", rows=bill(hours=hours, rate=rate))
    assert year(found) == Decimal("-2.40") * times * YEAR_DAYS
    meter = found.lines[0].evidence.meter
    assert meter is not None
    assert (meter.quantity, meter.rate) == (Decimal(hours) * 28, Decimal(rate))


def test_growth_keeps_the_rate_and_a_price_keeps_the_quantity(tmp_path: Path) -> None:
    found = simulate(tmp_path, "grow 20% for service=s3\nprice -50% for service=s3\nprice to 0.04 for service=s3")
    assert year(found, 0) == Decimal("0.40") * YEAR_DAYS
    assert year(found, 1) == Decimal("-1.20") * YEAR_DAYS, "of what the growth left"
    assert year(found, 2) == Decimal("3.60") * YEAR_DAYS, "120 GB at 0.04 instead of 1.20"
    assert found.lines[1].evidence.new_rate == Decimal("0.01")
    assert found.lines[2].evidence.new_rate_from == "as given"


def test_each_dollar_is_changed_once(tmp_path: Path) -> None:
    found = simulate(tmp_path, "stop for env=dev; stop for resource=i-dev; stop everything")
    assert "Nothing of that is left" not in found.lines[0].problem
    assert (year(found, 0), found.lines[1].problem) == (Decimal("-1.20") * YEAR_DAYS, "Nothing of that is left.")
    assert year(found, 2) == Decimal("-5.84") * YEAR_DAYS
    assert found.year_effect.expected.amount == Decimal("-7.04") * YEAR_DAYS
    assert found.year_after.expected.amount == 0


def test_a_schedule_counts_the_hours_that_run_now(tmp_path: Path) -> None:
    found = simulate(tmp_path, "schedule 42h a week for env=dev")
    assert year(found) == Decimal("-1.20") * YEAR_DAYS * Decimal("0.75")
    part_time = simulate(tmp_path / "b", "schedule 42h a week for resource=i-prod", rows=bill(hours="3"))
    assert year(part_time) == 0, "it runs 21 hours a week already"
    storage = simulate(tmp_path / "c", "schedule 42h a week for service=s3")
    assert "Nothing of it is counted in hours" in storage.lines[0].problem
    assert storage.year_effect.expected.amount == 0


def test_a_commitment_covers_on_demand_usage_up_to_its_amount_and_is_paid_whole(tmp_path: Path) -> None:
    small = simulate(tmp_path, "commit 30 a month at 50% off for service=ec2")
    assert year(small) == -360, "360 a year pay for 720 of on-demand usage"
    large = simulate(tmp_path / "b", "commit 600 a month at 50% off for service=ec2")
    assert year(large) == Decimal(7200) - Decimal("3.60") * YEAR_DAYS, "3.60 a day are on demand; the rest of it is wasted"
    rated = simulate(tmp_path / "c", "commit 30 a month at 0.0375 for service=ec2")
    assert year(rated) == -360, "0.075 an hour on average, so half"
    assert rated.lines[0].evidence.new_rate == Decimal("0.0375")
    wide = simulate(tmp_path / "f", "commit 30 a month at 0.0375 for everything")
    assert year(wide) == -360, "the bucket is not counted in hours, so nothing is committed to for it"
    assert "Only what is counted in hours is covered by it." in wide.lines[0].notes
    gone = simulate(tmp_path / "e", "stop for service=ec2; commit 30 a month at 50% off for service=ec2")
    assert gone.lines[1].problem == "Nothing of that is left."
    nothing = simulate(tmp_path / "d", "commit 30 a month at 50% off for resource=i-plan")
    assert "paid on demand" in nothing.lines[0].problem


def test_usage_moves_to_a_rate_of_the_bill_or_to_none(tmp_path: Path) -> None:
    found = simulate(tmp_path, "move resource=i-prod to rate of service=ec2 region=us-east-1")
    assert year(found) == (Decimal("0.06") - Decimal("0.10")) * 24 * YEAR_DAYS
    assert found.lines[0].evidence.new_rate == Decimal("0.06")
    assert found.lines[0].evidence.new_rate_from == "the bill, same days"
    unknown = simulate(tmp_path / "b", "move resource=i-prod to rate of service=s3")
    assert "the bill knows no rate" in unknown.lines[0].problem
    mixed = simulate(tmp_path / "c", "price to 0.05 for everything")
    assert "several units (GB, Hours)" in mixed.lines[0].problem
    assert mixed.lines[0].evidence.meter is None
    assert [each.unit for each in mixed.lines[0].evidence.meters] == ["Hours", "GB"]


def test_what_commitments_cover_is_said_to_be_paid_on(tmp_path: Path) -> None:
    found = simulate(tmp_path, "stop for resource=i-plan")
    assert year(found) == Decimal("-1.44") * YEAR_DAYS
    assert "100 % of it is covered by commitments, which go on being paid" in found.lines[0].notes[0]


def test_a_bill_without_resources_or_quantities_says_so(tmp_path: Path) -> None:
    rows = [
        {**row, "ResourceId": None, "ConsumedQuantity": None, "ConsumedUnit": None, "PricingQuantity": None} for row in bill()
    ]
    found = simulate(tmp_path, "stop for resource=i-dev; grow 10% for service=s3; price to 0.03 for service=s3", rows=rows)
    assert found.lines[0].problem == "The bill names no resources on those days."
    assert found.lines[1].evidence.meters == ()
    assert year(found, 1) == Decimal("0.20") * YEAR_DAYS
    assert "no quantity in the bill" in found.lines[2].problem
    gone = simulate(tmp_path / "b", "stop for resource=i-nobody")
    assert gone.lines[0].problem == "Nothing was billed for that on those days."


def test_the_band_is_that_of_the_forecast(tmp_path: Path) -> None:
    found = simulate(tmp_path, "stop for resource=i-dev", forecasts=Rising())
    (line,) = found.lines
    assert line.month_end.expected.amount == Decimal("-2.40") * MONTH_DAYS
    assert (line.month_end.low.amount, line.month_end.high.amount) == (
        Decimal("-2.64") * MONTH_DAYS,
        Decimal("-2.16") * MONTH_DAYS,
    )
    assert line.year.expected.amount == Decimal("-2.40") * YEAR_DAYS
    assert line.year.low.amount < line.year.expected.amount * Decimal("1.15"), "farther ahead the band is wider"
    assert line.year.has_band
    assert found.month_after.low.amount < found.month_after.expected.amount < found.month_after.high.amount
    assert found.month_after.high - found.month_after.low < found.month_before.high - found.month_before.low
    settled, today = Decimal("7.04") * 21, Decimal("14.08")
    assert found.month_before.expected.amount == settled + today * (MONTH_DAYS + 1)
    assert found.month_after.expected.amount == found.month_before.expected.amount - Decimal("2.40") * MONTH_DAYS


def test_somebody_limited_simulates_their_own_rows(tmp_path: Path) -> None:
    with simulating(tmp_path, bill()) as service:
        found = asyncio.run(service.simulate(lines("stop everything"), Scope.only(tag_env=("dev",))))
        assert found.year_effect.expected.amount == Decimal("-1.20") * YEAR_DAYS
        with pytest.raises(NotFoundError):
            asyncio.run(service.simulate(lines("stop for env=nowhere"), EVERYONE))


def test_a_saved_scenario_is_scored_against_what_was_billed(tmp_path: Path) -> None:
    with simulating(tmp_path, bill()) as service:
        asyncio.run(
            service.save(
                ANA,
                "no dev",
                lines("stop for env=dev"),
            )
        )
        with pytest.raises(UsageError, match="already"):
            asyncio.run(service.save(ANA, "No  DEV", lines("stop for env=dev")))
        early = asyncio.run(service.score(asyncio.run(service.find("no dev", EVERYONE))))
        assert early.days is None
    rows = bill(dev=False, through=date(2026, 12, 5))
    rows += [row for row in bill(through=date(2026, 11, 27)) if row["ResourceId"] == "i-dev"]
    with simulating(tmp_path, rows, now=datetime(2026, 12, 6, 9, tzinfo=UTC)) as service:
        saved = asyncio.run(service.find("no dev", EVERYONE))
        assert saved.by == "Ana"
        scored = asyncio.run(service.score(saved))
    assert scored.days is not None
    assert scored.days.text() == "23 Nov – 5 Dec 2026"
    (line,) = scored.lines
    assert line.without.amount == Decimal("1.20") * 13
    assert line.predicted.amount == 0
    assert line.billed.amount == Decimal("1.20") * 5, "it was stopped five days late"
    assert line.realised == (Decimal(8) / 13).quantize(Decimal("0.0001"))
    assert scored.total is not None
    assert scored.total.billed.amount == Decimal("5.84") * 13 + Decimal("1.20") * 5


def test_it_is_scored_on_the_rows_that_it_was_said_of_whoever_asks(tmp_path: Path) -> None:
    dev = Scope.only(tag_env=("dev",))
    with simulating(tmp_path, bill()) as service:
        asyncio.run(service.save(replace(ANA, scope=dev), "half", lines("grow -50% for service=ec2")))
    with simulating(tmp_path, bill(through=date(2026, 12, 5)), now=datetime(2026, 12, 6, 9, tzinfo=UTC)) as service:
        scored = asyncio.run(service.score(asyncio.run(service.find("half", EVERYONE))))
    (line,) = scored.lines
    assert (line.without.amount, line.predicted.amount) == (Decimal("1.20") * 13, Decimal("0.60") * 13)
    assert line.billed == line.without, "nothing was changed"
    assert scored.total is not None
    assert scored.total.billed == scored.total.without
    assert scored.scope == dev


def test_nothing_that_cannot_be_worked_out_is_saved(tmp_path: Path) -> None:
    with simulating(tmp_path, bill()) as service:
        with pytest.raises(UsageError, match="Nothing was billed"):
            asyncio.run(service.save(ANA, "x", lines("stop for resource=i-nobody")))
        with pytest.raises(UsageError, match="1 to 12 lines"):
            asyncio.run(service.simulate([], EVERYONE))
        with pytest.raises(NotFoundError, match="no scenario"):
            asyncio.run(service.find("x", EVERYONE))
        assert asyncio.run(service.all(EVERYONE)) == ()


def test_a_scenario_of_more_rows_than_one_may_see_is_not_there(tmp_path: Path) -> None:
    with simulating(tmp_path, bill()) as service:
        asyncio.run(service.save(ANA, "all of it", lines("stop everything")))
        assert asyncio.run(service.all(Scope.only(tag_env=("dev",)))) == ()
        (found,) = asyncio.run(service.all(EVERYONE))
        asyncio.run(service.remove(ANA, found))
        with pytest.raises(NotFoundError):
            asyncio.run(service.remove(ANA, found))
