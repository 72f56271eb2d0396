"""Given a bill, when somebody looks from the terminal, then the watch says what it judged, found, and could not judge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli import app
from storage.model.period import DAY, Period
from tests.fakes.bills import WEB, write_csv
from tests.fakes.stores import ingest, opened
from tests.fakes.watched import EC2, USUAL, Bill, about, changed

if TYPE_CHECKING:
    from pathlib import Path

TENTH = date(2026, 11, 10)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spike on the tenth, which is the last day of the bill."""
    bill = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, TENTH, "600"))})
    with opened(tmp_path / "home") as store:
        ingest(store, write_csv(tmp_path / "aws.csv", bill.rows(Period.of_days(date(2026, 8, 1), TENTH))))
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TUPPENCE_WATCH", "tag:shop")
    return tmp_path / "home"


@pytest.mark.usefixtures("home")
def test_what_was_judged_and_found_and_what_was_not() -> None:
    said = CliRunner().invoke(app, ["watch", "--as-of", (TENTH + DAY).isoformat()])
    assert said.exit_code == 0, said.output
    assert "34 series, complete through 10 Nov 2026: 1 opened, 0 brought up to date." in said.output
    assert "Not watched: tag:shop: no table has its days; see TUPPENCE_TAGS." in said.output
    again = CliRunner().invoke(app, ["watch", "--as-of", (TENTH + DAY).isoformat()])
    assert ": 0 opened, 0 brought up to date." in again.output
