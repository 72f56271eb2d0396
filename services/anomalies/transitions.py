"""What people may do with an anomaly, and where that takes it: one table, from which the buttons of each state follow.

==================  ============  ============  =============  =================================
act                 new           acknowledged  investigating  closed (expected, false positive,
                                                               resolved)
==================  ============  ============  =============  =================================
acknowledge         acknowledged
claim (unclaimed)   acknowledged  acknowledged  investigating
take over (claimed                acknowledged  investigating
by somebody else)
investigate         investigating investigating
expected            expected      expected      expected
false positive      false_pos.    false_pos.    false_pos.
snooze              acknowledged  acknowledged  investigating
escalate            new           acknowledged  investigating
reroute             new           new           new
fixed               resolved      resolved      resolved
reopen                                                         new
==================  ============  ============  =============  =================================

It is escalated once: until it is passed on or opened again there is nobody else to call.

What is folded into another anomaly follows that one and takes no acts of its own. Data that stopped arriving is no false
positive: it did stop, and there is no floor to raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.anomalies.results import Act
from storage.model.anomaly import AnomalyKind, Ending, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.model.anomaly import Anomaly


_ANYWHERE_OPEN = {
    Act.EXPECTED: Status.EXPECTED,
    Act.FALSE_POSITIVE: Status.FALSE_POSITIVE,
    Act.REROUTE: Status.NEW,
    Act.FIXED: Status.RESOLVED,
}
_CLOSED = {Act.REOPEN: Status.NEW}
TABLE: Mapping[Status, Mapping[Act, Status]] = {
    Status.NEW: {
        Act.ACKNOWLEDGE: Status.ACKNOWLEDGED,
        Act.CLAIM: Status.ACKNOWLEDGED,
        Act.INVESTIGATE: Status.INVESTIGATING,
        Act.SNOOZE: Status.ACKNOWLEDGED,
        Act.ESCALATE: Status.NEW,
        **_ANYWHERE_OPEN,
    },
    Status.ACKNOWLEDGED: {
        Act.CLAIM: Status.ACKNOWLEDGED,
        Act.TAKE_OVER: Status.ACKNOWLEDGED,
        Act.INVESTIGATE: Status.INVESTIGATING,
        Act.SNOOZE: Status.ACKNOWLEDGED,
        Act.ESCALATE: Status.ACKNOWLEDGED,
        **_ANYWHERE_OPEN,
    },
    Status.INVESTIGATING: {
        Act.CLAIM: Status.INVESTIGATING,
        Act.TAKE_OVER: Status.INVESTIGATING,
        Act.SNOOZE: Status.INVESTIGATING,
        Act.ESCALATE: Status.INVESTIGATING,
        **_ANYWHERE_OPEN,
    },
    Status.EXPECTED: _CLOSED,
    Status.FALSE_POSITIVE: _CLOSED,
    Status.RESOLVED: _CLOSED,
}
SEEN_BY_A_PERSON = frozenset(Act) - {Act.ESCALATE, Act.REROUTE, Act.REOPEN}
"""Whoever does one of these has seen it: it counts as acknowledged, and nobody is reminded any more."""
LAST_CALL = 2
"""`reminded` where everybody was called who can be: by the clock or by a person, the on-call and the escalation channel."""
LESSONS = frozenset({Act.EXPECTED, Act.FALSE_POSITIVE, Act.SNOOZE})
"""What these teach the detection is taken back by reopening."""


def acts(anomaly: Anomaly) -> tuple[Act, ...]:
    """What can be done with it as it stands, in the order of `Act`."""
    if anomaly.parent is not None:
        return ()
    return tuple(act for act in Act if act in TABLE[anomaly.status] and _fits(act, anomaly))


def _fits(act: Act, anomaly: Anomaly) -> bool:
    if act is Act.CLAIM:
        return not anomaly.claimed_by
    if act is Act.TAKE_OVER:
        return bool(anomaly.claimed_by)
    if act is Act.ESCALATE:
        return anomaly.reminded < LAST_CALL
    return not (act is Act.FALSE_POSITIVE and anomaly.kind is AnomalyKind.SILENCE)


def after(anomaly: Anomaly, act: Act, actor: str, now: datetime) -> Anomaly:
    """The anomaly after somebody's act, which `acts` must allow: status, who, and when it ended. The rest is the desk's."""
    status = TABLE[anomaly.status][act]
    ended_at, touched = None if status.is_open else now, anomaly.touched + 1
    moved = anomaly.but(status=status, changed_at=now, ended_at=ended_at, touched=touched)
    if act in SEEN_BY_A_PERSON:
        by = anomaly.acknowledged_by or actor
        moved = moved.but(acknowledged_by=by, acknowledged_at=anomaly.acknowledged_at or now, remind_at=None)
    if act in {Act.CLAIM, Act.TAKE_OVER}:
        return moved.but(claimed_by=actor)
    if act is Act.INVESTIGATE:
        return moved.but(claimed_by=anomaly.claimed_by or actor)
    if act is Act.FIXED:
        return moved.but(ending=Ending.FIXED)
    return _anew(moved) if act in {Act.REROUTE, Act.REOPEN} else moved


def _anew(anomaly: Anomaly) -> Anomaly:
    """As if it had just been found: somebody has to look at it (again)."""
    return anomaly.but(
        acknowledged_by="",
        acknowledged_at=None,
        claimed_by="",
        snoozed_until=None,
        expected_until=None,
        ending=None,
        reminded=0,
    )
