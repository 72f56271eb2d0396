"""The composition root: settings → storage → services → handlers → dispatcher → AsyncApp. Nothing is created at import.

`build` makes the house without Slack, all that the terminal needs; `assemble` puts Slack's door on it; `run` opens and closes it.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import structlog
from prometheus_client import CollectorRegistry
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import SlackDirectory
from bot.letters import pump
from bot.logs import configure_logs
from bot.metrics import Metrics
from bot.middleware import Deduplication, Measuring, RateLimit, RequestId
from bot.scheduler import Scheduler
from bot.server import Checks, Server, Sockets, until_told_to_stop
from bot.services import services_of
from bot.settings import misspelt
from bot.slack import Door, slack_app
from bot.stores import home_folder, in_logs, on_stderr, open_costs
from bot.tokens import installation, slack_keys
from handlers.dispatch import Dispatcher, declared
from handlers.feature import load_features
from handlers.outbound.notifier import Notifier
from handlers.outbound.patience import Lanes, be_patient
from handlers.outbound.work import Work
from handlers.parse.command import Grammar
from services.access.background import Background
from services.access.directory import CachedDirectory
from services.access.service import Access, local_access
from services.clock import system_clock
from storage.database import Database
from storage.deliveries import Deliveries
from storage.home import enter
from storage.jobs import Jobs
from storage.migrations.state import migrations
from storage.model.people import Installation as Company
from storage.people import People

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings
    from bot.stores import Watch
    from bot.tokens import Installation, Keys
    from handlers.feature import Feature
    from handlers.incoming import Middleware
    from handlers.outbound.outbox import Pump
    from handlers.outbound.patience import Sleep
    from services import Services
    from services.clock import Clock
    from services.status.results import SourceStatus
    from storage.costs import CostStore
    from storage.home import HomeLock

COST_THREADS, STATE_THREADS = 4, 4
"""Bounded: SQLite and DuckDB calls that may run at once. Apart, so that slow questions do not hold up who may ask."""
SLACK_SECONDS = 30.0


@dataclass(slots=True)
class Stores:
    """Everything that is open on disk, and the threads that read it."""

    state: Database
    costs: CostStore
    state_threads: ThreadPoolExecutor
    cost_threads: ThreadPoolExecutor
    lock: HomeLock

    @property
    def background(self) -> Background:
        """state.db off the event loop."""
        return Background(self.state_threads)

    def close(self) -> None:
        """Let the threads finish, then close the files."""
        self.state_threads.shutdown(wait=True)
        self.cost_threads.shutdown(wait=True)
        self.costs.close()
        self.state.close()
        self.lock.release()


@dataclass(slots=True)
class House:
    """What every door stands in front of."""

    settings: Settings
    stores: Stores
    services: Services
    features: tuple[Feature, ...]
    dispatcher: Dispatcher

    def close(self) -> None:
        """Close what `build` opened."""
        self.services.charts.close()
        self.stores.close()


@dataclass(slots=True)
class Bot:
    """The house with Slack's door on it."""

    house: House
    server: Server
    notifier: Notifier
    work: Work
    scheduler: Scheduler
    pump: Pump


def build(settings: Settings, clock: Clock = system_clock) -> House:
    """The house for the terminal: the same services, features and dispatcher, asked by the local admin.

    `clock` is the day that questions are asked on (`--as-of`). Raises StoreError, ConfigurationError.
    """
    stores = open_stores(settings)
    access = local_access(stores.state, stores.state_threads)
    return _house(settings, stores, access, clock, load_features(), (RequestId(),))


def assemble(
    settings: Settings,
    keys: Keys,
    client: AsyncWebClient,
    installed: Installation,
    clock: Clock = system_clock,
    *,
    features: Sequence[Feature] = (),
    sleep: Sleep = asyncio.sleep,
) -> Bot:
    """The house with Slack in front; nothing listens yet. `installed` is who `auth.test` said we are.

    `features` are those found under `handlers` unless others are given; `sleep` is how the way out waits.
    """
    features = tuple(features) or load_features()
    stores, metrics, work = open_stores(settings, in_logs), Metrics(CollectorRegistry()), Work()
    directory = CachedDirectory(SlackDirectory(client), People(stores.state), stores.background, system_clock)
    company = Company(installed.team, installed.enterprise)
    access = Access(stores.state, directory, company, executor=stores.state_threads, admins=settings.admins)
    house = _house(settings, stores, access, clock, features, _middleware(settings, stores, metrics, features))
    lanes = Lanes(sleep)
    notifier = Notifier(client, house.services.charts, work, sleep=sleep, lanes=lanes)
    door = Door(
        house.dispatcher,
        notifier,
        access,
        work,
        metrics,
        directory.forget,
        events=frozenset(name for feature in features for name in feature.events),
        prefix=settings.prefix,
        bot_user=installed.user,
    )
    app = slack_app(door, client, installed, keys.signing)
    sockets = Sockets(app, keys.app) if settings.slack_mode == "socket" else None
    jobs = [job for feature in features for job in feature.jobs.values()]
    scheduler = Scheduler(jobs, house.services, Jobs(stores.state), stores.background, system_clock)
    sender = pump(client, house, work, metrics, lanes, sleep, installed=installed, owner=scheduler.owner)
    return Bot(house, Server(app, work, metrics, _checks(house), sockets), notifier, work, scheduler, sender)


