"""The app as its manifest describes it: what it is called, may do, listens to and answers to. Nothing else is granted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Json

BESIDE_THE_PACKAGE = Path(__file__).parents[3] / "manifest.yml"


@dataclass(frozen=True, slots=True)
class Slash:
    """A slash command as it was registered."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was installed. `request_url` is empty in Socket Mode, or where the server's own argument says it."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: tuple[Slash, ...]
    shortcuts: tuple[str, ...] = ()
    has_home: bool = True
    has_messages: bool = True
    is_interactive: bool = True

    @classmethod
    def read(cls, path: Path = BESIDE_THE_PACKAGE) -> Manifest:
        """The manifest in a file, by default that of this tree."""
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """The manifest in YAML (JSON is YAML too)."""
        whole: Json = yaml.safe_load(text)
        features, settings = whole.get("features", {}), whole.get("settings", {})
        scopes = whole.get("oauth_config", {}).get("scopes", {})
        home = features.get("app_home", {})
        return cls(
            name=whole["display_information"]["name"],
            bot_name=features["bot_user"]["display_name"],
            scopes=frozenset((*scopes.get("bot", ()), *scopes.get("bot_optional", ()))),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            commands=tuple(_slash(each) for each in features.get("slash_commands", ())),
            shortcuts=tuple(each["callback_id"] for each in features.get("shortcuts", ())),
            has_home=bool(home.get("home_tab_enabled")),
            has_messages=bool(home.get("messages_tab_enabled")) and not home.get("messages_tab_read_only_enabled"),
            is_interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
        )

    def slash(self, name: str) -> Slash | None:
        """A command by its name with the stroke."""
        return next((each for each in self.commands if each.command == name), None)


def _slash(entry: Json) -> Slash:
    hint = str(entry.get("usage_hint") or "")
    return Slash(entry["command"], str(entry.get("description") or ""), hint, bool(entry.get("should_escape")))
