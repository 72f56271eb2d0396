"""A stranger with an AWS SDK: boto3 that knows nothing of the sandbox but what AWS's own variables say."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bot.sandbox.clouds.inventory.process import LocalInventory

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping

    from botocore.client import BaseClient

    from bot.sandbox.clouds.explorer.server import LocalExplorer

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


class Service(Protocol):
    """What can be started and stopped."""

    async def start(self) -> None:
        """Be there."""

    async def stop(self) -> None:
        """Be gone."""


S = TypeVar("S", bound=Service)


@dataclass
class Loop:
    """An event loop beside the test, so that what blocks in the test does not stop what it asks."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self.loop.run_forever, name="local-clouds")
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait in the test for what is done in the loop."""
        asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    def stop(self) -> None:
        """End the loop and its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@contextmanager
def running(service: S) -> Iterator[S]:
    """Start a service in a loop of its own, and stop it."""
    loop = Loop()
    try:
        loop.run(service.start())
        try:
            if isinstance(service, LocalInventory):
                loop.run(service.stocked())
            yield service
        finally:
            loop.run(service.stop())
    finally:
        loop.stop()


def client(environment: Mapping[str, str], service: str, *, attempts: int = 1) -> BaseClient:
    """A client that finds its endpoint and its credentials in the environment and nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return boto3.session.Session().client(service, config=Config(retries={"total_max_attempts": attempts}))


def explorer_client(explorer: LocalExplorer, *, attempts: int = 1) -> BaseClient:
    return client({**CREDENTIALS, "AWS_ENDPOINT_URL_COST_EXPLORER": explorer.url}, "ce", attempts=attempts)


def period(start: str, end: str) -> dict[str, str]:
    return {"Start": start, "End": end}


def usage(ce: BaseClient, start: str, end: str, *groups: str, **asked: object) -> dict[str, Any]:
    """GetCostAndUsage by month, unless it says otherwise; groups read `SERVICE` or `TAG team`."""
    by = [{"Type": "TAG", "Key": g.split()[1]} if g.startswith("TAG ") else {"Type": "DIMENSION", "Key": g} for g in groups]
    defaults = {"Granularity": "MONTHLY", "Metrics": ["UnblendedCost"]}
    grouped = {"GroupBy": by} if by else {}
    return dict(ce.get_cost_and_usage(**{"TimePeriod": period(start, end), **defaults, **grouped, **asked}))


def refusal(ask: Callable[[], object]) -> tuple[str, str]:
    """Code and sentence of the error that a question meets."""
    with pytest.raises(ClientError) as raised:
        ask()
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]
