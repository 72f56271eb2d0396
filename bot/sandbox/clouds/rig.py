"""All local clouds at once, and the environment that leads the deployed code to them."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.clouds.explorer.server import LocalExplorer
from bot.sandbox.clouds.inventory.process import LocalInventory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import date
    from pathlib import Path

_NOT_THERE = ("PRICING", "SAVINGSPLANS", "COST_OPTIMIZATION_HUB", "BCM_DATA_EXPORTS", "COMPUTE_OPTIMIZER")
"""What moto answers with a page of HTML and status 500, which reads as "AWS is down". Here it is refused in JSON."""


@dataclass(frozen=True, slots=True)
class LocalClouds:
    """What runs. `inventory` is None where it was not asked for."""

    explorer: LocalExplorer
    inventory: LocalInventory | None

    @property
    def environment(self) -> dict[str, str]:
        """AWS's own variables, for the process that shall talk to these clouds: set them before it makes its first client.

        They name every endpoint, so nothing can reach the real AWS by accident, and no profile or key of the person who runs
        it is read. A variable AWS_PROFILE would still be obeyed: remove it.
        """
        return {
            "AWS_ENDPOINT_URL": self.inventory.url if self.inventory else self.explorer.url,
            "AWS_ENDPOINT_URL_COST_EXPLORER": self.explorer.url,
            **{f"AWS_ENDPOINT_URL_{service}": self.explorer.url for service in _NOT_THERE},
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }


@asynccontextmanager
async def local_clouds(
    ledger: Path, today: Callable[[], date], *, inventory: bool = True, stocked: bool = True
) -> AsyncIterator[LocalClouds]:
    """Start them over the ledger in a folder; stop them on the way out.

    Raises FileNotFoundError where there is no ledger, NoInventoryError where moto does not start. Cost Explorer takes part of
    a second, the inventory some seconds: whoever is in a hurry does not wait until it is `stocked`.
    """
    async with AsyncExitStack() as stack:
        explorer = LocalExplorer(ledger, today)
        stack.push_async_callback(explorer.stop)
        await explorer.start()
        stock = LocalInventory(ledger, today()) if inventory else None
        if stock:
            stack.push_async_callback(stock.stop)
            await stock.start()
            if stocked:
                await stock.stocked()
        yield LocalClouds(explorer, stock)
