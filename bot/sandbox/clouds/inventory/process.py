"""Starts and stops the process in which moto runs, from async code."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import bot

if TYPE_CHECKING:
    from datetime import date

LOOPBACK = "127.0.0.1"
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
    _errors: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    async def start(self) -> None:
        """Start it; from now on `url` is where it will be. `stocked` waits until everything stands in it."""
        port = _free_port()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.sandbox.clouds.inventory", str(self.ledger), self.today.isoformat(), str(port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
        )
        self.url = f"http://{LOOPBACK}:{port}"

    async def stocked(self) -> None:
        """Wait until everything stands in it. Raises NoInventoryError."""
        said = await self._said(self._process) if self._process else {}
        if not said:
            self._errors.seek(0)
            text = self._errors.read().decode(errors="replace")[-_TAIL:]
            await self.stop()
            msg = f"the local inventory did not start:\n{text}"
            raise NoInventoryError(msg)
        self.resources = said["resources"]

    async def stop(self) -> None:
        """End its input, wait, and insist."""
        self._errors.close()
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


def _free_port() -> int:
    """A port that nobody listens on. Chosen here, so that others can be told of it before moto is up, which takes seconds."""
    with socket.socket() as some:
        some.bind((LOOPBACK, 0))
        return int(some.getsockname()[1])


def _environment() -> dict[str, str]:
    """All that the process may know: nobody's credentials, proxies or profile go with it."""
    return {
        "PYTHONPATH": str(Path(bot.__file__).parents[1]),
        "PYTHONWARNINGS": "ignore",
        "AWS_EC2_METADATA_DISABLED": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }
