"""The tokens and the clock. Their shape can always be looked at; whether Slack takes them, only when it can be reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.check import Check, not_checked, ok, warning, wrong
from bot.manifest import manifest_scopes
from bot.tokens import introduced, introduction, slack_keys
from services.errors import ConfigurationError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor.bills import Findings
    from bot.settings import Settings
    from bot.tokens import Keys
    from handlers.feature import Feature

ASK_SECONDS = 5.0
SLIGHTLY, FAR = timedelta(seconds=30), timedelta(minutes=4)
"""Slack's requests are refused when the clocks are five minutes apart."""
SKEW = timedelta(minutes=5)
"""A bill that came in later than this from now came in by another clock."""


async def slack_checks(settings: Settings, features: tuple[Feature, ...]) -> tuple[list[Check], datetime | None]:
    """The tokens, and Slack's time where it said so."""
    if not any((settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)):
        return [
            warning(
                "slack", "No token is set: `tuppence run` will not start; the terminal needs none.", "README: connect a Slack."
            )
        ], None
    try:
        keys = slack_keys(settings)
    except ConfigurationError as error:
        return [wrong("slack", error.sentence, error.remedy)], None
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASK_SECONDS)) as session:
        client = AsyncWebClient(keys.bot, base_url=settings.slack_api_url.rstrip("/") + "/", session=session)
        return await _ask(client, keys, settings, features)


async def _ask(
    client: AsyncWebClient, keys: Keys, settings: Settings, features: tuple[Feature, ...]
) -> tuple[list[Check], datetime | None]:
    try:
        answer = await introduction(client)
    except TemporaryError as error:
        return [not_checked("slack", f"The tokens have the right shape; {error.sentence}", error.remedy)], None
    except ConfigurationError as error:
        return [wrong("slack", error.sentence, error.remedy)], None
    checks = [ok("slack", f"The bot token is taken by the workspace {introduced(answer).name}.")]
    checks += _scopes(answer.headers, features)
    if settings.slack_mode == "socket":
        checks.append(await _app_token(client, keys.app))
    return checks, _date(answer.headers)


def _scopes(headers: Mapping[str, str], features: tuple[Feature, ...]) -> list[Check]:
    granted = _header(headers, "x-oauth-scopes")
    if not granted:
        return [not_checked("scopes", "Slack did not say which scopes the token has.")]
    lacking = sorted(set(manifest_scopes(features)) - {scope.strip() for scope in granted.split(",")})
    if lacking:
        remedy = "Update the app with `tuppence manifest`, then install it again."
        return [wrong("scopes", f"The bot token lacks {', '.join(lacking)}.", remedy)]
    return [ok("scopes", "The bot token has every scope.")]


async def _app_token(client: AsyncWebClient, token: str) -> Check:
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        remedy = "Make an app-level token with connections:write, set SLACK_APP_TOKEN, and switch Socket Mode on."
        return wrong("socket", f"Slack refused the app token ({error.response.get('error')}).", remedy)
    except (TimeoutError, aiohttp.ClientError, OSError):
        return not_checked("socket", "Slack could not be reached a second time.")
    return ok("socket", "The app token opens Socket Mode.")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        return parsedate_to_datetime(_header(headers, "date")).astimezone(UTC)
    except ValueError:
        return None


def clock_check(now: datetime, slack: datetime | None, found: Findings) -> Check:
    """This machine's time against Slack's, else against the bills: a clock behind what it has seen is wrong."""
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    remedy = "Set the clock of this machine; let it follow a time server."
    if slack is not None:
        return _against_slack(now - slack, shown, remedy)
    if found.newest_ingest and now < found.newest_ingest - SKEW:
        return wrong("clock", f"It is {shown} here, and a bill came in on {found.newest_ingest:%Y-%m-%d %H:%M} UTC.", remedy)
    if found.newest_day and now.date() < found.newest_day - timedelta(days=1):
        return wrong("clock", f"It is {shown} here, and the bills have charges of {found.newest_day}.", remedy)
    if found.newest_day is None:
        return not_checked("clock", f"It is {shown} here; there is neither Slack nor a bill to compare with.")
    return ok("clock", f"{shown}: not behind the newest bill; not compared with Slack's.")


def _against_slack(apart: timedelta, shown: str, remedy: str) -> Check:
    seconds = abs(apart).total_seconds()
    said = f"{shown}: {seconds:,.0f} s {'ahead of' if apart > timedelta(0) else 'behind'} Slack's"
    if abs(apart) > FAR:
        return wrong("clock", f"{said}, which refuses more than 300 s.", remedy)
    if abs(apart) > SLIGHTLY:
        return warning("clock", f"{said}.", remedy)
    return ok("clock", f"{shown}, the same as Slack's.")
