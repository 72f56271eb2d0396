"""Given an anomaly in any state, when somebody does any of the acts, then it goes where the table says, or it is refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from services.anomalies.results import DID, Act
from services.anomalies.transitions import SEEN_BY_A_PERSON, TABLE, acts, after
from storage.model.anomaly import AnomalyKind, Ending, Status
from tests.fakes.anomalies import ANA, BEN, NOW, OPENED_AT, spike

N, A, I, E, F, R = Status  # noqa: E741  # one letter a state keeps the table below a table
GOES = {
    #                     new  ack  inv  exp  false resolved
    Act.ACKNOWLEDGE:     (A, None, None, None, None, None),
    Act.CLAIM:           (A, A, I, None, None, None),
    Act.TAKE_OVER:       (None, None, None, None, None, None),
    Act.INVESTIGATE:     (I, I, None, None, None, None),
    Act.EXPECTED:        (E, E, E, None, None, None),
    Act.FALSE_POSITIVE:  (F, F, F, None, None, None),
    Act.SNOOZE:          (A, A, I, None, None, None),
    Act.ESCALATE:        (N, A, I, None, None, None),
    Act.REROUTE:         (N, N, N, None, None, None),
    Act.FIXED:           (R, R, R, None, None, None),
    Act.REOPEN:          (None, None, None, N, N, N),
}  # fmt: skip
EVERY = [(act, status, GOES[act][at]) for act in Act for at, status in enumerate(Status)]


@pytest.mark.parametrize(("act", "status", "goes"), EVERY, ids=[f"{act} when {status}" for act, status, _ in EVERY])
def test_every_act_in_every_state(act: Act, status: Status, goes: Status | None) -> None:
    anomaly = spike(status=status)
    assert (act in acts(anomaly)) == (goes is not None)
    if goes is not None:
        moved = after(anomaly, act, ANA, NOW)
        assert moved.status is goes
        assert moved.changed_at == NOW
        assert moved.ended_at == (None if goes.is_open else NOW)


def test_the_table_has_every_state_and_every_act() -> None:
    assert set(TABLE) == set(Status)
    assert {act for row in TABLE.values() for act in row} == set(Act)
    assert {act.done for act in Act} <= set(DID)


@pytest.mark.parametrize("status", [A, I])
def test_what_somebody_claimed_is_taken_over_and_not_claimed_again(status: Status) -> None:
    claimed = spike(status=status, claimed_by=BEN)
    assert Act.CLAIM not in acts(claimed)
    assert Act.TAKE_OVER in acts(claimed)
    assert after(claimed, Act.TAKE_OVER, ANA, NOW).claimed_by == ANA


@pytest.mark.parametrize(("status", "kind"), list(product(Status, AnomalyKind)))
def test_what_is_folded_has_no_acts_and_silence_is_no_false_positive(status: Status, kind: AnomalyKind) -> None:
    assert acts(spike(status=status, kind=kind, parent=3)) == ()
    assert (Act.FALSE_POSITIVE in acts(spike(status=status, kind=kind))) == (status.is_open and kind is not AnomalyKind.SILENCE)


@pytest.mark.parametrize("act", sorted(SEEN_BY_A_PERSON - {Act.TAKE_OVER}))
def test_whoever_acts_first_has_seen_it_and_nobody_is_reminded(act: Act) -> None:
    moved = after(spike(remind_at=NOW), act, ANA, NOW)
    assert (moved.acknowledged_by, moved.acknowledged_at, moved.remind_at) == (ANA, NOW, None)
    again = after(moved.but(status=Status.ACKNOWLEDGED), Act.INVESTIGATE, BEN, NOW + timedelta(hours=1))
    assert (again.acknowledged_by, again.acknowledged_at, again.claimed_by) == (ANA, NOW, moved.claimed_by or BEN)


@pytest.mark.parametrize("act", [Act.REROUTE, Act.REOPEN])
def test_passed_on_or_opened_again_it_is_new_to_everybody(act: Act) -> None:
    status = Status.INVESTIGATING if act is Act.REROUTE else Status.RESOLVED
    old = spike(
        status=status, acknowledged_by=BEN, acknowledged_at=OPENED_AT, claimed_by=BEN, ending=Ending.FIXED, ended_at=OPENED_AT
    )
    assert after(old, act, ANA, NOW) == spike(remind_at=old.remind_at, changed_at=NOW, touched=1)


@pytest.mark.parametrize("status", [N, A, I])
def test_it_is_escalated_once_until_it_is_new_to_everybody(status: Status) -> None:
    assert Act.ESCALATE in acts(spike(status=status, reminded=1))
    escalated = spike(status=status, reminded=2)
    assert Act.ESCALATE not in acts(escalated)
    assert Act.ESCALATE in acts(after(escalated, Act.REROUTE, ANA, NOW))


def test_fixed_says_how_it_ended() -> None:
    assert after(spike(), Act.FIXED, ANA, NOW).ending is Ending.FIXED
