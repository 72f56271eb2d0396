"""How long a hundred people in Slack wait: from Enter to the acknowledgement, to the numbers, to the chart.

The bot is the program itself (`python -m bot run`, Socket Mode), over a store with a generated ledger in it. The local Slack and
the people are this process; each person has a channel of their own, as a question's answer is seen by its asker. Bars:
acknowledged p99 ≤ 150 ms and never over 1 s, numbers p95 ≤ 200 ms, chart p95 ≤ 1 s beside the time for which Slack itself looks
at an upload, no answer lost or doubled. By hand, from the root of the project, with the extra `dev`:

    PYTHONPATH=. python benchmarks/slack_load.py [--people 100] [--seconds 60] [--think 2] [--rows 200000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from random import Random
from socket import socket
from typing import TYPE_CHECKING

import aiohttp
import psutil
from measure import ledger, machine, middle, percentile
from rich.console import Console
from rich.table import Table

from bot.sandbox.slack.acts import words
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import BOT_USER, TEAM, seeded
from bot.sandbox.slack.server import LocalSlack
from bot.sandbox.slack.workspace import Channel, Person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from bot.sandbox.slack.workspace import Message, Workspace

ACK_P99, ACK_MOST, NUMBERS_P95, CHART_P95 = 150.0, 1000.0, 200.0, 1000.0
"""Milliseconds."""
PROGRAM = (sys.executable, "-m", "bot")
LOOK, CHART_LOOK, PATIENCE, CHART_PATIENCE = 0.004, 0.025, 15.0, 40.0
WARM_SECONDS, READY_SECONDS = 6.0, 60.0
WORKING = "Working on it…"
NATIVE, PICTURE = "data_visualization", "image"
PLAIN = (
    ("", 22),
    ("by service", 14),
    ("by account 30d", 8),
    ("by team", 8),
    ("by region", 4),
    ("by service vs last month", 6),
    ("by service for account={account}", 10),
    ("by account for service={service}", 8),
    ("by region for service={service} 30d", 6),
    ("movers", 5),
    ("bases", 3),
    ("summary by week", 6),
)
CHARTS = (
    ("chart by service", 4),
    ("chart by account last month", 3),
    ("trend", 4),
    ("trend 30d", 3),
    ("trend by service last month", 3),
    ("trend 90d for service={service}", 2),
    ("chart by service for account={account}", 3),
)
"""Words and how often they are said. Small series come with the numbers, as Slack's own charts; others are drawn and uploaded."""
CHART_EVERY = 5


@dataclass(slots=True)
class Seen:
    """What the people saw: milliseconds, and what went wrong."""

    acknowledged: list[float] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    charts: dict[str, list[float]] = field(default_factory=lambda: {NATIVE: [], PICTURE: []})
    asked: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    doubled: int = 0
    lag: float = 0.0
    cpu: Mapping[str, float] = field(default_factory=dict)
    memory: float = 0.0


@dataclass(frozen=True, slots=True)
class Names:
    """What there is to ask about."""

    account: tuple[str, ...]
    service: tuple[str, ...]
    chart_every: int

    def question(self, random: Random) -> tuple[str, bool]:
        """Words for a command, and whether a chart belongs to them."""
        has_chart = bool(self.chart_every) and random.randrange(self.chart_every) == 0
        said = CHARTS if has_chart else PLAIN
        (text,) = random.choices([each for each, _ in said], [weight for _, weight in said])
        return text.format(account=_some(self.account, random), service=f'"{_some(self.service, random)}"'), has_chart


def _some(names: Sequence[str], random: Random) -> str:
    """One of them, the large ones more often."""
    return names[int(random.random() ** 2 * len(names))]


# The company and the program.


def company(people: int) -> Workspace:
    """The demo's workspace with so many more people, each with a channel."""
    made = seeded(Manifest.read())
    for number in range(people):
        user, channel = f"U0LOAD{number:04d}", f"C0LOAD{number:04d}"
        made.people[user] = Person(user, f"load{number}", f"Person {number}", TEAM)
        made.channels[channel] = Channel(channel, f"of-{number}", {user, BOT_USER}, is_private=True)
    return made


