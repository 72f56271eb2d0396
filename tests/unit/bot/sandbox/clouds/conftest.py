"""One ledger of three months for all tests of the local clouds, and a Cost Explorer over it that only answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.clouds.explorer.server import LocalExplorer
from bot.sandbox.ledger.generator import generate
from bot.sandbox.ledger.reader import connect
from tests.fakes.local_aws import explorer_client, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    from botocore.client import BaseClient

TODAY = date(2026, 3, 19)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ledger")
    generate(out, months=3, as_of=TODAY, seed=1, rows=40_000)
    return out


@pytest.fixture(scope="session")
def explorer(written: Path) -> Iterator[LocalExplorer]:
    with running(LocalExplorer(written, today=lambda: TODAY)) as started:
        yield started


@pytest.fixture(scope="session")
def ce(explorer: LocalExplorer) -> BaseClient:
    return explorer_client(explorer)


@pytest.fixture
def ledger(written: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(written) as connection:
        yield connection