async def run(settings: Settings) -> None:
    """The program until SIGINT or SIGTERM. Raises ConfigurationError or TemporaryError in words when it cannot start."""
    keys = slack_keys(settings)
    configure_logs(settings.log_level, settings.log_format)
    for name, meant in misspelt().items():
        structlog.get_logger().warning("unknown variable", name=name, meant=meant or "nothing I know")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS)) as session:
        client = AsyncWebClient(keys.bot, base_url=_slash(settings.slack_api_url), session=session)
        be_patient(client)
        installed = await installation(client)
        bot = assemble(settings, keys, client, installed)
        try:
            await _serve(bot, settings, installed.name)
        finally:
            bot.house.close()


async def _serve(bot: Bot, settings: Settings, workspace: str) -> None:
    log = structlog.get_logger()
    try:
        port = await bot.server.start(settings.host, settings.port)
        log.info("ready", mode=settings.slack_mode, workspace=workspace, host=settings.host, port=port)
        await bot.scheduler.start()
        bot.pump.start()
        warming = bot.work.start(bot.house.services.charts.warm())
        await until_told_to_stop()
        warming.cancel()
    finally:
        await bot.pump.stop()
        # Side by side: one after the other they could take longer than supervisors wait.
        await asyncio.gather(bot.scheduler.stop(), bot.server.stop())


def open_stores(settings: Settings, watch: Watch = on_stderr) -> Stores:
    """Open both databases under TUPPENCE_HOME, made on the first start, their tables brought up to the settings.

    Raises StoreError, ConfigurationError; what was opened is closed again.
    """
    lock = enter(home_folder(settings.folder))
    state = Database(settings.folder / "state.db", migrations)
    try:
        state.open()
        costs = open_costs(settings, lock, watch)
    except BaseException:
        state.close()
        lock.release()
        raise
    return Stores(
        state,
        costs,
        ThreadPoolExecutor(STATE_THREADS, thread_name_prefix="state"),
        ThreadPoolExecutor(COST_THREADS, thread_name_prefix="costs"),
        lock,
    )


def _house(
    settings: Settings,
    stores: Stores,
    access: Access,
    clock: Clock,
    features: tuple[Feature, ...],
    middleware: Sequence[Middleware],
) -> House:
    services = services_of(settings, stores, access, clock)
    grammar = Grammar(
        tags=settings.tags,
        week_start=settings.week_start_index,
        fiscal_year_start=settings.fiscal_year_start,
        prefix=settings.prefix,
    )
    dispatcher = Dispatcher(features, services, grammar=grammar, middleware=middleware)
    return House(settings, stores, services, features, dispatcher)


def _middleware(settings: Settings, stores: Stores, metrics: Metrics, features: Sequence[Feature]) -> tuple[Middleware, ...]:
    """Outermost first: a duplicate is dropped before it costs its person anything of their rate."""
    return (
        RequestId(),
        Measuring(metrics, declared(features)),
        Deduplication(Deliveries(stores.state), stores.background, system_clock),
        RateLimit(settings.rate_limit, settings.rate_limit / 60),
    )


def _checks(house: House) -> Checks:
    def look() -> None:
        with house.stores.state.read() as connection:
            connection.execute("SELECT 1").fetchone()
        house.stores.costs.generation()

    async def database() -> None:
        await house.stores.background(look)

    def cache() -> dict[str, object]:
        hits, misses = house.services.costs.hits, house.services.costs.misses
        return {"hits": hits, "misses": misses, "rate": round(hits / (hits + misses), 3) if hits + misses else None}

    async def sources() -> tuple[SourceStatus, ...]:
        return (await house.services.status.status()).sources

    return Checks(database, cache, sources)


def _slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"
