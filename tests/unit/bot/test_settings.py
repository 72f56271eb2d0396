"""The environment in, settings out: defaults, lists, and a wrong key named with what would be right."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings, misspelt, settings_markdown, variables
from services.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def test_nothing_set_is_a_working_local_configuration() -> None:
    settings = load_settings()
    assert (settings.slack_mode, settings.port, settings.log_format) == ("socket", 8080, "console")
    assert settings.folder == Path("~/.tuppence").expanduser()
    assert settings.tags["team"] == ("team", "Team", "owner-team")
    assert settings.slack_bot_token is None


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path))
    monkeypatch.setenv("TUPPENCE_ADMINS", "U012ABCDE, W999ZZZZZ ,")
    monkeypatch.setenv("TUPPENCE_TAGS", "team=team,Owner ; app=Application")
    monkeypatch.setenv("TUPPENCE_WATCH", "tag:team, region,region")
    monkeypatch.setenv("TUPPENCE_HIGH", "250.50")
    monkeypatch.setenv("FISCAL_YEAR_START", "apr")
    monkeypatch.setenv("WEEK_START", "Sunday")
    settings = load_settings()
    assert settings.folder == tmp_path
    assert settings.admins == ("U012ABCDE", "W999ZZZZZ")
    assert settings.tags == {"team": ("team", "Owner"), "app": ("Application",)}
    assert (settings.watch, settings.high_from) == (("tag:team", "region"), Decimal("250.50"))
    assert (settings.fiscal_year_start, settings.week_start_index) == (4, 6)


def test_an_empty_variable_is_as_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUPPENCE_RATES", "")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    settings = load_settings()
    assert settings.rates is None
    assert settings.slack_bot_token is None


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    assert load_settings(port=1234).port == 1234


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SLACK_MODE", "carrier-pigeon", "'socket' or 'http'"),
        ("PORT", "eighty", "integer"),
        ("PORT", "99999", "65535"),
        ("TUPPENCE_ADMINS", "ada", "U02AB3CDE"),
        ("TUPPENCE_TAGS", "team", "name=key,key"),
        ("TUPPENCE_WATCH", "region, resource", "'resource' is nothing that can be watched"),
        ("TUPPENCE_WATCH", "teams", "'teams' is nothing that can be watched"),
        ("TUPPENCE_HIGH", "0", "greater than 0"),
        ("TUPPENCE_CURRENCY", "euro", "three letters"),
        ("TUPPENCE_PREFIX", "Acme Corp", "slash command"),
        ("FISCAL_YEAR_START", "brumaire", "april"),
        ("FISCAL_YEAR_START", "13", "12"),
        ("WEEK_START", "someday", "monday"),
        ("LOG_LEVEL", "chatty", "INFO"),
        ("DUCKDB_MEMORY", "plenty", "512MB"),
        ("DUCKDB_MEMORY", "-1GB", "512MB"),
        ("RATE_LIMIT", "0", "greater"),
        ("SLACK_API_URL", "slack", "Web API"),
    ],
)
def test_a_wrong_value_is_named_with_a_hint(monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert name in caught.value.sentence
    assert hint in f"{caught.value.sentence} {caught.value.remedy}"


def test_every_wrong_key_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("LOG_FORMAT", "y")
    with pytest.raises(ConfigurationError, match=r"(?s)PORT.*LOG_FORMAT"):
        load_settings()


def test_no_secret_is_shown_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1111-2222-verysecret")
    assert "verysecret" not in repr(load_settings())


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]  # that is what is tested


def test_a_misspelt_variable_is_pointed_out() -> None:
    assert misspelt({"TUPPENCE_ADMIN": "U1", "TUPPENCE_ZZZ": "", "PATH": "", "SLACK_BOTTOKEN": "", "SLACK_WEBHOOK": ""}) == {
        "SLACK_BOTTOKEN": "SLACK_BOT_TOKEN",
        "TUPPENCE_ADMIN": "TUPPENCE_ADMINS",
        "TUPPENCE_ZZZ": "",
    }


def test_every_setting_says_what_it_is_for_and_stands_in_the_table() -> None:
    table = settings_markdown()
    for name, field in variables().items():
        assert field.description, f"{name} needs a description in bot/settings.py"
        assert f"| `{name}` | {field.description} |" in table
    assert len(table.splitlines()) == len(Settings.model_fields) + 2
