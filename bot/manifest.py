"""manifest.yml: what Slack has to know about the app, made from what the features declare, so that the two cannot drift apart."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from services.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from handlers.feature import Feature

Node = object
NAME, BOT_NAME, COLOUR = "Tuppence", "tuppence", "#1f4e5f"
DESCRIPTION = "Your company's cloud bill, in Slack: ask what it cost, see why, act on it."
LONG_DESCRIPTION = (
    "Tuppence answers questions about cloud cost where people already talk. Ask with a slash command, in a thread or in a direct "
    "message: spend by service, account, team or any tag, compared with the days before, with charts and files. Every figure "
    "says which days are complete, which cost basis it has and which question it answers. Answers are seen by the asker only "
    "until they are shared."
)
SCOPES = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
)
"""What the doors themselves need: words in, answers out, who is asking, who else reads, files. Features add their own."""
OPTIONAL_SCOPES = ("channels:history", "groups:history")
"""What whoever installs may decline. With them, a letter that a crash left in doubt is looked for and never sent twice."""
EVENTS = (
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
    "user_change",
)
"""What the doors themselves listen to; the last three make the directory ask again."""
MOST_COMMANDS, LONGEST_COMMAND, LONGEST_HINT = 50, 32, 1000
EVENTS_PATH = "/slack/events"


def manifest(features: Sequence[Feature], *, prefix: str = "", mode: str = "socket", url: str = "") -> dict[str, Node]:
    """The manifest as data. HTTP mode needs `url`, the public address in front of us. Raises ConfigurationError."""
    if mode == "http" and not url.startswith("https://"):
        raise ConfigurationError("HTTP mode needs a public https address.", "Give it with --url https://tuppence.example.com.")
    door = f"{url.rstrip('/')}{EVENTS_PATH}" if mode == "http" else ""
    return {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": BOT_NAME, "always_online": True},
            "slash_commands": _commands(features, prefix, door),
        },
        "oauth_config": {"scopes": {"bot": list(manifest_scopes(features)), "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": _settings(features, door),
    }


def manifest_scopes(features: Iterable[Feature]) -> tuple[str, ...]:
    """Every scope that the bot token needs, sorted."""
    return tuple(sorted({*SCOPES, *(scope for each in features for scope in each.bot_scopes)}))


def roots(features: Iterable[Feature]) -> tuple[str, ...]:
    """Every root command that some verb hangs on, sorted."""
    return tuple(sorted({verb.root for feature in features for verb in feature.verbs.values() if verb.root}))


def _commands(features: Sequence[Feature], prefix: str, door: str) -> list[Node]:
    commands: list[Node] = [_command(features, root, prefix, door) for root in roots(features)]
    if len(commands) > MOST_COMMANDS:
        raise ConfigurationError(f"{len(commands)} root commands are more than Slack's {MOST_COMMANDS}.")
    return commands


def _command(features: Sequence[Feature], root: str, prefix: str, door: str) -> dict[str, Node]:
    name = f"/{prefix}{root}"
    if len(name) > LONGEST_COMMAND:
        raise ConfigurationError(f"{name} is longer than {LONGEST_COMMAND} characters.", "Choose a shorter TUPPENCE_PREFIX.")
    summary = "; ".join(each.summary for each in features if each.root == root and each.summary)
    return {
        "command": name,
        "description": summary or f"Ask about {root}",
        "usage_hint": _hint(features, root),
        "should_escape": True,
        **({"url": door} if door else {}),
    }


def _hint(features: Sequence[Feature], root: str) -> str:
    """`[by service | trend | movers | help]`: the verbs, as many as fit."""
    verbs = sorted({verb.name for each in features for verb in each.verbs.values() if verb.root == root and verb.name})
    hint = "help"
    for verb in reversed(verbs):
        if verb != "help" and len(hint) + len(verb) + len("[ | ]") <= LONGEST_HINT:
            hint = f"{verb} | {hint}"
    return f"[{hint}]"


def _settings(features: Sequence[Feature], door: str) -> dict[str, Node]:
    events = sorted({*EVENTS, *(name for each in features for name in each.events)})
    address = {"request_url": door} if door else {}
    return {
        "event_subscriptions": {**address, "bot_events": events},
        "interactivity": {"is_enabled": True, **address},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not door,
        "token_rotation_enabled": False,
    }


def manifest_yaml(features: Sequence[Feature], *, prefix: str = "", mode: str = "socket", url: str = "") -> str:
    """The manifest as the text of manifest.yml."""
    head = "# Made by `tuppence manifest` from what the features declare. Do not edit: a test compares.\n"
    return head + "\n".join(_lines(manifest(features, prefix=prefix, mode=mode, url=url))) + "\n"


def _lines(node: Mapping[str, Node], indent: str = "") -> Iterator[str]:
    """Block style, two spaces, strings quoted where YAML could read something else into them."""
    for name, value in node.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{name}:" if value else f"{indent}{name}: []"
            yield from _items(value, indent + "  ")
        else:
            yield f"{indent}{name}: {_scalar(value)}"


def _items(items: Sequence[Node], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict):
            first, *rest = _lines(item, indent + "  ")
            yield f"{indent}- {first.strip()}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(item)}"


def _scalar(value: Node) -> str:
    text = str(value)
    is_plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z/][A-Za-z0-9_./-]*(:[a-z]+)?", text)
    if is_plain and text.lower() not in {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}:
        return text
    return json.dumps(value, ensure_ascii=False)
