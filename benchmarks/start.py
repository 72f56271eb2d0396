"""How long the program takes to be ready, how much memory it rests in, and how long a terminal question takes.

The bot runs in HTTP mode against the local Slack of the tests, over a store with a generated ledger in it. Bars: ready within
2 s, 180 MB or less at rest, once the charts are warm. By hand, from the root of the project, with the extra `dev`:

    PYTHONPATH=. python benchmarks/start.py [--times 7] [--rows 200000]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from socket import socket

import aiohttp
import psutil
from measure import AS_OF, ledger, machine, middle
from rich.console import Console
from rich.table import Table

from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, FakeSlack

READY_SECONDS, IDLE_MB = 2.0, 180.0
POLL_SECONDS, REST_SECONDS = 0.01, 8.0
PROGRAM = (sys.executable, "-m", "bot")


@dataclass(slots=True)
class Seen:
    """Of each start: seconds until /readyz says so, of those on the processor, MB then and at rest."""

    ready: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    at_first: list[float] = field(default_factory=list)
    at_rest: list[float] = field(default_factory=list)


async def start(environment: dict[str, str], port: int, seen: Seen) -> None:
    """Start the bot, wait until it is ready, let it warm up and rest, stop it."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "run", env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    about = psutil.Process(process.pid)
    try:
        await _until_ready(f"http://127.0.0.1:{port}/readyz", process)
        seen.ready.append(time.perf_counter() - begun)
        seen.cpu.append(sum(about.cpu_times()[:2]))
        seen.at_first.append(about.memory_info().rss / 2**20)
        await asyncio.sleep(REST_SECONDS)
        seen.at_rest.append(about.memory_info().rss / 2**20)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(url) as answer:
                    if answer.status == HTTPStatus.OK:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(POLL_SECONDS)
    sys.exit("the bot did not start")


def terminal(environment: dict[str, str], words: tuple[str, ...], times: int) -> list[float]:
    """Seconds that a command takes, from the shell's point of view."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([*PROGRAM, *words], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        took.append(time.perf_counter() - begun)
    return took


def settings(home: Path, port: int, api: str) -> dict[str, str]:
    """The environment of the bot: ours, with everything it needs."""
    return {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "TUPPENCE_HOME": str(home),
        "SLACK_MODE": "http",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": api,
        "PORT": str(port),
    }


def free_port() -> int:
    """A port nobody listens on."""
    with socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


async def starts(home: Path, times: int) -> Seen:
    """Several starts, one after the other."""
    seen = Seen()
    async with FakeSlack() as slack:
        for _ in range(times):
            port = free_port()
            await start(settings(home, port, slack.api_url), port, seen)
    return seen


def show(console: Console, seen: Seen, commands: dict[str, list[float]]) -> None:
    """One table."""
    table = Table("what", "median", "best", "worst", "bar", box=None)
    rows = {
        f"ready, s (≤ {READY_SECONDS:.0f})": (seen.ready, READY_SECONDS),
        "of which on the processor, s": (seen.cpu, None),
        "memory when ready, MB": (seen.at_first, None),
        f"memory at rest, MB (≤ {IDLE_MB:.0f})": (seen.at_rest, IDLE_MB),
        **{f"`tuppence {name}`, s": (took, None) for name, took in commands.items()},
    }
    for name, (values, bar) in rows.items():
        kept = "" if bar is None else "kept" if middle(values) <= bar else "MISSED"
        table.add_row(name, *(f"{value:.2f}" for value in (middle(values), min(values), max(values))), kept)
    console.print(table)


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description="How long the program takes to be ready.")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory(prefix="tuppence-bench-") as folder:
        work = Path(folder)
        bills, home = ledger(work, options.rows), work / "home"
        environment = settings(home, 0, "")
        for cloud in sorted(bills.iterdir()):
            terminal(environment, ("ingest", str(cloud), "--json"), 1)
        console.print(machine())
        seen = asyncio.run(starts(home, options.times))
        as_of = ("--as-of", AS_OF.isoformat())
        commands = {
            "--help": terminal(environment, ("--help",), options.times),
            "cost": terminal(environment, ("cost", *as_of), options.times),
            "cost by service": terminal(environment, ("cost", "by", "service", *as_of), options.times),
        }
        show(console, seen, commands)


if __name__ == "__main__":
    main()
