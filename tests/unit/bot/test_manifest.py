"""The manifest is made from what the features declare, is what Slack takes, and the one checked in is fresh."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import pytest
import yaml

from bot.manifest import manifest, manifest_yaml, roots
from handlers.feature import Feature, load_features
from handlers.request import Reply, Request
from services.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT.parent / "shared" / "data" / "slack-manifest.schema.json"


async def handler(_request: Request) -> Reply:
    return Reply("ok")


def example(root: str = "cost", scopes: tuple[str, ...] = ("team:read",)) -> Feature:
    feature = Feature(name=f"{root}s", root=root, summary="What was spent", bot_scopes=scopes)
    feature.verb("", summary="s", example="e")(handler)
    feature.verb("trend", summary="s", example="e")(handler)
    feature.verb("status", summary="s", example="e", root="tuppence")(handler)
    feature.event("channel_shared")(handler)
    return feature


def data(features: Sequence[Feature], **options: str) -> dict[str, Any]:
    return cast("dict[str, Any]", manifest(features, **options))


def test_commands_come_from_the_verbs_of_all_features() -> None:
    commands = {each["command"]: each for each in data([example()])["features"]["slash_commands"]}
    assert list(commands) == ["/cost", "/tuppence"]
    assert commands["/cost"]["description"] == "What was spent"
    assert commands["/cost"]["usage_hint"] == "[trend | help]"
    assert commands["/cost"]["should_escape"] is True


def test_a_prefix_stands_before_every_command() -> None:
    assert [each["command"] for each in data([example()], prefix="acme-")["features"]["slash_commands"]] == [
        "/acme-cost",
        "/acme-tuppence",
    ]


def test_scopes_and_events_of_features_are_added_to_those_of_the_doors() -> None:
    found = data([example()])
    assert {"team:read", "chat:write", "files:read"} <= set(found["oauth_config"]["scopes"]["bot"])
    assert {"channel_shared", "app_mention", "message.im"} <= set(found["settings"]["event_subscriptions"]["bot_events"])


def test_socket_mode_has_no_addresses() -> None:
    found = data([example()])
    assert found["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(found)


def test_http_mode_has_one_door() -> None:
    found = data([example()], mode="http", url="https://cost.example.com/")
    door = "https://cost.example.com/slack/events"
    assert found["settings"]["socket_mode_enabled"] is False
    assert found["settings"]["event_subscriptions"]["request_url"] == door
    assert found["settings"]["interactivity"]["request_url"] == door
    assert {each["url"] for each in found["features"]["slash_commands"]} == {door}


def test_http_mode_needs_a_public_address() -> None:
    with pytest.raises(ConfigurationError, match="https"):
        manifest([example()], mode="http")


def test_a_prefix_that_makes_a_command_too_long_is_refused_in_words() -> None:
    with pytest.raises(ConfigurationError, match="longer than 32"):
        manifest([example()], prefix="a" * 30)


def test_more_commands_than_slack_takes_are_refused_in_words() -> None:
    with pytest.raises(ConfigurationError, match="more than Slack's 50"):
        manifest([example(f"c{number}") for number in range(51)])


def test_the_text_says_the_same_as_the_data() -> None:
    for options in ({}, {"prefix": "x-"}, {"mode": "http", "url": "https://a.example.com"}):
        assert yaml.safe_load(manifest_yaml([example()], **options)) == manifest([example()], **options)


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not beside this checkout")
@pytest.mark.parametrize("options", [{}, {"prefix": "acme-"}, {"mode": "http", "url": "https://cost.example.com"}])
def test_slacks_own_schema_accepts_it(options: dict[str, str]) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft7Validator(schema).validate(manifest(load_features(), **options))


def test_the_limits_hold_without_the_schema_too() -> None:
    found = data(load_features())
    about = found["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert len(found["features"]["slash_commands"]) <= 50
    for command in found["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(found["settings"]["event_subscriptions"]["bot_events"]) <= 100


def test_every_root_of_the_real_features_is_there() -> None:
    features = load_features()
    named = {each["command"].removeprefix("/") for each in data(features)["features"]["slash_commands"]}
    assert named == set(roots(features))


def test_the_manifest_that_is_checked_in_is_fresh() -> None:
    kept = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    assert kept == manifest_yaml(load_features()), "features changed: write it again with `tuppence manifest --out manifest.yml`"
