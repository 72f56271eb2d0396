"""Given letters, when they are queued, claimed and settled, then each row says what became of its message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from storage.migrations.state import migrations
from storage.model.letter import Delivery, Letter, LetterState
from storage.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    database = Database(tmp_path / "state.db", migrations)
    database.open()
    yield Outbox(database)
    database.close()


def test_what_is_queued_waits(outbox: Outbox) -> None:
    outbox.enqueue([Letter("alert:1", "anomalies.alert", {"id": "1"}, "C1")], NOW)
    assert outbox.find("alert:1") == Delivery("alert:1", LetterState.PENDING)
    assert outbox.find("alert:2") is None


def test_a_letter_without_a_place_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="a place"):
        Letter("alert:1", "anomalies.alert")
