"""Given a home that others may be using, when the stores are opened, then they are up to date, or nobody's tables are touched."""

from __future__ import annotations

import json
import shutil
import threading
import time
from typing import TYPE_CHECKING

import pytest

from bot import stores
from bot.app import open_stores
from bot.settings import load_settings
from bot.stores import in_logs, opened_costs
from services.errors import ConfigurationError, StoreError
from storage.engines.base import Slice
from storage.home import HomeLock
from tests.fakes.bills import usage, write_csv
from tests.fakes.stores import ALWAYS, amounts, ask_lake, ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.settings import Settings

APP = {"app": ("application",)}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores")
    with opened_costs(load_settings(home=folder / "home")) as store:
        bill = [usage("5", Tags='{"application": "till"}'), usage("7", day="2025-04-02", Tags='{"team": "shop"}')]
        ingest(store, write_csv(folder / "aws.csv", bill))
    return folder / "home"


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "home")


def settings(home: Path, **tags: tuple[str, ...]) -> Settings:
    return load_settings(home=home, **({"tags": tags} if tags else {}))


def test_changed_tag_settings_are_answered_from_tables_made_for_them(home: Path) -> None:
    with opened_costs(settings(home, **APP)) as store:
        (answer,) = store.run(Slice(ALWAYS, by=("tag:app",)))
        assert answer.engine == "cube_tag"
        assert amounts(answer) == amounts(ask_lake(store, Slice(ALWAYS, by=("tag:app",))))
    with opened_costs(settings(home)) as store:
        assert store.generation() == 3


def test_the_bot_and_the_terminal_open_them_alike(home: Path) -> None:
    opened = open_stores(settings(home, **APP), in_logs)
    assert not opened.costs.is_outdated
    opened.close()


def test_tables_that_a_running_bot_uses_are_left_to_it(home: Path) -> None:
    opened = open_stores(settings(home))
    with pytest.raises(StoreError, match="other tag settings") as caught, opened_costs(settings(home, **APP)):
        pass
    assert "TUPPENCE_TAGS" in caught.value.remedy
    assert not opened.costs.is_outdated
    with opened_costs(settings(home)):
        pass
    opened.close()
    with opened_costs(settings(home, **APP)) as store:
        assert not store.is_outdated


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "PATIENCE", 1.0)


def test_of_two_that_start_at_once_one_makes_them_anew_and_both_work(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "PATIENCE", 30.0)
    found, everybody = [], threading.Barrier(3)

    def start() -> None:
        everybody.wait()
        with opened_costs(settings(home, **APP)) as store:
            found.append((store.is_outdated, store.generation()))
            everybody.wait()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [(False, 2)] * 3


def test_while_somebody_has_the_home_alone_nobody_opens_it(home: Path) -> None:
    lock = HomeLock(home)
    assert lock.take_alone()
    threading.Timer(0.3, lock.release).start()
    before = time.monotonic()
    with opened_costs(settings(home)):
        assert time.monotonic() - before > 0.2


def test_what_fails_to_open_lets_go_of_the_home(home: Path) -> None:
    (home / "cost.db").write_text("no database " * 100)
    with pytest.raises(StoreError), opened_costs(settings(home)):
        pass
    with pytest.raises(StoreError):
        open_stores(settings(home))
    assert HomeLock(home).take_alone()


def test_a_home_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(ConfigurationError, match="TUPPENCE_HOME"), opened_costs(settings(tmp_path / "file" / "home")):
        pass


def test_a_question_in_the_terminal_says_on_stderr_what_takes_so_long(
    home: Path, tuppence: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUPPENCE_HOME", str(home))
    monkeypatch.setenv("TUPPENCE_TAGS", "app=application")
    code, out, err = tuppence("cost", "by", "app", "2025-03", "--json", "--as-of", "2025-05-01")
    assert code == 0
    rows = {row["key"]["tag:app"]: row["amount"] for row in json.loads(out)["rows"]}
    assert rows["till"].startswith("5")
    assert "tag settings" in err
    assert tuppence("cost", "by", "app", "2025-03", "--json", "--as-of", "2025-05-01")[2] == ""


@pytest.fixture
def tuppence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the program; returns exit code, stdout, stderr."""
    from bot import cli  # noqa: PLC0415 - the other tests do without it

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["tuppence", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    return run
