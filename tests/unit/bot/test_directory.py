"""Slack's answers become facts; a failed question is an error, never "nobody"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import SlackDirectory
from bot.tokens import installation
from services.errors import NotFoundError, TemporaryError
from storage.model.people import ChannelFacts, UserFacts, UserGroup
from tests.fakes.slack import BOT_TOKEN, TEAM, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack
        assert slack.problems == []


def directory(slack: FakeSlack) -> SlackDirectory:
    return SlackDirectory(AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url))


async def test_a_member_is_known_by_the_name_they_chose(slack: FakeSlack) -> None:
    assert await directory(slack).user("U0ALICE01") == UserFacts("U0ALICE01", TEAM, "alice", timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("mark", "fact"),
    [
        ("deleted", "is_deleted"),
        ("is_bot", "is_bot"),
        ("is_workflow_bot", "is_bot"),
        ("is_restricted", "is_restricted"),
        ("is_ultra_restricted", "is_ultra_restricted"),
        ("is_stranger", "is_stranger"),
    ],
)
async def test_each_mark_of_an_account_is_kept(slack: FakeSlack, mark: str, fact: str) -> None:
    slack.add_user("U0OTHER01", "other", **{mark: True})
    assert getattr(await directory(slack).user("U0OTHER01"), fact) is True


async def test_the_organisation_of_a_grid_is_kept(slack: FakeSlack) -> None:
    slack.add_user("U0GRID001", "grid", team_id="T0OTHER", enterprise_user={"enterprise_id": "E0ORG"})
    facts = await directory(slack).user("U0GRID001")
    assert (facts.team, facts.enterprise) == ("T0OTHER", "E0ORG")


async def test_a_nameless_account_is_called_by_its_id(slack: FakeSlack) -> None:
    slack.add_user("U0NONAME1", "", profile={})
    assert (await directory(slack).user("U0NONAME1")).name == "U0NONAME1"


async def test_an_unknown_account_is_not_found(slack: FakeSlack) -> None:
    with pytest.raises(NotFoundError):
        await directory(slack).user("U0NOBODY1")


@pytest.mark.parametrize("error", ["internal_error", "ratelimited", "missing_scope", "invalid_auth"])
async def test_a_failed_question_is_never_an_answer(slack: FakeSlack, error: str) -> None:
    for method in ("users.info", "usergroups.list", "conversations.info"):
        slack.fail(method, error=error)
    asked = directory(slack)
    with pytest.raises(TemporaryError):
        await asked.user("U0ALICE01")
    with pytest.raises(TemporaryError):
        await asked.groups()
    with pytest.raises(TemporaryError):
        await asked.channel("C0TEAM001")


async def test_the_words_of_a_gateway_are_no_answer_either(slack: FakeSlack) -> None:
    for method in ("users.info", "usergroups.list", "auth.test"):
        slack.fail(method, status=502, times=9)
    asked = directory(slack)
    with pytest.raises(TemporaryError):
        await asked.user("U0ALICE01")
    with pytest.raises(TemporaryError):
        await asked.groups()
    with pytest.raises(TemporaryError, match="could not answer"):
        await installation(AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url))


async def test_a_slack_that_is_away_is_a_temporary_error() -> None:
    asked = SlackDirectory(AsyncWebClient(token=BOT_TOKEN, base_url="http://127.0.0.1:9/api/"))
    with pytest.raises(TemporaryError):
        await asked.user("U0ALICE01")
    with pytest.raises(TemporaryError):
        await asked.groups()


async def test_groups_come_with_their_members(slack: FakeSlack) -> None:
    slack.groups = [{"id": "S0FINOPS1", "handle": "finops", "users": ["U0ALICE01"]}, {"id": "S0EMPTY01", "handle": "empty"}]
    assert await directory(slack).groups() == (
        UserGroup("S0FINOPS1", "finops", ("U0ALICE01",)),
        UserGroup("S0EMPTY01", "empty"),
    )
    assert slack.called("usergroups.list")[0]["include_users"] in {"1", "true"}


async def test_a_plan_without_user_groups_has_none(slack: FakeSlack) -> None:
    slack.fail("usergroups.list", error="paid_teams_only")
    assert await directory(slack).groups() == ()


@pytest.mark.parametrize(
    "marks",
    [
        {"is_ext_shared": True},
        {"is_pending_ext_shared": True},
        {"pending_shared": ["T1"]},
        {"pending_connected_team_ids": ["T1"]},
    ],
)
async def test_a_channel_with_another_company_in_it_or_invited_is_external(slack: FakeSlack, marks: dict[str, object]) -> None:
    slack.add_channel("C0PARTNER", "partner", **marks)
    assert (await directory(slack).channel("C0PARTNER")).is_external


async def test_an_ordinary_channel_and_a_direct_message(slack: FakeSlack) -> None:
    slack.add_channel("D0ALICE01", "", is_im=True, is_member=None)
    asked = directory(slack)
    assert await asked.channel("C0TEAM001") == ChannelFacts("C0TEAM001", is_external=False, is_member=True)
    assert await asked.channel("D0ALICE01") == ChannelFacts("D0ALICE01", is_external=False, is_member=True, is_private=True)


async def test_a_channel_that_cannot_be_seen_is_not_found(slack: FakeSlack) -> None:
    with pytest.raises(NotFoundError):
        await directory(slack).channel("C0SECRET1")
