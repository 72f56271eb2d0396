"""The keys to Slack, looked at before anything else starts: a wrong one is said in words, not found in a traceback at 3 a.m."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from handlers.outbound.refusals import code_of
from services.errors import ConfigurationError, TemporaryError

if TYPE_CHECKING:
    from pydantic import SecretStr
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.settings import Settings

BOT_TOKEN = re.compile(r"xox[be](\.xox[bp])?-[A-Za-z0-9-]{10,}")
APP_TOKEN = re.compile(r"xapp-[A-Za-z0-9-]{10,}")
SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
MISTAKEN = {
    "xoxb-": "a bot token",
    "xoxp-": "a user token",
    "xoxa-": "a workspace token",
    "xapp-": "an app-level token",
    "xoxe": "a rotating token",
}
REFUSALS = {
    "invalid_auth": "Slack does not know this bot token.",
    "not_authed": "Slack received no bot token.",
    "account_inactive": "The bot was removed from the workspace, or the workspace is closed.",
    "token_revoked": "The bot token was revoked.",
    "token_expired": "The bot token has expired.",
    "missing_scope": "The bot token lacks a scope.",
    "org_login_required": "The workspace was moved into an organisation; the app has to be installed there.",
    "team_access_not_granted": "The app was not given access to this workspace.",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one workspace, of the right shape. `app` is empty in HTTP mode, `signing` may be empty in socket mode."""

    bot: str
    app: str
    signing: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Who we are, as `auth.test` says: ids of the workspace, the organisation ("" without one), our user and our bot."""

    team: str
    enterprise: str
    user: str
    bot: str
    name: str


def slack_keys(settings: Settings) -> Keys:
    """The keys that the chosen mode needs; raises ConfigurationError naming the first that is missing or misshapen."""
    bot = _token("SLACK_BOT_TOKEN", settings.slack_bot_token, BOT_TOKEN, "xoxb-")
    if settings.slack_mode == "socket":
        return Keys(
            bot, _token("SLACK_APP_TOKEN", settings.slack_app_token, APP_TOKEN, "xapp-"), _plain(settings.slack_signing_secret)
        )
    return Keys(bot, "", _signing_secret(settings.slack_signing_secret))


async def installation(client: AsyncWebClient) -> Installation:
    """Ask Slack who we are. Raises ConfigurationError when the token is refused, TemporaryError when Slack cannot be reached."""
    return introduced(await introduction(client))


async def introduction(client: AsyncWebClient) -> AsyncSlackResponse:
    """What `auth.test` answers, with its headers: the scopes that were granted, Slack's time. Raises as `installation` does."""
    try:
        return await client.auth_test()
    except SlackApiError as error:
        raise _refused(error) from error
    except (TimeoutError, ClientError, OSError) as error:
        sentence = f"Slack could not be reached at {client.base_url}."
        raise TemporaryError(sentence, "Check the network and SLACK_API_URL.") from error


def introduced(answer: AsyncSlackResponse) -> Installation:
    """Who we are, from what `auth.test` answered."""
    return Installation(
        team=str(answer.get("team_id") or ""),
        enterprise=str(answer.get("enterprise_id") or ""),
        user=str(answer.get("user_id") or ""),
        bot=str(answer.get("bot_id") or ""),
        name=str(answer.get("team") or ""),
    )


def _refused(error: SlackApiError) -> ConfigurationError | TemporaryError:
    code = code_of(error)
    if not code or code in {"ratelimited", "internal_error", "service_unavailable", "request_timeout", "fatal_error"}:
        return TemporaryError("Slack could not answer auth.test just now.")
    sentence = REFUSALS.get(code, f"Slack refused the bot token ({code}).")
    return ConfigurationError(sentence, "Install the app again and copy the Bot User OAuth Token into SLACK_BOT_TOKEN.")


def _token(name: str, secret: SecretStr | None, shape: re.Pattern[str], start: str) -> str:
    value = _plain(secret)
    if not value:
        raise ConfigurationError(f"{name} is not set.", f"Set {name} to the token that starts with {start}.")
    if not shape.fullmatch(value):
        raise ConfigurationError(
            f"{name} is not right: {_mistake(value, start)}.", f"It must be the token that starts with {start}."
        )
    return value


def _mistake(value: str, start: str) -> str:
    """What was put there instead, without repeating any of it."""
    if value.strip() != value or value[:1] in "\"'":
        return "there are quotes or spaces around it"
    for prefix, what in MISTAKEN.items():
        if value.startswith(prefix) and prefix != start:
            return f"this is {what}"
    return "it is cut short or has characters that no token has" if value.startswith(start) else f"it does not start with {start}"


def _signing_secret(secret: SecretStr | None) -> str:
    value = _plain(secret)
    if not value:
        raise ConfigurationError(
            "SLACK_SIGNING_SECRET is not set.", "HTTP mode needs it: copy it from Basic Information, or set SLACK_MODE=socket."
        )
    if not SIGNING_SECRET.fullmatch(value):
        raise ConfigurationError(
            "SLACK_SIGNING_SECRET is not right.", "It has 32 characters, each 0–9 or a–f (not the client secret)."
        )
    return value


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
