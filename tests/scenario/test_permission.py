"""Who may see it: guests and strangers, channels shared with others, roles with row limits; and what is written down of it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.scenario.office import ADMIN, ALICE, TEAM_WEB, Office, words

if TYPE_CHECKING:
    from pathlib import Path

BOB = "U0BOBBY01"


def audit(home: Path) -> list[tuple[str, str, str]]:
    """Who did what with which outcome, oldest first."""
    with sqlite3.connect(home / "state.db") as connection:
        rows = connection.execute("SELECT actor, action, outcome FROM audit ORDER BY id").fetchall()
    connection.close()
    return [(str(actor), str(action), str(outcome)) for actor, action, outcome in rows]


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ({"is_restricted": True}, "Guests"),
        ({"is_ultra_restricted": True}, "Guests"),
        ({"is_stranger": True}, "other companies"),
        ({"team_id": "T0OTHER01"}, "other companies"),
        ({"deleted": True}, "deactivated"),
        ({"is_bot": True}, "Bots"),
    ],
)
async def test_whoever_is_no_full_member_sees_no_number(office: Office, marks: dict[str, object], says: str) -> None:
    office.slack.add_user(BOB, "bob", **marks)
    answer = await office.slash("by service", user=BOB)
    assert says in words(answer)
    assert "$" not in words(answer)


async def test_a_guest_who_mentions_us_is_told_alone_and_gets_no_home(office: Office) -> None:
    office.slack.add_user(BOB, "bob", is_restricted=True)
    await office.mention("cost by service", user=BOB)
    await office.event({"type": "app_home_opened", "user": BOB, "tab": "home", "channel": "D0BOBBY01"})
    assert office.posted == []
    assert "Guests" in words(office.slack.ephemerals[-1])
    assert "Guests" in str(office.slack.homes[BOB])
    assert "$" not in str(office.slack.homes[BOB])


async def test_a_guest_who_clicks_on_what_others_see_changes_nothing(office: Office) -> None:
    await office.mention("cost by service")
    before = words(office.posted[0])
    office.slack.add_user(BOB, "bob", is_restricted=True)
    await office.click(office.posted[0], "By account", user=BOB)
    assert words(office.posted[0]) == before
    assert "Guests" in words(office.slack.ephemerals[-1])


async def test_while_slack_does_not_say_who_asks_nothing_is_shown(office: Office) -> None:
    office.slack.fail("users.info", error="internal_error", times=9)
    answer = await office.slash("by service")
    assert "$" not in words(answer)
    assert "try again" in words(answer).lower()


async def test_an_answer_is_shared_with_the_channel_and_the_private_one_says_so(office: Office, home: Path) -> None:
    answer = await office.slash("by service")
    await office.click(answer, "Share to channel")
    (message,) = office.posted
    assert (message["channel"], "thread_ts" in message) == (TEAM_WEB, False)
    assert "$210" in words(message)
    assert f"Shared in <#{TEAM_WEB}>" in office.slack.ephemerals[-1]["text"]
    assert (ALICE, "action costs.share", "done") in audit(home)


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ({"is_ext_shared": True}, "shared with another company"),
        ({"is_pending_ext_shared": True}, "shared with another company"),
        ({"is_member": False}, "/invite @tuppence"),
        ({"is_archived": True}, "archived"),
    ],
)
async def test_sharing_is_refused_where_it_must_be_and_that_is_on_record(
    office: Office, home: Path, marks: dict[str, object], says: str
) -> None:
    answer = await office.slash("by service")
    office.slack.add_channel(TEAM_WEB, "team-web", **marks)
    await office.click(answer, "Share to channel")
    assert office.posted == []
    assert says in words(office.slack.ephemerals[-1])
    assert (ALICE, "action costs.share", "refused") in audit(home)


async def test_where_we_were_never_invited_the_asker_still_gets_a_private_answer(office: Office) -> None:
    answer = await office.slash("by service", channel="C0SECRET1")
    assert "$210" in words(answer)


async def test_a_mention_in_a_channel_shared_with_another_company_shows_them_nothing(office: Office) -> None:
    office.slack.add_channel("C0PARTNER", "with-partner", is_ext_shared=True)
    await office.mention("cost by service", channel="C0PARTNER")
    assert office.posted == []
    assert office.slack.ephemerals[-1]["user"] == ALICE


async def test_a_role_with_row_limits_counts_into_every_answer(office: Office, home: Path) -> None:
    office.slack.add_user(BOB, "bob")
    given = await office.slash(f"role set <@{BOB}|bob> analyst only account=111", command="/tuppence", user=ADMIN)
    assert "analyst" in words(given)
    seen = words(await office.slash("by service", user=BOB))
    assert "$210" in seen
    assert "Amazon S3" not in seen
    assert (ADMIN, "role.set", "done") in audit(home)


async def test_a_limited_person_shares_their_own_numbers_with_the_limit_said(office: Office) -> None:
    office.slack.add_user(BOB, "bob")
    await office.slash(f"role set <@{BOB}|bob> analyst only account=111", command="/tuppence", user=ADMIN)
    answer = await office.slash("by service", user=BOB)
    await office.click(answer, "Share to channel", user=BOB)
    (message,) = office.posted
    assert "Amazon S3" not in words(message)
    assert "111" in words(message)


async def test_a_limited_person_does_not_change_what_everybody_sees(office: Office) -> None:
    office.slack.add_user(BOB, "bob")
    await office.slash(f"role set <@{BOB}|bob> analyst only account=111", command="/tuppence", user=ADMIN)
    await office.mention("cost by service")
    before = words(office.posted[0])
    await office.click(office.posted[0], "By account", user=BOB)
    assert words(office.posted[0]) == before
    assert "account-222" not in words(office.slack.ephemerals[-1])


async def test_a_limited_persons_file_does_not_stand_where_others_take_it_for_everybodys(office: Office) -> None:
    office.slack.add_user(BOB, "bob")
    await office.slash(f"role set <@{BOB}|bob> analyst only account=111", command="/tuppence", user=ADMIN)
    await office.mention("cost by service")
    await office.click(office.posted[0], "CSV", user=BOB)
    (upload,) = office.slack.files.values()
    assert upload.channel == "D0BOBBY01"
    assert b"Amazon S3" not in upload.content


async def test_only_an_admin_gives_roles(office: Office, home: Path) -> None:
    answer = await office.slash(f"role set <@{ALICE}> admin", command="/tuppence")
    assert "admin" in words(answer)
    assert [each for each in audit(home) if each[0] == ALICE and each[2] == "refused"]


async def test_who_somebody_is_is_remembered_and_asked_again_after_a_change(office: Office) -> None:
    await office.slash("by service")
    await office.slash("by account")
    assert len(office.slack.called("users.info")) == 1
    office.slack.users[ALICE]["is_restricted"] = True
    await office.event({"type": "user_change", "user": office.slack.users[ALICE]})
    assert "Guests" in words(await office.slash("by region"))


async def test_a_group_that_changed_is_asked_again(office: Office) -> None:
    office.slack.groups = [{"id": "S0FINOPS1", "handle": "finops", "users": []}]
    office.slack.add_user(BOB, "bob")
    await office.slash("role set <!subteam^S0FINOPS1|@finops> analyst only account=111", command="/tuppence", user=ADMIN)
    assert "Amazon S3" in words(await office.slash("by service", user=BOB))
    office.slack.groups = [{"id": "S0FINOPS1", "handle": "finops", "users": [BOB]}]
    await office.event({"type": "subteam_members_changed", "subteam_id": "S0FINOPS1", "team_id": "T0FAKE001"})
    assert "Amazon S3" not in words(await office.slash("by service", user=BOB))
