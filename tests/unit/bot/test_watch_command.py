"""Given a bill, when somebody looks from the terminal, then the watch says what it judged, found, and could not judge."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.app import build
from bot.cli import app
from bot.settings import load_settings
from storage.anomalies import Anomalies
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.period import DAY, Period
from storage.model.tags import TagKeys
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


@pytest.mark.parametrize(
    ("tags", "owner"), [("squad=squad;env=env", "shop"), ("env=env;team=squad", "shop"), ("env=env;squad=squad", None)]
)
def test_whose_it_is_says_the_tag_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tags: str, owner: str | None
) -> None:
    """The team's where there is one, else the first that is named."""
    lines = {**USUAL, (WEB, EC2): changed(about("200"), (TENTH, TENTH, "600"))}
    bill = Bill(lines, columns={"Tags": '{"squad": "shop"}'})
    with opened(tmp_path / "home", TagKeys.parse(tags)) as store:
        ingest(store, write_csv(tmp_path / "aws.csv", bill.rows(Period.of_days(date(2026, 8, 1), TENTH))))
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TUPPENCE_TAGS", tags)
    said = CliRunner().invoke(app, ["watch", "--as-of", (TENTH + DAY).isoformat()])
    assert said.exit_code == 0, said.output
    with closing(Database(tmp_path / "home" / "state.db", migrations)) as database:
        database.open()
        (found,) = Anomalies(database).open_ones()
    assert found.cause is not None
    assert found.cause.owner == owner


def test_people_are_told_the_thresholds_that_count(tmp_path: Path) -> None:
    house = build(load_settings(home=tmp_path / "home", high_from=250, watch=("region",)))
    shown = {each.name: each.value for each in house.services.anomalies.desk.settings()}
    house.close()
    assert (shown["High"], shown["Watched"]) == ("from 250 a day", "service × account, region")
