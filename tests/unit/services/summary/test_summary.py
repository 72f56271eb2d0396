"""Given bills and budgets, when the month is asked for, then figures, forecast and the budgets that fit stand together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from services.forecasts.service import Forecasts
from services.summary.service import Summary
from storage.model.money import Money
from storage.model.period import Period
from storage.model.query import Charges, CostQuery, Filter
from storage.model.scope import Scope
from tests.fakes import budget_answers
from tests.fakes.bills import usage
from tests.fakes.desk import Desk, desk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from services.budgets.results import BudgetStatus
    from services.summary.results import MonthSummary
    from storage.model.budget import Budget

LAST = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MONTH = CostQuery(Period.month(LAST))
EC2 = Filter("service", ("Amazon Elastic Compute Cloud",))


@dataclass
class KnownBudgets:
    """These budgets, each on its way."""

    budgets: tuple[Budget, ...] = ()
    asked: list[Budget] = field(default_factory=list)

    async def all(self, scope: Scope) -> tuple[Budget, ...]:
        """Those that may be seen."""
        return tuple(each for each in self.budgets if each.current.terms.is_within(scope))

    async def statuses(self, budgets: Iterable[Budget]) -> tuple[BudgetStatus, ...]:
        """How they stand."""
        self.asked = list(budgets)
        return tuple(budget_answers.status(each, ["10"] * 20) for each in self.asked)


def asked(found: Desk, query: CostQuery = MONTH, *budgets: Budget) -> MonthSummary:
    """The answer."""
    costs = found.costs()
    summary = Summary(costs, Forecasts(costs.reader), KnownBudgets(budgets))  # type: ignore[arg-type]  # what it uses of them
    return asyncio.run(summary.month(query))


def days(count: int) -> list[dict[str, str | None]]:
    """A hundred dollars a day."""
    return [usage("100", str(LAST - timedelta(days=n))) for n in range(count)]


def test_the_forecast_is_of_the_month_of_the_figures(tmp_path: Path) -> None:
    with desk(tmp_path, {"aws": days(100)}, now=NOW) as found:
        summary = asked(found)
    outlook = summary.outlook("USD")
    assert outlook
    assert summary.figures.figures[0].to_date == outlook.whole.actual == Money(Decimal(2000), "USD")
    assert abs(outlook.whole.total.amount - 3000) < 30
    assert summary.outlook("EUR") is None


def test_a_month_that_is_over_has_no_forecast(tmp_path: Path) -> None:
    with desk(tmp_path, {"aws": days(100)}, now=NOW) as found:
        summary = asked(found, CostQuery(Period.month(date(2026, 10, 1))), budget_answers.budget("5000", filters=()))
    assert (summary.forecast, summary.budgets) == (None, ())


def test_only_budgets_that_count_just_this_stand_beside_it(tmp_path: Path) -> None:
    everything = budget_answers.budget("5000", name="all", filters=())
    others = (
        budget_answers.budget("5000", name="ec2", filters=(EC2,)),
        budget_answers.budget("5000", name="net", filters=(), charges=Charges.NET),
        budget_answers.budget("5000", name="euro", filters=(), currency="EUR"),
    )
    with desk(tmp_path, {"aws": days(100)}, now=NOW) as found:
        bare = asked(found, MONTH, everything, *others)
        narrowed = asked(found, MONTH.but(filters=(Filter("service", ("ec2",)),)), everything, *others)
        limited = asked(found, MONTH.but(scope=Scope.only(account=("1",))), everything, *others)
    assert [each.budget.name for each in bare.budgets] == ["all"]
    assert [each.budget.name for each in narrowed.budgets] == ["ec2"]
    assert limited.budgets == ()


def test_without_a_bill_there_is_an_answer_all_the_same(tmp_path: Path) -> None:
    with desk(tmp_path, {}, now=NOW) as found:
        summary = asked(found)
    assert (summary.figures.figures, summary.outlook("USD")) == ((), None)
