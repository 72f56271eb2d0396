"""The company's store, filled once: every question only reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes import company
from tests.fakes.desk import Desk, desk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """AWS and Azure bills of autumn 2026, asked about on the 22nd of November."""
    with desk(tmp_path_factory.mktemp("company"), {"aws": company.aws(), "azure": company.azure()}) as found:
        yield found
