"""Given an installation in any state, when the doctor looks, then each thing is one line that says what to do."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import cli
from bot.doctor import examine
from bot.doctor.bills import Findings
from bot.doctor.check import Check, State
from bot.doctor.slack import clock_check
from bot.manifest import manifest_scopes
from bot.settings import variables
from handlers.feature import load_features
from services.clock import fixed_clock
from storage import swap
from storage.home import HomeLock
from storage.jobs import Jobs, Outcome
from tests.fakes.bills import usage, write_csv
from tests.fakes.homes import state
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with forty days of one source, complete through yesterday."""
    folder = tmp_path_factory.mktemp("doctor")
    days = [NOW.date() - timedelta(days=back) for back in range(1, 41)]
    with state(folder / "home"), opened(folder / "home") as store:
        ingest(store, write_csv(folder / "aws.csv", [usage(day=day.isoformat()) for day in days]))
    with closing(sqlite3.connect(folder / "home" / "cost.db")) as connection, connection:
        connection.execute("UPDATE ingests SET finished_at = ?", (NOW.isoformat(),))
    (folder / "home").chmod(0o700)
    return folder / "home"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = shutil.copytree(template, tmp_path / "home")
    monkeypatch.setenv("TUPPENCE_HOME", str(copy))
    return copy


async def look(now: datetime = NOW) -> dict[str, Check]:
    """What the doctor finds, by name; of several with one name, the worst."""
    order = list(State)
    return {check.name: check for check in sorted(await examine(fixed_clock(now)), key=lambda each: order.index(each.state))}


def is_wrong(check: Check, *words: str) -> None:
    assert check.state is State.WRONG, check
    assert [word for word in words if word not in f"{check.sentence} {check.remedy}"] == []
    assert check.remedy


def is_warning(check: Check, *words: str) -> None:
    assert check.state is State.WARNING, check
    assert [word for word in words if word not in f"{check.sentence} {check.remedy}"] == []
    assert check.remedy


async def test_a_home_in_order_is_well_in_every_line() -> None:
    checks = await look()
    assert {name for name, check in checks.items() if check.state is not State.OK} == {"slack"}
    assert set(checks) == {
        *("program", "settings", "home", "disk", "state.db", "jobs", "cost.db", "lake", "sums", "tables", "rows", "freshness"),
        *("rates", "slack", "clock"),
    }
    assert "40 charges" in checks["sums"].sentence
    assert "21 Nov 2026" in checks["freshness"].sentence
    is_warning(checks["slack"], "No token is set")


def contents(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.rglob("*") if path.suffix in (".db", ".parquet")}


async def test_looking_changes_nothing(home: Path) -> None:
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = json_set(value, '$.usage', 'other') WHERE key = 'layout'")
    before = contents(home)
    is_warning((await look())["tables"], "next start")
    assert contents(home) == before


async def test_nothing_is_made_where_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "nowhere"))
    checks = await look()
    is_warning(checks["home"], "does not exist yet")
    assert checks["clock"].state is State.NOT_CHECKED
    assert not (tmp_path / "nowhere").exists()


async def test_a_home_without_a_bill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "empty"))
    (tmp_path / "empty").mkdir()
    is_warning((await look())["bills"], "tuppence ingest")
    with opened(tmp_path / "empty"):
        pass
    is_warning((await look())["bills"], "tuppence ingest")


# Settings


async def test_a_misspelt_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUPPENCE_TAG", "team=team")
    is_warning((await look())["settings"], "TUPPENCE_TAG", "TUPPENCE_TAGS")


async def test_a_wrong_setting_ends_it_with_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    checks = await look()
    is_wrong(checks["settings"], "PORT")
    assert set(checks) == {"program", "settings"}


