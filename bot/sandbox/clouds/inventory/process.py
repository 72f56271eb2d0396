"""Starts and stops the process in which moto runs, from async code."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bot

if TYPE_CHECKING:
    from datetime import date

_STARTED_WITHIN, _GONE_WITHIN = 60.0, 5.0
_TAIL = 2000


class NoInventoryError(Exception):
    """The process ended, or was not ready in time; the last of what it wrote is in the sentence."""


@dataclass(slots=True)
class LocalInventory:
    """moto, stocked from the ledger in a folder as things stand on a day."""

    ledger: Path
    today: date
    url: str = ""
    resources: int = 0
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until everything stands in it. Raises NoInventoryError."""
        with tempfile.TemporaryFile() as errors:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.sandbox.clouds.inventory", str(self.ledger), self.today.isoformat()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env=_environment(),
            )
            said = await self._said(self._process)
            if not said:
                await self.stop()
                errors.seek(0)
                text = errors.read().decode(errors="replace")[-_TAIL:]
                msg = f"the local inventory did not start:\n{text}"
                raise NoInventoryError(msg)
        self.url, self.resources = f"http://127.0.0.1:{said['port']}", said["resources"]

    async def stop(self) -> None:
        """End its input, wait, and insist."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _GONE_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()

    @staticmethod
    async def _said(process: asyncio.subprocess.Process) -> dict[str, Any]:
        """The line it writes when it is ready; empty when it ended, or takes too long."""
        if process.stdout is None:
            return {}
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _STARTED_WITHIN)
        except TimeoutError:
            return {}
        return dict(json.loads(line)) if line else {}


def _environment() -> dict[str, str]:
    """All that the process may know: nobody's credentials, proxies or profile go with it."""
    return {
        "PYTHONPATH": str(Path(bot.__file__).parents[1]),
        "PYTHONWARNINGS": "ignore",
        "AWS_EC2_METADATA_DISABLED": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }
