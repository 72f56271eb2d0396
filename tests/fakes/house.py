"""A small installation on real files: state.db, a directory, a clock one can move, Access, and a dispatcher over any features."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from handlers.dispatch import Dispatcher
from handlers.incoming import Incoming, Kind
from handlers.request import Place, Surface
from services import Services
from services.access.admins import Admins
from services.access.background import Background
from services.access.service import Access
from services.errors import NotFoundError
from services.outbox.service import Outbox
from services.routes.service import Routes
from storage.database import Database
from storage.migrations.state import migrations
from storage.roles import Roles
from tests.fakes.directory import HOME, FakeDirectory, member

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.costs.results import Breakdown
    from storage.model.query import CostQuery
    from storage.model.scope import Scope

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOSS, ANA, BEN = "U0BOSS001", "U0ANA0001", "U0BEN0001"


@dataclass
class MovableClock:
    """Stands still until moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """The moment it stands at."""
        return self.now

    def move(self, **amount: float) -> None:
        """Let time pass: `minutes=5`."""
        self.now += timedelta(**amount)


class Bills:
    """Costs that know which accounts and teams there are, and nothing else."""

    async def names(self, dimension: str, _scope: Scope) -> tuple[str, ...]:
        """Some accounts and teams."""
        return {"account": ("123", "456"), "tag:team": ("web",)}.get(dimension, ())

    async def breakdown(self, _query: CostQuery) -> Breakdown:
        """Nothing was read in yet."""
        raise NotFoundError("There is no bill.")


@dataclass
class House:
    """The parts, wired as the program wires them."""

    database: Database
    background: Background
    access: Access
    directory: FakeDirectory
    outbox: Outbox
    clock: MovableClock = field(default_factory=MovableClock)

    def dispatcher(self, *features: object, **options: object) -> Dispatcher:
        """The door to these features."""
        return Dispatcher(features, self.services(), **options)

    def admins(self) -> Admins:
        """The boss, and whoever was made one."""
        return Admins(Roles(self.database), self.directory, self.background, (BOSS,))

    def services(self) -> Services:
        """Those that need no bills and no charts."""
        bills = Bills()
        routes = Routes(self.database, self.background, self.directory, bills, self.clock, admins=self.admins())
        there = {"costs": bills, "access": self.access, "outbox": self.outbox, "routes": routes, "clock": self.clock}
        return Services(**{**dict.fromkeys(Services.__dataclass_fields__), **there})


@contextmanager
def house(home: Path, *, admins: tuple[str, ...] = (BOSS,)) -> Iterator[House]:
    """One company with an admin (by the settings), Ana and Ben."""
    database = Database(home / "state.db", migrations)
    database.open()
    directory = FakeDirectory()
    directory.add(member(BOSS, "Boss"), member(ANA, "Ana"), member(BEN, "Ben"))
    clock = MovableClock()
    with ThreadPoolExecutor(2) as executor:
        access = Access(database, directory, HOME, executor=executor, admins=admins, clock=clock)
        yield House(database, Background(executor), access, directory, Outbox(database, executor, clock), clock)
    database.close()


def typed(text: str, user: str = ANA, *, root: str = "tuppence", team: str = HOME.team, **more: object) -> Incoming:
    """Somebody typed a slash command."""
    place = Place(team=team, channel="C1", surface=Surface.SLASH)
    return Incoming(**{"kind": Kind.COMMAND, "place": place, "team": team, "user": user, "name": root, "text": text} | more)
