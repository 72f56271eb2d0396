"""One small real bill, read in once; each scenario gets a copy of the home it made, and an office in each mode."""

from __future__ import annotations

import io
import json
import logging
import shutil
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.app import build
from bot.logs import configure_logs
from bot.settings import load_settings, variables
from services.ingest.service import Ingest
from tests.scenario.office import opened, write_bill

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.scenario.office import Office


@pytest.fixture(scope="session")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the bill was read into."""
    home, bill = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bill") / "focus.csv"
    write_bill(bill)
    house = build(load_settings(home=home))
    Ingest(house.stores.costs).run([bill])
    house.close()
    return home


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(read_home: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return shutil.copytree(read_home, tmp_path / "home")


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    """Both ways in."""
    found: str = request.param
    return found


@pytest.fixture
async def office(home: Path, mode: str) -> AsyncIterator[Office]:
    """The whole program, in one of the modes."""
    async with opened(home, mode) as office:
        yield office


@pytest.fixture
def log_lines() -> Iterator[list[dict[str, object]]]:
    """Every log line of the test, as the JSON lines of production have it."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers, root.level
    configure_logs("INFO", "json", stream)
    yield JsonLines(stream)
    root.handlers, root.level = before, level
    structlog.reset_defaults()


class JsonLines(list[dict[str, object]]):
    """Reads the stream anew each time it is looked at."""

    def __init__(self, stream: io.StringIO) -> None:
        super().__init__()
        self._stream = stream

    def __iter__(self) -> Iterator[dict[str, object]]:
        return iter([json.loads(line) for line in self._stream.getvalue().splitlines()])
