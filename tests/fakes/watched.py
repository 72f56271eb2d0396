"""A bill that is told morning by morning, and the watch that looks at it: real ingest, real stores, a clock one can move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.watch.results import Watching
from services.anomalies.watch.service import Watch
from storage.anomalies import Anomalies
from storage.costs import CostStore
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.anomaly import AnomalyKind, SeriesKey
from storage.model.period import DAY, Period, first_of_month
from storage.model.tags import TagKeys
from tests.fakes.bills import DATA, WEB, usage, write_csv
from tests.fakes.house import MovableClock
from tests.fakes.stores import ingest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from services.anomalies.watch.results import Watched
    from storage.model.anomaly import Anomaly
    from tests.fakes.bills import Row

    Cost = Callable[[date], Decimal | float | str | None]

FIRST = date(2026, 8, 1)
EC2, S3 = "Amazon Elastic Compute Cloud", "Amazon Simple Storage Service"
NAMES = {WEB: "web", DATA: "data"}
NOISE = (0, 7, -4, 9, -8, 3, -6, 5, 1, -9, 8)
"""Per mille, round and round: no two weekdays alike, nothing out of the ordinary."""


def about(amount: str) -> Cost:
    """A steady cost with a little noise."""
    return lambda day: Decimal(amount) * (1000 + NOISE[day.toordinal() % len(NOISE)]) / 1000


def changed(cost: Cost, *days: tuple[date, date, str]) -> Cost:
    """The same, and so much more on these days (both included)."""

    def of(day: date) -> Decimal:
        return Decimal(str(cost(day))) + sum((Decimal(more) for first, last, more in days if first <= day <= last), Decimal(0))

    return of


def series(service: str = EC2, account: str = WEB, currency: str = "USD") -> SeriesKey:
    """A service in an account."""
    return SeriesKey((("account", account), ("service", service)), currency)


SMALL = {(DATA, f"Small {number}"): about("2") for number in range(30)}
USUAL: dict[tuple[str, str], Cost] = {
    (WEB, EC2): about("200"),
    (WEB, S3): about("40"),
    (DATA, EC2): about("90"),
    (DATA, "Bulk"): about("5000"),
    **SMALL,
}
"""Most of it goes on as ever: a day on which much of a whole bill is missing is not complete, and not judged."""


@dataclass
class Bill:
    """What one source bills: (account, service) → its cost a day (None: no charge). `more` are rows of any other kind."""

    lines: dict[tuple[str, str], Cost]
    first: date = FIRST
    last: date | None = None
    source: str = "aws"
    columns: Row = field(default_factory=dict)
    more: Callable[[date], list[Row]] = lambda _day: []

    def rows(self, days: Period) -> list[Row]:
        """The rows of some days."""
        found: list[Row] = []
        for day in days:
            if day < self.first or (self.last is not None and day > self.last):
                continue
            found += self.more(day)
            for (account, service), cost in self.lines.items():
                amount = cost(day)
                if amount is not None:
                    named: Row = {"SubAccountId": account, "SubAccountName": NAMES.get(account, account), "ServiceName": service}
                    found.append(
                        usage(str(amount), day.isoformat(), **{"ResourceId": f"{account}-{service}", **named, **self.columns})
                    )
        return found


@dataclass
class Ward:
    """One company under watch."""

    folder: Path
    costs: CostStore
    store: Anomalies
    watch: Watch
    clock: MovableClock
    told: list[datetime]
    _come_in: dict[str, date] = field(default_factory=dict)

    def deliver(self, bill: Bill, through: date, *, since: date | None = None) -> None:
        """The bill comes in through a day: the months since it came in last, or from `since`."""
        start = first_of_month(since or self._come_in.get(bill.source) or bill.first)
        rows = bill.rows(Period(start, through + DAY))
        if rows:
            ingest(self.costs, write_csv(self.folder / f"{bill.source}.csv", rows), source=bill.source)
        self._come_in[bill.source] = through

    def bring(self, rows: list[Row], source: str = "aws") -> None:
        """Rows come in as they are, in place of the months that they are of."""
        ingest(self.costs, write_csv(self.folder / f"{source}.csv", rows), source=source)

    async def look(self, day: date, *, hour: int = 9, anew: bool = False) -> Watched:
        """What the watch does on the morning of a day."""
        self.clock.now = datetime.combine(day, time(hour), UTC)
        return await self.watch.look(anew=anew)

    async def morning(self, day: date, *bills: Bill) -> Watched:
        """The bills are there through yesterday, and the watch looks."""
        for bill in bills:
            self.deliver(bill, day - DAY)
        return await self.look(day)

    async def mornings(self, first: date, last: date, *bills: Bill) -> None:
        """One after the other."""
        for day in Period.of_days(first, last):
            await self.morning(day, *bills)

    @property
    def alerts(self) -> list[Anomaly]:
        """Every anomaly that is told on its own, oldest first."""
        return [each for each in reversed(self.store.latest(1000)) if each.parent is None and not _is_summary(each)]

    @property
    def summaries(self) -> list[Anomaly]:
        """What was connected and filled in silently, oldest first."""
        return [each for each in reversed(self.store.latest(1000)) if each.parent is None and _is_summary(each)]

    @property
    def only(self) -> Anomaly:
        """The one alert that there is."""
        (found,) = self.alerts
        return found

    def history(self, anomaly: Anomaly) -> list[str]:
        """What happened to it, as steady words."""
        return [each.what for each in self.store.history(anomaly.id)]

    def last_words(self, anomaly: Anomaly) -> str:
        """What was said of it last."""
        return self.store.history(anomaly.id)[-1].note


def _is_summary(anomaly: Anomaly) -> bool:
    return anomaly.kind is AnomalyKind.NEW_ACCOUNT and anomaly.until == anomaly.through and anomaly.ended_at == anomaly.opened_at


@contextmanager
def ward(folder: Path, *, watching: Watching | None = None, routes: object = None) -> Iterator[Ward]:
    """An empty home under watch."""
    folder.mkdir(parents=True, exist_ok=True)
    database, costs = Database(folder / "state.db", migrations), CostStore(folder / "home", TagKeys())
    database.open()
    costs.open()
    clock, told = MovableClock(), []

    async def tell(now: datetime) -> None:
        told.append(now)

    store = Anomalies(database)
    with ThreadPoolExecutor(2) as executor:
        watch = Watch(costs, store, executor, clock, routes=routes, tell=tell, watching=watching or Watching())
        yield Ward(folder, costs, store, watch, clock, told)
    costs.close()
    database.close()
