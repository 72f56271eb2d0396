"""A desk where cost questions are asked: a cost store with bills in it, a clock that stands still, and the real service."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.clock import fixed_clock
from services.costs.rates import Rates
from services.costs.service import Costs
from storage.model.query import CostQuery
from tests.fakes.bills import write_csv
from tests.fakes.company import NOW, OCTOBER
from tests.fakes.reckoning import Books
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from services.costs.results import Bases, Breakdown, CostRow, KeyFigures, Movers, Section
    from storage.costs import CostStore
    from storage.model.tags import TagKeys
    from tests.fakes.bills import Row

NO_RATES = Rates()


@dataclass
class Desk:
    """The store, and what its bills say when their rows are added up one by one."""

    store: CostStore
    executor: ThreadPoolExecutor
    books: Books = field(repr=False)
    now: datetime = NOW
    rates: Rates = NO_RATES
    week_start: int = 0

    def costs(self, **changes: object) -> Costs:
        """A service that remembers nothing yet."""
        settings = {"now": self.now, "rates": self.rates, **changes}
        clock = fixed_clock(settings["now"])  # type: ignore[arg-type]  # a datetime
        return Costs(self.store, self.executor, clock, rates=settings["rates"], week_start=self.week_start)  # type: ignore[arg-type]  # rates

    def breakdown(self, *by: str, **parts: object) -> Breakdown:
        """Ask for a breakdown, of October unless a period is given."""
        return asyncio.run(self.costs().breakdown(question(*by, **parts)))

    def only(self, *by: str, **parts: object) -> Section:
        """The one currency of a breakdown."""
        (section,) = self.breakdown(*by, **parts).sections
        return section

    def key_figures(self, **parts: object) -> KeyFigures:
        """Ask how the month is going."""
        return asyncio.run(self.costs().key_figures(question(**parts)))

    def bases(self, **parts: object) -> Bases:
        """Ask for the four bases."""
        return asyncio.run(self.costs().bases(question(**parts)))

    def movers(self, *by: str, **parts: object) -> Movers:
        """Ask what moved."""
        return asyncio.run(self.costs().movers(question(*by, **parts)))


def question(*by: str, **parts: object) -> CostQuery:
    """A question, about October unless a period is given."""
    return CostQuery(**{"period": OCTOBER, "by": by, **parts})  # type: ignore[arg-type]  # the dataclass checks the names


@contextmanager
def desk(home: Path, bills: Mapping[str, Sequence[Row]], *, tags: TagKeys | None = None, **settings: object) -> Iterator[Desk]:
    """A desk with these bills (source → rows) in its store."""
    with opened(home, tags) as store, ThreadPoolExecutor(3) as executor:
        for source, rows in bills.items():
            ingest(store, write_csv(home / "bills" / f"{source}.csv", rows), source=source)
        yield Desk(store, executor, Books.of(**bills), **settings)  # type: ignore[arg-type]  # the dataclass checks the names


def amounts(rows: Sequence[CostRow]) -> dict[tuple[str | None, ...], Decimal]:
    """Key → amount."""
    return {tuple(row.key.values()): row.amount.amount for row in rows}


def previous(rows: Sequence[CostRow]) -> dict[tuple[str | None, ...], Decimal]:
    """Key → what it cost before; those of which it is not known are left out."""
    return {tuple(row.key.values()): row.previous.amount for row in rows if row.previous is not None}


def adds_up(section: Section) -> None:
    """The invariants of every section on every page."""
    total = section.total.amount
    assert sum(row.amount.amount for row in section.rows) + section.remainder.amount == total
    assert sum(part.amount.amount for part in section.below) + total == section.net.amount
    if section.previous is not None and section.remainder_previous is not None:
        known = sum(row.previous.amount for row in section.rows if row.previous is not None)
        assert known + section.remainder_previous.amount == section.previous.amount
    if section.judged is not None and section.remainder_judged is not None:
        assert sum(row.comparable.amount for row in section.rows) + section.remainder_judged.amount == section.judged.amount
    if section.trend:
        assert sum(each.amount for each in section.trend) == total
    if section.previous_trend:
        assert section.previous is not None
        assert sum(each.amount for each in section.previous_trend) == section.previous.amount
    for row in section.rows:
        if row.trend:
            assert sum(each.amount for each in row.trend) == row.amount.amount
