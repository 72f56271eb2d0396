"""Processes that send letters, to be stopped and killed: each a fork of one that has imported everything, so it starts at once.

A sender is the scheduler, the pump and the outbox as the program has them, on one home, with leases of less than a second. It can
be told to die at a step of its own; whoever started it may stop or kill it whenever they like.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import configure_logs
from bot.sandbox.slack.seed import ADMIN, BOT
from bot.scheduler import Scheduler
from handlers.blocks.build import section
from handlers.feature import Feature, Job
from handlers.outbound.audience import Audience
from handlers.outbound.outbox import Pump
from handlers.outbound.patience import Lanes
from handlers.outbound.pictures import Uploads
from handlers.outbound.post_office import PostOffice, impatient
from handlers.outbound.routes import Wire
from handlers.outbound.work import Work
from handlers.outbox import letters
from handlers.request import Reply
from services import Services
from services.access.admins import Admins
from services.access.background import Background
from services.access.directory import LocalDirectory
from services.clock import system_clock
from services.outbox.sending import Sending
from services.outbox.service import Outbox
from storage.claims import Claims
from storage.database import Database
from storage.jobs import Jobs
from storage.migrations.state import migrations
from storage.model.letter import Letter
from storage.roles import Roles
from tests.fakes.correspondence import anybody

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from multiprocessing.process import BaseProcess

    from storage.model.letter import Claim, Settled

JOB = "news.digest"
STEPS = ("taken", "begun", "answered", "settled")


@dataclass(frozen=True)
class Orders:
    """What a sender is told.

    `die_at`: one of STEPS; `writes`: seconds it takes to put a letter into words; `posts_to`: where its job, which is due every
    minute, posts a digest; `lease` and `expiry` in seconds.
    """

    home: str
    api_url: str
    token: str
    die_at: str = ""
    writes: float = 0.0
    posts_to: str = ""
    lease: float = 0.6
    expiry: float = 0.6


class DyingClaims(Claims):
    """Claims whose process dies right after a step, as by SIGKILL from outside."""

    def __init__(self, database: Database, die_at: str) -> None:
        super().__init__(database)
        self._die_at = die_at

    def take(self, owner: str, hands: Collection[str], most: int, **moments: Any) -> tuple[Claim, ...]:  # noqa: ANN401 - Claims'
        """As it is."""
        taken = super().take(owner, hands, most, **moments)
        self._reached("taken" if taken else "")
        return taken

    def begin(self, claim: Claim, place: str, now: datetime) -> bool:
        """As it is."""
        begun = super().begin(claim, place, now)
        self._reached("begun")
        return begun

    def settle(self, claim: Claim, to: Settled, now: datetime, also: Iterable[Letter] = ()) -> bool:
        """As it is."""
        self._reached("answered")
        settled = super().settle(claim, to, now, also)
        self._reached("settled")
        return settled

    def _reached(self, step: str) -> None:
        if step and step == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def start(orders: Orders) -> BaseProcess:
    """Start a sender; whoever does ends it with `kill`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_main, args=(orders,), daemon=True)
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    """SIGKILL, also for one that is stopped."""
    process.kill()
    process.join(5)


def _main(orders: Orders) -> None:
    with (Path(orders.home) / f"{os.getpid()}.log").open("w", encoding="utf-8") as log:
        configure_logs("INFO", "json", log)
        asyncio.run(_send(orders))


async def _send(orders: Orders) -> None:
    database = Database(Path(orders.home) / "state.db", migrations)
    database.open()
    executor = ThreadPoolExecutor(4)
    outbox = Outbox(database, executor, system_clock)
    services = Services(**{each.name: None for each in fields(Services)} | {"outbox": outbox, "clock": system_clock})  # type: ignore[arg-type]  # unused
    jobs = [Job(JOB, "* * * * *", _digest(orders.posts_to))] if orders.posts_to else []
    lease = timedelta(seconds=orders.lease)
    background = Background(executor)
    scheduler = Scheduler(jobs, services, Jobs(database), background, system_clock, lease=lease, renew_seconds=orders.lease / 3)
    await scheduler.start()
    _pump(orders, services, database, background, scheduler.owner).start()
    await asyncio.Event().wait()


def _pump(orders: Orders, services: Services, database: Database, background: Background, owner: str) -> Pump:
    client = AsyncWebClient(orders.token, base_url=orders.api_url)
    lanes, work = Lanes(), Work()
    once = Wire(impatient(client), lanes, asyncio.sleep)
    expiry = timedelta(seconds=orders.expiry)
    claims, admins = DyingClaims(database, orders.die_at), Admins(Roles(database), LocalDirectory(), background, (ADMIN,))
    office = PostOffice(
        kinds={name: kind for each in (letters.feature, _news(orders.writes)) for name, kind in each.letters.items()},
        services=services,
        sending=Sending(claims, background, owner, system_clock, system_clock, admins, expiry, expiry),
        wire=once,
        uploads=Uploads(Wire(client, lanes, asyncio.sleep)),
        audience=Audience(once.client),
        work=work,
        admit=anybody,
        bot=BOT,
        count=lambda _: None,
    )
    return Pump(office, look=0.05)


def _news(seconds: float) -> Feature:
    feature = Feature("news")

    async def write(_: Services, args: Mapping[str, str]) -> Reply:
        await asyncio.sleep(seconds)
        return Reply(args["id"], blocks=(section(args["id"]),))

    feature.letter("alert", repeats=True)(write)
    feature.letter("digest", repeats=False)(write)
    return feature


def _digest(channel: str) -> Any:  # noqa: ANN401 - a job's function
    async def digest(services: Services) -> None:
        await services.outbox.post(Letter("digest", "news.digest", {"id": "digest"}, channel))

    return digest
