"""Given everything that is registered, when it is used as its help says, then Slack takes the answer and each button works.

Loops over all verbs and over every button that their answers have, so that a new one is covered the moment it exists. The bill
has a service that somebody hostile named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from handlers.blocks.ids import action_name
from handlers.feature import load_features
from tests.fakes.anomalies import seed
from tests.scenario.office import ADMIN, TEAM_WEB, Office, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json = dict[str, Any]
FEATURES = load_features()
VERBS = [verb for feature in FEATURES for verb in feature.verbs.values()]
ACTIONS = {name for feature in FEATURES for name in feature.actions}
PAGED = "by service top 1 page 2"
"""The bill is small: only so does an answer have pages on both sides."""


@pytest.fixture(autouse=True)
def _open_anomaly(home: Path) -> None:
    """The one whose number the examples have."""
    seed(home, ADMIN, channel=TEAM_WEB)


def mrkdwn(node: object) -> Iterator[str]:
    """Every text that Slack reads as markup."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield str(node["text"])
        for value in node.values():
            yield from mrkdwn(value)
    elif isinstance(node, list):
        for value in node:
            yield from mrkdwn(value)


def interactive(node: object) -> Iterator[Json]:
    """Every button and menu."""
    if isinstance(node, dict):
        if "action_id" in node:
            yield node
        for value in node.values():
            yield from interactive(value)
    elif isinstance(node, list):
        for value in node:
            yield from interactive(value)


async def use_everything(office: Office) -> None:
    for verb in VERBS:
        example = verb.example.replace("@ana", f"<@{office.slack.add_user('U0ANA0001', 'ana')}>")
        example = re.sub(r"#[a-z]+", f"<#{TEAM_WEB}|team-web>", example)
        await office.slash(example, command=f"/{verb.root}", user=ADMIN)
    await office.slash(PAGED, user=ADMIN)
    await office.event({"type": "app_home_opened", "user": ADMIN, "tab": "home", "channel": "D0ADMIN01"})


async def test_every_answer_is_one_and_nothing_in_it_does_harm(office: Office) -> None:
    await use_everything(office)
    assert office.slack.called("views.publish")
    for call in office.slack.calls:
        for text in (str(call.params.get("text") or ""), *mrkdwn(call.params)):
            assert "went wrong" not in text
            assert "is not a word I know" not in text
            assert "<!" not in text.replace("<!date^", ""), f"{call.method}: {text}"


async def press_everything(office: Office) -> None:
    """Every button and every entry of a menu that an answer had, once; windows open, and what is in them is seen."""
    found = {each["action_id"]: each for call in office.slack.calls for each in interactive(call.params)}
    for name, each in found.items():
        for entry in each.get("options") or [None]:
            pressed = {"action_id": name, "action_ts": f"{len(office.slack.calls)}.7", "value": each.get("value")}
            if entry is not None:
                pressed["selected_option"] = entry
            before = len(office.slack.calls)
            answer = await office.slash("by service", user=ADMIN)
            await office.interact({"actions": [pressed], **office._container(answer)}, user=ADMIN)
            after = office.slack.calls[before:]
            assert len(after) > 1, f"{name} answered nothing"
            for call in after:
                for mistake in ("went wrong", "not one of mine", "could not be read", "holds no question"):
                    assert mistake not in words({"text": "", **call.params}), name


async def test_every_button_answers_and_what_is_shown_is_what_is_declared(office: Office) -> None:
    await use_everything(office)
    await press_everything(office)
    every = {each["action_id"] for call in office.slack.calls for each in interactive(call.params)}
    # A field of a window that tells nobody of a change is called by its name alone.
    shown = {action_name(each) for each in every if "." in each}
    assert shown - ACTIONS == set(), "Declare it: `@feature.action(...)` beside the code that renders it."
    assert ACTIONS - shown == set(), "Nothing shows it in any verb's example: show it, or take the declaration away."