async def test_rates(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "rates.csv"
    table.write_text("currency,from,rate\nGBP,2026-01-01,1.3\n")
    monkeypatch.setenv("TUPPENCE_RATES", str(table))
    is_wrong((await look())["rates"], "TUPPENCE_CURRENCY")
    monkeypatch.setenv("TUPPENCE_CURRENCY", "EUR")
    is_warning((await look())["rates"], "no rate for USD", "rates.csv")
    monkeypatch.setenv("TUPPENCE_CURRENCY", "USD")
    assert (await look())["rates"].state is State.OK
    table.write_text("currency,from,rate\nGBP,someday,1.3\n")
    is_wrong((await look())["rates"], "rates.csv")
    monkeypatch.delenv("TUPPENCE_RATES")
    with opened(home) as store:
        ingest(store, write_csv(tmp_path / "eu.csv", [usage(BillingCurrency="EUR")]), source="eu")
    assert "EUR, USD are kept apart" in (await look())["rates"].sentence


# The home


async def test_a_home_that_others_can_read(home: Path) -> None:
    home.chmod(0o755)  # noqa: ASYNC240 - a folder of the test
    is_warning((await look())["home"], "chmod 700")


async def test_a_home_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("a file")
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "file"))
    is_wrong((await look())["home"], "not a folder")


