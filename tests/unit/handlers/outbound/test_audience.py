"""A channel is looked up each time something is shown in it, and whatever is not clearly ours alone is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.outbound.audience import Audience, ForeignChannelError, is_direct
from services.errors import DeniedError, TemporaryError
from tests.fakes.slack import BOT_TOKEN, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHANNEL = "C0TEAM001"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack
        assert slack.problems == []


def audience(slack: FakeSlack) -> Audience:
    return Audience(AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url))


async def test_a_channel_of_our_own_may_read_it(slack: FakeSlack) -> None:
    await audience(slack).check(CHANNEL)


@pytest.mark.parametrize("mark", ["is_ext_shared", "is_pending_ext_shared", "pending_shared", "pending_connected_team_ids"])
async def test_another_company_in_it_or_invited_may_not(slack: FakeSlack, mark: str) -> None:
    slack.add_channel(CHANNEL, "x", **{mark: ["T0OTHER01"]})
    with pytest.raises(ForeignChannelError):
        await audience(slack).check(CHANNEL)


async def test_the_answer_is_never_remembered(slack: FakeSlack) -> None:
    looking = audience(slack)
    await looking.check(CHANNEL)
    slack.add_channel(CHANNEL, "x", is_ext_shared=True)
    with pytest.raises(ForeignChannelError):
        await looking.check(CHANNEL)


async def test_a_channel_within_an_organisation_is_our_own(slack: FakeSlack) -> None:
    slack.add_channel(CHANNEL, "x", is_shared=True, is_org_shared=True)
    await audience(slack).check(CHANNEL)


@pytest.mark.parametrize("marks", [{"is_member": False}, {"is_member": None}, {"is_archived": True}])
async def test_where_we_cannot_post_nothing_is_posted(slack: FakeSlack, marks: dict[str, object]) -> None:
    slack.add_channel(CHANNEL, "x", **marks)
    with pytest.raises(DeniedError):
        await audience(slack).check(CHANNEL)


@pytest.mark.parametrize("error", ["internal_error", "ratelimited"])
async def test_what_cannot_be_seen_is_refused(slack: FakeSlack, error: str) -> None:
    slack.fail("conversations.info", error=error)
    with pytest.raises(TemporaryError):
        await audience(slack).check(CHANNEL)


async def test_a_slack_that_cannot_be_reached_is_an_error_in_words() -> None:
    looking = Audience(AsyncWebClient(token=BOT_TOKEN, base_url="http://127.0.0.1:9/api/"))
    with pytest.raises(TemporaryError, match="who reads this channel"):
        await looking.check(CHANNEL)


async def test_a_direct_message_is_read_by_nobody_else(slack: FakeSlack) -> None:
    await audience(slack).check("D0ALICE01")
    assert slack.called("conversations.info") == []
    assert (is_direct("D0ALICE01"), is_direct("C0TEAM001"), is_direct("G0GROUP01")) == (True, False, False)
