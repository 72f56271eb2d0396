"""Given the state of the bills, when it is told, then what is late comes first and nothing in a name does harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from handlers.blocks.validate import message_problems
from handlers.status.render import NOTHING, status
from services.access.results import Person, Role
from services.status.results import SourceStatus, Status
from storage.model.scope import Scope

TODAY = date(2026, 11, 22)
ANA = Person("U1", "T1", "Ana", Role.VIEWER)
ONLY_WEB = replace(ANA, scope=Scope.only(account=("111",)))
MORNING = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
AWS = SourceStatus("aws", date(2025, 10, 1), date(2026, 11, 20), late=False, charges=610_478, ingested_at=MORNING, rejected=0)
AZURE = SourceStatus("azure", date(2026, 1, 1), date(2026, 11, 12), late=True, charges=1204, ingested_at=None, rejected=3)
NEW = replace(AWS, name="<!channel> `x`", through=None)


def state(*sources: SourceStatus, charges: int | None = 611_682) -> Status:
    return Status(sources, charges, generation=3, version="0.1.0", hit_rate=None)


def test_late_sources_come_first_and_each_has_a_line() -> None:
    reply = status(state(AWS, AZURE), ANA, TODAY)
    assert reply.text == "2 sources, 1 late: azure"
    said = str(reply.blocks)
    for words in ("12 Nov (late)", "610,478", "2026-11-22 06:30", "3 rows", "nothing", "611,682 charges", "*viewer*"):
        assert words in said


def test_whose_rows_are_limited_sees_no_sizes_and_reads_why() -> None:
    own = replace(AWS, charges=None, rejected=None)
    reply = status(state(own, charges=None), ONLY_WEB, TODAY)
    said = str(reply.blocks)
    assert "610,478" not in said
    assert "charges ·" not in said
    assert "You see account 111 only." in said
    assert reply.result is not None
    assert (reply.result["charges"], reply.result["sources"][0]["charges"]) == (None, None)


def test_without_a_bill_it_says_so_and_to_each_what_is_true_for_them() -> None:
    assert status(state(charges=0), ANA, TODAY).text == NOTHING
    assert "what you may see" in status(state(charges=None), ONLY_WEB, TODAY).text


def test_an_admin_reads_how_much_was_not_delivered_and_nothing_of_none() -> None:
    boss, busy = replace(ANA, role=Role.ADMIN), replace(state(AWS), waiting=3, undelivered=1)
    assert "3 messages waiting to be posted, 1 message not delivered" in str(status(busy, boss, TODAY).blocks)
    assert "delivered" not in str(status(state(AWS), boss, TODAY).blocks)
    assert "delivered" not in str(status(busy, ANA, TODAY).blocks)


@pytest.mark.parametrize("sources", [(), (AWS,), (NEW,), (AWS, AZURE, NEW) * 60])
def test_slack_takes_it_whatever_the_sources_are_called(sources: tuple[SourceStatus, ...]) -> None:
    reply = status(state(*sources), ANA, TODAY)
    assert message_problems(reply.blocks, reply.text) == ()
    assert "<!" not in f"{reply.text}{reply.blocks}"