@pytest.mark.parametrize(("free", "state"), [(50 * 2**20, State.WRONG), (500 * 2**20, State.WARNING), (2**40, State.OK)])
async def test_the_disk(home: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    usage_of = shutil.disk_usage(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type(usage_of)(usage_of.total, usage_of.used, free))
    assert (await look())["disk"].state is state


async def test_a_restore_that_was_cut_off(home: Path) -> None:
    (home / swap.FOLDER).mkdir()
    (home / swap.FOLDER / swap.NOTE).write_text("cost.db")
    checks = await look()
    is_warning(checks["home"], "cut off", "next start")
    assert checks["stores"].state is State.NOT_CHECKED
    assert (home / swap.FOLDER / swap.NOTE).exists()


async def test_a_home_that_is_being_rebuilt(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doctor.bills.PATIENCE", 0.1)
    lock = HomeLock(home)
    assert lock.take_alone()
    checks = await look()
    assert checks["stores"].state is State.NOT_CHECKED
    assert "rebuilt" in checks["stores"].sentence
    lock.release()


# The stores


@pytest.mark.parametrize("name", ["state.db", "cost.db"])
async def test_a_database_that_is_none(home: Path, name: str) -> None:
    (home / name).write_text("no database " * 100)
    is_wrong((await look())[name], "not a database", "restore")


@pytest.mark.parametrize("name", ["state.db", "cost.db"])
async def test_a_database_of_a_newer_version(home: Path, name: str) -> None:
    with closing(sqlite3.connect(home / name)) as connection:
        connection.execute("PRAGMA user_version = 99")
    is_wrong((await look())[name], "newer version")


async def test_a_database_of_an_older_version_is_left_so(home: Path) -> None:
    with closing(sqlite3.connect(home / "state.db")) as connection, connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0002_jobs'")
    checks = await look()
    is_warning(checks["state.db"], "older version", "backup")
    assert "jobs" not in checks


async def test_rows_that_refer_to_nothing(home: Path) -> None:
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        connection.execute("DELETE FROM sources")
    is_wrong((await look())["cost.db"], "damaged", "tuppence restore")


async def test_a_lake_file_that_is_gone(home: Path) -> None:
    with opened(home) as store:
        part = store.catalog().parts[0]
    (home / "lake" / part.file).unlink()
    is_wrong((await look())["lake"], part.file, f"Ingest the bill of aws {part.month:%Y-%m} again")


async def test_tables_that_disagree(home: Path) -> None:
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        connection.execute("UPDATE cube_service SET effective = effective + 1")
    is_wrong((await look())["sums"], "cube_service", "tuppence restore")


async def test_other_tag_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUPPENCE_TAGS", "app=application")
    checks = await look()
    is_warning(checks["tables"], "other tag settings")
    assert (checks["sums"].state, checks["freshness"].state) == (State.OK, State.OK)


async def test_rows_that_were_left_out(home: Path, tmp_path: Path) -> None:
    with opened(home) as store:
        ingest(store, write_csv(tmp_path / "bad.csv", [usage("1"), usage("no number")]), source="bad\x1b[31m", accept_bad=True)
    is_warning((await look())["rows"], "1 of 2")


async def test_a_bill_that_is_late() -> None:
    is_warning((await look(NOW + timedelta(days=9)))["freshness"], "aws is late", "21 Nov 2026")


async def test_a_job_that_failed_or_was_lost(home: Path) -> None:
    with state(home) as database:
        jobs = Jobs(database)
        jobs.take("a", NOW, timedelta(minutes=1))
        jobs.begin("home.digest", NOW, "a", NOW)
        jobs.finish("home.digest", NOW, Outcome.DONE, NOW)
    assert "home.digest" in (await look())["jobs"].sentence
    with state(home) as database:
        Jobs(database).finish("home.digest", NOW, Outcome.FAILED, NOW, "The disk is full.")
    is_warning((await look())["jobs"], "home.digest", "The disk is full.")


# Slack


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as each:
        monkeypatch.setenv("SLACK_API_URL", each.api_url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
        monkeypatch.setenv("SLACK_APP_TOKEN", APP_TOKEN)
        yield each


async def test_tokens_that_slack_takes(slack: FakeSlack) -> None:
    checks = await look(datetime.now(UTC))
    assert (checks["slack"].state, checks["socket"].state) == (State.OK, State.OK)
    assert "Fake & Sons" in checks["slack"].sentence
    assert checks["scopes"].state is State.NOT_CHECKED
    assert checks["clock"].state is State.OK
    assert "Slack" in checks["clock"].sentence
    assert [call.method for call in slack.calls] == ["auth.test", "apps.connections.open"]


async def test_a_token_that_slack_refuses(slack: FakeSlack) -> None:
    slack.fail("auth.test", error="token_revoked")
    is_wrong((await look())["slack"], "revoked", "SLACK_BOT_TOKEN")


async def test_an_app_token_that_slack_refuses(slack: FakeSlack) -> None:
    slack.fail("apps.connections.open", error="invalid_auth")
    is_wrong((await look())["socket"], "app token", "SLACK_APP_TOKEN")


async def test_a_slack_that_cannot_answer(slack: FakeSlack) -> None:
    slack.fail("auth.test", error="internal_error")
    checks = await look()
    assert checks["slack"].state is State.NOT_CHECKED
    assert "right shape" in checks["slack"].sentence
    assert "not compared with Slack" in checks["clock"].sentence


async def test_a_slack_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setenv("SLACK_API_URL", f"http://127.0.0.1:{unused_tcp_port}/api/")
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("SLACK_APP_TOKEN", APP_TOKEN)
    check = (await look())["slack"]
    assert (check.state, "could not be reached" in check.sentence) == (State.NOT_CHECKED, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1111111111-user"),
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_APP_TOKEN", ""),
        ("SLACK_APP_TOKEN", BOT_TOKEN),
    ],
)
async def test_tokens_of_the_wrong_shape_are_not_sent_to_anybody(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    check = (await look())["slack"]
    is_wrong(check, name)
    assert not value or value not in f"{check.sentence} {check.remedy}"
    assert slack.calls == []


async def test_http_mode_needs_no_app_token(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_MODE", "http")
    is_wrong((await look())["slack"], "SLACK_SIGNING_SECRET")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET)
    monkeypatch.delenv("SLACK_APP_TOKEN")
    checks = await look()
    assert (checks["slack"].state, "socket" in checks) == (State.OK, False)
    assert slack.problems == []


@pytest.fixture
async def answering(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., None]]:
    """A Slack whose `auth.test` has the headers that a test sets."""
    headers: dict[str, str] = {}

    async def auth_test(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "team": "Acme", "team_id": "T1", "user_id": "U1"}, headers=headers)

    app = web.Application()
    app.router.add_post("/api/auth.test", auth_test)
    async with TestServer(app) as server:
        monkeypatch.setenv("SLACK_API_URL", str(server.make_url("/api/")))
        monkeypatch.setenv("SLACK_MODE", "http")
        monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
        monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET)
        yield lambda **more: headers.update({name.replace("_", "-"): value for name, value in more.items()})


