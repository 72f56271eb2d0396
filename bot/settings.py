"""The only reader of the environment. Each setting says what it is for, so that the README's table is generated from here.

A wrong value is named together with what would be right, because whoever starts the program at night has only this sentence.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from rapidfuzz import process

from services.errors import ConfigurationError
from storage.model.query import TAG_PREFIX, is_dimension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic.fields import FieldInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
NEAR_ENOUGH = 80
"""How alike (of 100) an unknown variable must be to a known one before it is called a misspelling."""


def _ids(value: object) -> object:
    """`U1, U2` → ("U1", "U2"); each has the shape of a Slack user id."""
    if not isinstance(value, str):
        return value
    ids = tuple(word.strip() for word in value.split(",") if word.strip())
    wrong = [word for word in ids if not re.fullmatch(r"[UW][A-Z0-9]{2,}", word)]
    if wrong:
        msg = f"'{wrong[0]}' is not a Slack user id such as U02AB3CDE (profile → ⋮ → Copy member ID)"
        raise ValueError(msg)
    return ids


def _tags(value: object) -> object:
    """`team=team,Team;env=env` → {"team": ("team", "Team"), "env": ("env",)}, in order."""
    if not isinstance(value, str):
        return value
    tags: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (piece.strip() for piece in value.split(";"))):
        name, _, keys = part.partition("=")
        aliases = tuple(key.strip() for key in keys.split(",") if key.strip())
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name.strip()) or not aliases:
            msg = f"'{part}' is not written as name=key,key (for example team=team,Team,owner-team)"
            raise ValueError(msg)
        tags[name.strip()] = aliases
    return tags


def _dimensions(value: object) -> object:
    """`tag:team, region` → ("tag:team", "region")."""
    if not isinstance(value, str):
        return value
    names = tuple(dict.fromkeys(word.strip() for word in value.split(",") if word.strip()))
    wrong = [name for name in names if not is_dimension(name) or name in {"resource", "source", "currency"}]
    if wrong:
        msg = f"'{wrong[0]}' is nothing that can be watched (region, provider, category, purchase, tag:team …)"
        raise ValueError(msg)
    return names


def _month(value: object) -> object:
    """1 to 12, or a month's name or its first three letters."""
    if not isinstance(value, str) or value.strip().isdigit():
        return value
    found = [n for n, name in enumerate(MONTHS, 1) if value.strip().lower() in {name, name[:3]}]
    if not found:
        msg = f"'{value}' is not a month: write 1 to 12, or a name such as april"
        raise ValueError(msg)
    return found[0]


def _weekday(value: object) -> object:
    """A weekday's name, in full, whatever its case."""
    return value.strip().lower() if isinstance(value, str) else value


def _memory(value: object) -> object:
    """An amount of memory as DuckDB writes it."""
    if isinstance(value, str) and not _is_memory(value):
        msg = f"'{value}' is not an amount of memory such as 1GB or 512MB"
        raise ValueError(msg)
    return value


def _is_memory(value: str) -> bool:
    number = re.sub(r"\s*[KMGT]i?B$", "", value.strip())
    try:
        return number != value.strip() and Decimal(number) > 0
    except InvalidOperation:
        return False


