"""Anomalies as people meet them, a company's routes, and a desk over a real store with a clock that one can move."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.days import told
from services.anomalies.desk import Desk
from services.anomalies.results import Judged, Wish
from storage.anomalies import Anomalies
from storage.audit import Audit
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.anomaly import (
    Anomaly,
    AnomalyKind,
    Cause,
    CauseStep,
    DayFigure,
    Driver,
    Feedback,
    FeedbackKind,
    Figures,
    Happening,
    Rate,
    SeriesKey,
    Severity,
    Told,
)
from storage.model.audit import Origin
from storage.model.people import ChannelFacts, Subject, SubjectKind
from storage.model.route import Route
from storage.model.scope import Scope
from tests.fakes.directory import HOME, member
from tests.fakes.house import ANA, BEN, BOSS, House, house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.access.results import Person, Role
    from services.anomalies.letters import Letters
    from services.anomalies.results import Act, DayLine

ACCOUNT = "111111111111"
EC2, S3 = "Amazon EC2", "Amazon S3"
SERIES = SeriesKey((("account", ACCOUNT), ("service", EC2)), "USD")
PAYMENTS, SHOP, ESCALATIONS = "C0PAYMENT", "C0SHOP001", "C0ESCALAT"
DAY = date(2026, 11, 19)
OPENED_AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CARA, DAN = "U0CARA001", "U0DAN0001"
ROUTE = Route(
    1,
    "payments",
    PAYMENTS,
    match=(("account", (ACCOUNT,)),),
    on_call=(Subject(SubjectKind.PERSON, DAN),),
    escalate_to=ESCALATIONS,
)
OTHER = Route(2, "shop", SHOP, match=(("service", (S3,)),))
FALLBACK = Route(9, "everything else", "C0FINOPS1")
ORIGIN = Origin(HOME.team, PAYMENTS, "button", "r-1")


def days(*pairs: tuple[str, str], first: date = DAY) -> tuple[DayFigure, ...]:
    """(value, expected) of consecutive days."""
    return tuple(
        DayFigure(first + timedelta(days=at), Decimal(value), Decimal(expected)) for at, (value, expected) in enumerate(pairs)
    )


CAUSE = Cause(
    Driver.USAGE,
    (
        CauseStep("region", "eu-west-1", None, Decimal(1200), Decimal("0.97"), (("us-east-1", Decimal("40.5")),)),
        CauseStep("meter", "BoxUsage:m5.4xlarge", None, Decimal(1150), Decimal("0.93"), ((None, Decimal("90.5")),)),
        CauseStep("resource", "i-0123456789abcdef0", None, Decimal(700), Decimal("0.56"), (("i-0fed", Decimal("540.5")),)),
    ),
    (Rate("Hours", Decimal(240), Decimal(960), Decimal("0.768"), Decimal("0.768"), Decimal("552.96"), Decimal(0)),),
    first_seen=date(2026, 3, 2),
    owner="team payments",
)


def spike(**changes: object) -> Anomaly:
    """Amazon EC2 of the account Production cost twice as much for two days; told in #payments, seen by nobody yet."""
    anomaly = Anomaly(
        SERIES,
        AnomalyKind.SPIKE,
        Severity.HIGH,
        since=DAY,
        until=DAY + timedelta(days=1),
        through=DAY + timedelta(days=1),
        figures=Figures(days(("812.40", "300.15"), ("1240.50", "305")), Decimal(250), Decimal("350.5"), 4.2),
        opened_at=OPENED_AT,
        changed_at=OPENED_AT,
        told=Told.CHANNEL,
        label="Production",
        cause=CAUSE,
        route=ROUTE.id,
        channel=PAYMENTS,
        remind_at=OPENED_AT + timedelta(minutes=30),
    )
    return anomaly.but(**changes)


@dataclass
class Routes:
    """A list of routes, and who is on call by name."""

    known: tuple[Route, ...] = (ROUTE, OTHER, FALLBACK)

    async def get(self, number: int) -> Route | None:
        """One by its id."""
        return next((each for each in self.known if each.id == number), None)

    async def all(self) -> tuple[Route, ...]:
        """All of them."""
        return self.known

    async def is_on_call(self, person: Person, route: Route) -> bool:
        """By name only."""
        return Subject(SubjectKind.PERSON, person.id) in route.on_call


