"""The services, made once from the stores: who needs whom is written here and nowhere else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from services import Services
from services.access.admins import Admins
from services.access.background import Background
from services.anomalies.days import ChartDays
from services.anomalies.desk import Desk
from services.anomalies.posting import Posting
from services.anomalies.service import Anomalies
from services.anomalies.timers import Timers
from services.anomalies.watch.results import Watching
from services.anomalies.watch.service import Watch
from services.budgets.service import Budgets
from services.charts.service import Charts
from services.clock import system_clock
from services.costs.rates import Rates
from services.costs.service import Costs
from services.digests.compose import Sources
from services.digests.service import Digests
from services.errors import ConfigurationError
from services.forecasts.service import Forecasts
from services.outbox.service import Outbox
from services.routes.service import Routes
from services.status.service import StatusOf
from services.summary.service import Summary
from services.upkeep.service import Upkeep
from storage.anomalies import Anomalies as AnomalyStore
from storage.budgets import BudgetStore
from storage.digests import Digests as DigestStore
from storage.model.digest import Part
from storage.outbox import Outbox as OutboxStore
from storage.roles import Roles
from storage.scenarios import ScenarioStore

if TYPE_CHECKING:
    from bot.app import Stores
    from bot.settings import Settings
    from services.access.service import Access
    from services.clock import Clock


def services_of(settings: Settings, stores: Stores, access: Access, clock: Clock) -> Services:
    """Every service of the house. Raises ConfigurationError for rates without a currency."""
    costs = Costs(stores.costs, stores.cost_threads, clock, rates=_rates(settings), week_start=settings.week_start_index)
    forecasts = Forecasts(costs.reader)
    status = StatusOf(stores.costs, costs, stores.cost_threads, clock, OutboxStore(stores.state))
    upkeep = Upkeep(stores.costs, stores.state, stores.state_threads, system_clock)
    outbox = Outbox(stores.state, stores.state_threads, clock)
    budgets = Budgets(
        BudgetStore(stores.state),
        ScenarioStore(stores.state),
        costs,
        stores.background,
        clock,
        outbox=outbox,
        generation=stores.costs.generation,
        names=access.name,
        forecasts=forecasts,
        year_start=settings.fiscal_year_start,
    )
    routes = Routes(stores.state, stores.background, access.directory, costs, clock, admins=admins_of(settings, stores, access))
    anomalies = _anomalies(settings, stores, access, clock, routes, outbox)
    sources = Sources(costs, forecasts, budgets, anomalies, clock)
    digests = Digests(stores.state, sources, outbox, stores.background, stores.costs.generation)
    return Services(
        costs=costs,
        charts=Charts(),
        access=access,
        status=status,
        upkeep=upkeep,
        outbox=outbox,
        forecasts=forecasts,
        budgets=budgets,
        summary=Summary(costs, forecasts, budgets),
        digests=digests,
        routes=routes,
        anomalies=anomalies,
        clock=clock,
    )


def _anomalies(settings: Settings, stores: Stores, access: Access, clock: Clock, routes: Routes, outbox: Outbox) -> Anomalies:
    """The watch and the desk over one store. The watch reads for seconds, so it has the threads of cost questions."""
    store = AnomalyStore(stores.state)
    watching = Watching(settings.watch, settings.high_from, _rates(settings), settings.owner)
    covers = partial(_covers, DigestStore(stores.state))
    posting = Posting(store, OutboxStore(stores.state), stores.background, routes, outbox.wake, covers=covers)
    watch = Watch(stores.costs, store, stores.cost_threads, clock, routes=routes, tell=posting.run, watching=watching)
    desk = Desk(
        store,
        stores.background,
        access,
        routes,
        clock,
        days=ChartDays(stores.costs, Background(stores.cost_threads)),
        judged=watch.judged,
        wake=outbox.wake,
        watching=watching,
    )
    timers = Timers(store, stores.background, routes, outbox.wake)
    return Anomalies(store, stores.background, watch, desk, posting, timers)


def _covers(digests: DigestStore, channel: str) -> bool:
    """Whether a digest that is sent tells of the anomalies of a channel."""
    there = (each for each in digests.all() if each.channel == channel and not each.paused)
    return any(Part.ANOMALIES in each.parts and not each.scope.is_limited for each in there)


def admins_of(settings: Settings, stores: Stores, access: Access) -> Admins:
    """Who is told what nobody else is. Those of the settings, also in the terminal, where the admin is nobody to write to."""
    return Admins(Roles(stores.state), access.directory, stores.background, settings.admins)


def _rates(settings: Settings) -> Rates:
    """The rate table, where one is set. Raises ConfigurationError."""
    if settings.rates is None:
        return Rates()
    if not settings.currency:
        raise ConfigurationError("TUPPENCE_RATES is set without TUPPENCE_CURRENCY.", "Say which currency the rates lead to.")
    return Rates.read(settings.rates.expanduser(), settings.currency)