class Settings(BaseSettings):
    """Everything that can be set from outside. Made once, by `load_settings`, and handed down as an argument."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = Field(Path("~/.tuppence"), alias="TUPPENCE_HOME", description="The one folder in which everything is kept.")
    slack_mode: Literal["socket", "http"] = Field(
        "socket",
        alias="SLACK_MODE",
        description="`socket` needs no public address; `http` is called by Slack at `/slack/events`.",
    )
    slack_bot_token: SecretStr | None = Field(
        None, alias="SLACK_BOT_TOKEN", description="The bot token (`xoxb-…`), from *OAuth & Permissions*."
    )
    slack_app_token: SecretStr | None = Field(
        None, alias="SLACK_APP_TOKEN", description="Socket mode: the app-level token (`xapp-…`) with `connections:write`."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, alias="SLACK_SIGNING_SECRET", description="HTTP mode: the signing secret, from *Basic Information*."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        alias="SLACK_API_URL",
        pattern=r"^https?://[^\s/]+(/\S*)?$",
        description="Where Slack's Web API is; another address for a proxy or a local Slack.",
    )
    host: str = Field("127.0.0.1", alias="HOST", description="The address to listen on; `0.0.0.0` in a container.")
    port: int = Field(8080, alias="PORT", ge=0, le=65535, description="The port for health, metrics and, in HTTP mode, Slack.")
    admins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_ids)] = Field(
        (), alias="TUPPENCE_ADMINS", description="The first admins: Slack user ids, separated by commas."
    )
    tags: Annotated[dict[str, tuple[str, ...]], NoDecode, BeforeValidator(_tags)] = Field(
        {"team": ("team", "Team", "owner-team"), "env": ("env", "Env", "environment", "Environment")},
        alias="TUPPENCE_TAGS",
        description="Short names of tag keys and the keys they stand for: `team=team,Team;env=env,environment`.",
    )
    watch: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_dimensions)] = Field(
        (),
        alias="TUPPENCE_WATCH",
        description="What is watched beside every service of every account: dimensions, such as `tag:team, region`.",
    )
    high_from: Decimal = Field(
        Decimal(500),
        alias="TUPPENCE_HIGH",
        gt=0,
        description="From how much a day an anomaly is of high severity, in `TUPPENCE_CURRENCY` (or else its own).",
    )
    rates: Path | None = Field(
        None, alias="TUPPENCE_RATES", description="A CSV of dated exchange rates; without it currencies stay apart."
    )
    currency: str | None = Field(
        None,
        alias="TUPPENCE_CURRENCY",
        pattern=r"^[A-Z]{3}$",
        description="The currency to report in where a rate is known (three letters, such as EUR).",
    )
    prefix: str = Field(
        "",
        alias="TUPPENCE_PREFIX",
        pattern=r"^([a-z0-9][a-z0-9_-]{0,14})?$",
        description="Put before every slash command, where another app owns the names: `acme-` makes `/acme-cost`.",
    )
    week_start: Annotated[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], BeforeValidator(_weekday)
    ] = Field("monday", alias="WEEK_START", description="The day on which a week starts.")
    fiscal_year_start: Annotated[int, BeforeValidator(_month)] = Field(
        1,
        alias="FISCAL_YEAR_START",
        ge=1,
        le=12,
        description="The month in which `year` and `quarter` start: 1 to 12, or a name.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="LOG_LEVEL", description="The least important lines that are written."
    )
    log_format: Literal["console", "json"] = Field(
        "console", alias="LOG_FORMAT", description="`console` for people, `json` for machines."
    )
    duckdb_memory: Annotated[str, BeforeValidator(_memory)] = Field(
        "1GB", alias="DUCKDB_MEMORY", description="The most memory that DuckDB may take."
    )
    rate_limit: int = Field(30, alias="RATE_LIMIT", ge=1, le=600, description="How many questions a person may ask in a minute.")

    @property
    def folder(self) -> Path:
        """`home` with `~` resolved."""
        return self.home.expanduser()

    @property
    def week_start_index(self) -> int:
        """0 for Monday to 6 for Sunday, as `date.weekday` counts."""
        return WEEKDAYS.index(self.week_start)

    @property
    def owner(self) -> str:
        """The dimension that says whose something is: the team's tag, where there is none the first one."""
        return TAG_PREFIX + ("team" if "team" in self.tags else next(iter(self.tags), "team"))


def load_settings(**overrides: object) -> Settings:
    """Read the environment; `overrides` (by field name) win. Raises ConfigurationError naming every wrong key."""
    aliases = {name: str(field.alias) for name, field in Settings.model_fields.items()}
    try:
        return Settings(**{aliases[name]: value for name, value in overrides.items()})  # type: ignore[arg-type]  # pydantic checks
    except ValidationError as error:
        raise ConfigurationError(*_in_words(error)) from None


def _in_words(error: ValidationError) -> tuple[str, str]:
    """What is wrong with which variable, and what each is for; the values of secrets are never repeated."""
    wrong = [(str(each["loc"][0]), each["msg"].removeprefix("Value error, ")) for each in error.errors(include_input=False)]
    known = variables()
    hints = [f"{name}: {known[name].description}" for name, _ in wrong if name in known]
    return "Wrong settings. " + "; ".join(f"{name}: {what}" for name, what in wrong) + ".", " ".join(hints)


def variables() -> dict[str, FieldInfo]:
    """Environment variable → its field, in the order of the class."""
    return {str(field.alias): field for field in Settings.model_fields.values()}


def inherited(*, without: tuple[str, ...]) -> dict[str, str]:
    """The environment as a process that we start may have it: without the variables that begin so."""
    return {name: value for name, value in os.environ.items() if not name.startswith(without)}


def misspelt(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables that start like ours but are none of ours → the one probably meant ("" when nothing is near)."""
    known = variables()
    strangers = [name for name in (os.environ if environ is None else environ) if _looks_ours(name) and name not in known]
    return {name: _nearest(name, known) for name in sorted(strangers)}


def _looks_ours(name: str) -> bool:
    return name.startswith("TUPPENCE_") or (name.startswith("SLACK_") and bool(_nearest(name, variables())))


def _nearest(name: str, known: Iterable[str]) -> str:
    found = process.extractOne(name, list(known), score_cutoff=NEAR_ENOUGH)
    return found[0] if found else ""


def settings_markdown() -> str:
    """The README's configuration table: variable, what it is for, its default."""
    lines = ["| Variable | What it is for | Default |", "|---|---|---|"]
    lines += [f"| `{name}` | {field.description} | {_default(field)} |" for name, field in variables().items()]
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value in ("", ()):
        return "–"
    if isinstance(value, dict):
        return f"`{';'.join(name + '=' + ','.join(keys) for name, keys in value.items())}`"
    return f"`{value}`"
