"""A missing or mistaken Slack key is explained in words before anything starts, and never repeated."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.settings import Settings, load_settings, variables
from bot.tokens import slack_keys
from services.errors import ConfigurationError

BOT, APP, SIGNING = "xoxb-11111111-22222222-abcdefgh", "xapp-1-A0000-123456-abcdef", "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def settings(mode: str = "socket", bot: str = BOT, app: str = APP, signing: str = SIGNING) -> Settings:
    return load_settings(
        slack_mode=mode,
        slack_bot_token=SecretStr(bot) if bot else None,
        slack_app_token=SecretStr(app) if app else None,
        slack_signing_secret=SecretStr(signing) if signing else None,
    )


def test_socket_mode_needs_the_two_tokens_only() -> None:
    keys = slack_keys(settings(signing=""))
    assert (keys.bot, keys.app, keys.signing) == (BOT, APP, "")


def test_http_mode_needs_the_signing_secret_and_no_app_token() -> None:
    keys = slack_keys(settings("http", app=""))
    assert (keys.bot, keys.app, keys.signing) == (BOT, "", SIGNING)


def test_a_rotating_bot_token_is_one_too() -> None:
    assert slack_keys(settings(bot="xoxe.xoxb-1-abcdefghijklmnop")).bot.startswith("xoxe.")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"bot": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"bot": "xoxp-1111111111-222222"}, "this is a user token"),
        ({"bot": APP}, "this is an app-level token"),
        ({"bot": f"'{BOT}'"}, "quotes or spaces"),
        ({"bot": f"{BOT} "}, "quotes or spaces"),
        ({"bot": "xoxb-1"}, "cut short"),
        ({"bot": "hello"}, "does not start with xoxb-"),
        ({"app": ""}, "SLACK_APP_TOKEN is not set"),
        ({"app": BOT}, "this is a bot token"),
        ({"mode": "http", "signing": ""}, "SLACK_SIGNING_SECRET is not set"),
        ({"mode": "http", "signing": "zz" * 16}, "SLACK_SIGNING_SECRET is not right"),
    ],
)
def test_what_is_wrong_is_said_in_words(given: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        slack_keys(settings(**given))
    assert caught.value.remedy
    for value in given.values():
        assert len(value) < 8 or value not in f"{caught.value.sentence} {caught.value.remedy}"