async def test_scopes(answering: Callable[..., None]) -> None:
    everything = manifest_scopes(load_features())
    answering(x_oauth_scopes=",".join(everything))
    assert (await look())["scopes"].state is State.OK
    answering(x_oauth_scopes=", ".join(scope for scope in everything if scope != "files:write"))
    is_wrong((await look())["scopes"], "files:write", "tuppence manifest")


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, State.OK), (-20, State.OK), (60, State.WARNING), (-100, State.WARNING), (400, State.WRONG), (-9e4, State.WRONG)],
)
async def test_a_clock_that_is_not_slacks(answering: Callable[..., None], seconds: float, state: State) -> None:
    answering(date=format_datetime(NOW - timedelta(seconds=seconds), usegmt=True))
    check = (await look())["clock"]
    assert check.state is state
    assert seconds == 0 or state is State.OK or ("behind" if seconds < 0 else "ahead of") in check.sentence


async def test_a_date_that_is_none(answering: Callable[..., None]) -> None:
    answering(date="yesterday")
    assert "not compared with Slack" in (await look())["clock"].sentence


async def test_a_clock_behind_the_bills_is_wrong(home: Path) -> None:
    is_wrong((await look(NOW - timedelta(hours=1)))["clock"], "came in on 2026-11-22 09:30")
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        connection.execute("UPDATE ingests SET finished_at = '2020-01-01T00:00:00+00:00'")
    is_wrong((await look(NOW - timedelta(days=3)))["clock"], "charges of 2026-11-21")
    assert (await look(NOW - timedelta(days=1)))["clock"].state is State.OK


def test_a_clock_without_anything_to_compare_it_with() -> None:
    assert clock_check(NOW, None, Findings()).state is State.NOT_CHECKED


# As its user sees it


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["tuppence", "doctor", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return int(stopped.value.code or 0), capsys.readouterr().out

    return run


def test_each_check_is_one_line_and_what_is_wrong_is_the_exit_code(home: Path, doctor: Callable[..., tuple[int, str]]) -> None:
    (home / "lake").rename(home / "elsewhere")
    code, out = doctor()
    lines = out.splitlines()
    assert code == 1
    assert [line for line in lines if line.startswith("wrong") and " lake " in line]
    assert all(line.startswith(tuple(State)) for line in lines[:-1])
    assert "1 wrong" in lines[-1]


def test_a_name_with_control_characters_does_not_reach_the_terminal(
    home: Path, tmp_path: Path, doctor: Callable[..., tuple[int, str]]
) -> None:
    with opened(home) as store:
        ingest(store, write_csv(tmp_path / "x.csv", [usage("1"), usage("bad")]), source="evil\x1b]0;\x07[bold]", accept_bad=True)
    _, out = doctor()
    assert "evil" in out
    assert "[bold]" in out
    assert not {"\x1b", "\x07"} & set(out)


def test_as_json(doctor: Callable[..., tuple[int, str]]) -> None:
    code, out = doctor("--json")
    report: dict[str, Any] = json.loads(out)
    by_name = {check["name"]: check for check in report["checks"]}
    assert by_name["lake"]["state"] == "ok"
    assert set(by_name["slack"]) == {"name", "state", "sentence", "remedy"}
    assert report["state"] in ("warning", "wrong")
    assert (code == 1) == (report["state"] == "wrong")


def test_no_token_is_ever_printed(doctor: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-Qwertz")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "Qwertzuiop")
    code, out = doctor()
    assert code == 1
    assert "Qwertz" not in out