def environment(home: Path, slack: LocalSlack | None = None, port: int = 0) -> dict[str, str]:
    """What the program is started with; nothing of ours leaks into it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TUPPENCE_"))}
    made = {**kept, "PYTHONPATH": str(Path(__file__).resolve().parent.parent), "TUPPENCE_HOME": str(home), "PORT": str(port)}
    if slack is None:
        return made
    keys = {"SLACK_BOT_TOKEN": slack.keys.bot, "SLACK_APP_TOKEN": slack.keys.app, "SLACK_API_URL": slack.api_url}
    return {**made, **keys, "SLACK_MODE": "socket", "LOG_LEVEL": "WARNING"}


def prepared(folder: Path, rows: int) -> Path:
    """A home with the ledger up to today in it, made once a day."""
    today = datetime.now(UTC).date()
    home = folder / f"home-{rows}-{today}"
    if not home.exists():
        for cloud in sorted(ledger(folder, rows, today).iterdir()):
            terminal(home, "ingest", str(cloud), "--json")
    return home


def terminal(home: Path, *arguments: str) -> str:
    """What a command prints."""
    run = subprocess.run([*PROGRAM, *arguments], env=environment(home), check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    return run.stdout


def names(home: Path, chart_every: int) -> Names:
    """The largest accounts and services of the bill."""

    def of(dimension: str) -> tuple[str, ...]:
        rows = json.loads(terminal(home, "cost", "by", dimension, "30d", "top", "20", "--json"))["rows"]
        return tuple(str(row["key"][dimension]) for row in rows if row["key"][dimension])

    return Names(of("account"), of("service"), chart_every)


@asynccontextmanager
async def program(home: Path, slack: LocalSlack) -> AsyncIterator[psutil.Process]:
    """The bot, ready; stopped at the end."""
    with socket() as some:
        some.bind(("127.0.0.1", 0))
        port = int(some.getsockname()[1])
    process = await asyncio.create_subprocess_exec(*PROGRAM, "run", env=environment(home, slack, port), stdout=subprocess.DEVNULL)
    try:
        await _until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_ready(url: str, process: asyncio.subprocess.Process) -> None:
    end = time.perf_counter() + READY_SECONDS
    async with aiohttp.ClientSession() as session:
        while process.returncode is None and time.perf_counter() < end:
            try:
                async with session.get(url) as answer:
                    if answer.status == HTTPStatus.OK:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    sys.exit("the bot did not start")


# The people.


@dataclass(slots=True)
class Crowd:
    """Everybody, and what they see."""

    slack: LocalSlack
    names: Names
    think: float
    end: float
    seen: Seen = field(default_factory=Seen)
    asked: Counter[str] = field(default_factory=Counter)
    watching: list[asyncio.Task[None]] = field(default_factory=list)

    async def person(self, number: int) -> None:
        """Think, ask, wait for the numbers, think again; the chart comes while they read."""
        random = Random(number)  # noqa: S311 - the same questions in each run
        while True:
            await asyncio.sleep(random.expovariate(1 / self.think))
            if time.perf_counter() > self.end:
                return
            await self.ask(number, *self.names.question(random))

    async def ask(self, number: int, text: str, has_chart: bool) -> None:  # noqa: FBT001 - as `question` gives it
        """One question, up to its numbers."""
        user, channel = f"U0LOAD{number:04d}", f"C0LOAD{number:04d}"
        place, begun = self.asked[channel], time.perf_counter()
        self.asked[channel] += 1
        self.seen.asked += 1
        answer = await words.run(self.slack.state, user, channel, f"/cost {text}".strip())
        if not answer["ok"]:
            self.seen.lost.append(f"{text}: {answer.get('error')}")
            self.asked[channel] -= 1
            return
        self.seen.acknowledged.append(_ms(begun))
        message = await self._until(channel, place, _is_answered, PATIENCE)
        if message is None:
            self.seen.lost.append(f"{text}: no answer")
            self.asked[channel] = len(self.slack.state.workspace.messages.get(channel, ()))
            return
        self.seen.numbers.append(_ms(begun))
        if "$" not in message.text:
            self.seen.wrong.append(f"{text}: {message.text[:100]}")
        elif has_chart:
            self.watching.append(asyncio.create_task(self._chart(message, text, begun)))

    async def _chart(self, message: Message, text: str, begun: float) -> None:
        """Until there is a chart in it, or it was changed to say why not."""
        end, first = time.perf_counter() + CHART_PATIENCE, message.blocks
        kind = _chart_of(message)
        while time.perf_counter() < end and not kind and message.blocks is first:
            await asyncio.sleep(CHART_LOOK)
            kind = _chart_of(message)
        if kind:
            self.seen.charts[kind].append(_ms(begun))
        else:
            self.seen.lost.append(f"{text}: no chart")

    async def _until(self, channel: str, place: int, look: Callable[[Message], bool], seconds: float) -> Message | None:
        """The message at that place of a conversation, once it looks so."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            messages = self.slack.state.workspace.messages.get(channel, ())
            if len(messages) > place and look(messages[place]):
                return messages[place]
            await asyncio.sleep(LOOK)
        return None

    def count(self) -> None:
        """Whatever stands there more than once."""
        messages = self.slack.state.workspace.messages
        self.seen.doubled += sum(max(0, len(messages.get(channel, ())) - asked) for channel, asked in self.asked.items())

    async def watch(self, every: float = 0.01) -> None:
        """How late a timer of ours rings: what that adds is not the bot's."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(every)
            self.seen.lag = max(self.seen.lag, _ms(begun) - every * 1000)


def _ms(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def _is_answered(message: Message) -> bool:
    return message.text != WORKING


def _chart_of(message: Message) -> str:
    """The kind of chart in it, "" without one."""
    return next((block["type"] for block in message.blocks if block["type"] in {NATIVE, PICTURE}), "")


async def load(home: Path, found: Names, options: argparse.Namespace) -> Seen:
    """Everybody for so long, after everybody has asked once and the program has settled."""
    async with LocalSlack(workspace=company(options.people)) as slack, program(home, slack) as process:
        warm = Crowd(slack, found, options.think, 0.0)
        await asyncio.sleep(WARM_SECONDS)
        for number in range(options.people):
            await warm.ask(number, *found.question(Random(number)))  # noqa: S311 - repeatable
        await asyncio.gather(*warm.watching)
        crowd = Crowd(slack, found, options.think, time.perf_counter() + options.seconds, asked=warm.asked)
        watching, begun = asyncio.create_task(crowd.watch()), time.perf_counter()
        used = _used(process)
        await asyncio.gather(*(crowd.person(number) for number in range(options.people)))
        crowd.seen.cpu = {name: (now - used[name]) / (time.perf_counter() - begun) for name, now in _used(process).items()}
        crowd.seen.memory = process.memory_info().rss / 2**20
        await asyncio.gather(*crowd.watching)
        await asyncio.sleep(2)
        watching.cancel()
        crowd.count()
        return crowd.seen


def _used(process: psutil.Process) -> dict[str, float]:
    """Processor seconds so far."""
    return {"bot": sum(process.cpu_times()[:2]), "Slack and people": time.process_time()}


# What is shown.


def show(console: Console, seen: Seen, processing: float) -> None:
    """A row for each thing that was waited for."""
    chart = CHART_P95 + processing * 1000
    table = Table("from Enter to …, ms", "times", "p50", "p95", "p99", "max", "bar", box=None)
    is_quick = percentile(seen.acknowledged, 0.99) <= ACK_P99 and max(seen.acknowledged) <= ACK_MOST
    add(table, "acknowledged", seen.acknowledged, is_quick, f"p99 ≤ {ACK_P99:.0f}, none over {ACK_MOST:.0f}")
    add(table, "numbers in place", seen.numbers, percentile(seen.numbers, 0.95) <= NUMBERS_P95, f"p95 ≤ {NUMBERS_P95:.0f}")
    for name, kind in {"chart in place, Slack's own": NATIVE, "chart in place, drawn and uploaded": PICTURE}.items():
        took = seen.charts[kind]
        is_kept = not took or percentile(took, 0.95) <= chart
        add(table, name, took, is_kept, f"p95 ≤ {CHART_P95:.0f} + Slack's {processing * 1000:.0f}")
    console.print(table)
    is_whole = not (seen.lost or seen.doubled or seen.wrong)
    console.print(
        f"  {seen.asked} questions; {len(seen.lost)} lost, {seen.doubled} doubled, {len(seen.wrong)} not understood or refused: "
        f"{'kept' if is_whole else 'MISSED'}"
    )
    shares = ", ".join(f"{name} {share:.0%}" for name, share in seen.cpu.items())
    console.print(
        f"  of one processor: {shares}; the bot has {seen.memory:.0f} MB; our own timers late by {seen.lag:.0f} ms at most; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    for each, times in Counter([*seen.lost, *seen.wrong]).most_common(8):
        console.print(f"  {times} × {each}")


def add(table: Table, name: str, took: Sequence[float], is_kept: bool, bar: str) -> None:  # noqa: FBT001 - a column
    """One row."""
    shown = (middle(took), *(percentile(took, share) for share in (0.95, 0.99)), max(took)) if took else ()
    cells = [f"{value:.0f}" for value in shown] or ["–"] * 4
    table.add_row(name, str(len(took)), *cells, f"{bar}: {'kept' if is_kept else 'MISSED'}")


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description="How long a hundred people in Slack wait.")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=2.0)
    parser.add_argument("--chart-every", type=int, default=CHART_EVERY, help="one question in so many has a chart; 0: none")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, help="a folder for the ledger and the store, which are used again if they are there")
    options = parser.parse_args()
    console = Console(width=130)
    with tempfile.TemporaryDirectory(prefix="tuppence-bench-") as folder:
        home = prepared(options.keep or Path(folder), options.rows)
        found = names(home, options.chart_every)
        console.print(f"{options.people} people who think {options.think:g} s, for {options.seconds:g} s: {machine()}")
        seen = asyncio.run(load(home, found, options))
        show(console, seen, Limits().processing)


if __name__ == "__main__":
    main()