class ToldDays:
    """The days of the episode, as where a bill does not explain it."""

    async def of(self, anomaly: Anomaly) -> tuple[DayLine, ...]:
        """Nothing but those."""
        return told(anomaly)


async def judged() -> Judged:
    """How far the watch has come."""
    return Judged(DAY + timedelta(days=1), OPENED_AT, 1204, ("tag:cost-center: no table has its days",))


@dataclass
class Loop:
    """A desk with its store, the house it stands in, and how often somebody was woken to send."""

    house: House
    store: Anomalies
    desk: Desk
    routes: Routes
    woken: list[None] = field(default_factory=list)

    def new_desk(self, store: Anomalies | None = None) -> Desk:
        """As after a restart: only the store remembers."""
        return Desk(
            *(store or self.store, self.house.background, self.house.access, self.routes, self.house.clock),
            days=ToldDays(),
            judged=judged,
            wake=lambda: self.woken.append(None),
        )

    async def person(self, user: str) -> Person:
        """Who that is now."""
        return await self.house.access.person(HOME.team, user)

    async def give(self, user: str, role: Role, **only: tuple[str, ...]) -> None:
        """Give somebody a role."""
        boss = await self.person(BOSS)
        await self.house.access.set_role(boss, Subject(SubjectKind.PERSON, user), role, Scope.only(**only))

    async def do(self, act: Act, number: int = 1, user: str = ANA, **more: object) -> Anomaly:
        """Somebody does something; Ana is an operator."""
        return await self.desk.do(Wish(act, number, **more), await self.person(user), ORIGIN)

    def open(self, letters: Letters = lambda _: (), **changes: object) -> Anomaly:
        """Found this morning."""
        return self.store.add(spike(**changes), Happening(OPENED_AT, "", "opened"), letters)

    def audited(self) -> list[tuple[str, str, str]]:
        """(actor, action, target) of what was done, oldest first."""
        lines = Audit(self.house.database).latest(50)
        return [(each.actor, each.action, each.target) for each in reversed(lines) if each.action.startswith("anomaly.")]

    def letter_rows(self) -> dict[str, tuple[str, int]]:
        """Key → where it goes and how often it was to be shown."""
        with self.house.database.read() as connection:
            rows = connection.execute("SELECT key, channel || thread_of, wanted FROM letters ORDER BY number").fetchall()
        return {key: (place, wanted) for key, place, wanted in rows}


@contextmanager
def loop(home: Path) -> Iterator[Loop]:
    """Boss is the admin, Dan is on call for payments, Ben and Cara are viewers."""
    with house(home) as each:
        each.clock.now = NOW
        each.directory.add(member(CARA, "Cara"), member(DAN, "Dan"))
        for channel in (PAYMENTS, SHOP, ESCALATIONS, FALLBACK.channel):
            each.directory.channels[channel] = ChannelFacts(channel, is_external=False, is_member=True)
        store, routes, woken = Anomalies(each.database), Routes(), list[None]()
        found = Loop(each, store, None, routes, woken)  # type: ignore[arg-type]  # in the next line
        found.desk = found.new_desk()
        yield found


__all__ = ["ANA", "BEN", "BOSS"]


SEEDED = 17
"""The number in the examples of the commands."""


def seed(home: Path, by: str = BOSS, **changes: object) -> None:
    """An open anomaly with that number, and one lesson of somebody's, in the store of a home that is not open."""
    database = Database(home / "state.db", migrations)
    database.open()
    store = Anomalies(database)
    with database.write() as connection:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('anomalies', ?)", (SEEDED - 1,))
    stored = store.add(spike(**changes), Happening(OPENED_AT, "", "opened"))
    store.teach(Feedback(FeedbackKind.SNOOZE, SERIES, NOW.date(), date(2026, 12, 31), by, NOW, "loud", anomaly=stored.id))
    database.close()
