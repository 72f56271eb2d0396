"""Who is sending which letter. A claim is one row's owner and token; whatever is said of a letter has to bring the right one.

Only the holder of the jobs' lease may claim. So a claim of anybody else is one whose process is gone, or stopped: it is taken
over, and whoever wakes up with it finds that its token counts no more.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from storage.jobs import LEASE
from storage.model.letter import Claim, Settled
from storage.outbox import enqueue

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence
    from datetime import timedelta

    from storage.database import Database
    from storage.model.letter import Letter

ENOUGH = 22
"""After so many tries a letter holds up its channel no more: the sender's waits make that a little more than an hour."""

_OPEN = """SELECT EXISTS (SELECT 1 FROM leases WHERE name = :lease AND owner = :owner AND expires_at > :now)
    AND EXISTS (SELECT 1 FROM letters WHERE state = 'pending'
        OR state = 'sending' AND claim NOT IN (SELECT value FROM json_each(:hands)))"""
# What was never posted, or is only an edit, can be done again without a doubt.
_FREE = """UPDATE letters SET state = 'pending', claim = '', owner = '', posting_at = NULL
    WHERE state = 'sending' AND claim NOT IN (SELECT value FROM json_each(:hands)) AND (posting_at IS NULL OR ts <> '')"""
_ORPHANS = """UPDATE letters SET state = 'withdrawn', settled_at = :now, reason = 'The message it belongs to is not there.'
    WHERE state = 'pending' AND ts = '' AND thread_of <> '' AND EXISTS (SELECT 1 FROM letters AS parent
        WHERE parent.key = letters.thread_of AND parent.ts = ''
        AND parent.state IN ('failed', 'refused', 'dropped', 'withdrawn'))"""
_COLUMNS = """letters.key, letters.template, letters.args,
    coalesce(nullif(parent.place, ''), letters.channel) AS channel,
    coalesce(parent.ts, '') AS thread, letters.broadcast,
    CASE WHEN letters.posting_at IS NULL THEN letters.wanted ELSE letters.shown END AS wanted,
    letters.place, letters.ts, letters.picture, letters.attempts, letters.faults, letters.reposts, letters.posting_at"""
_FROM = "FROM letters LEFT JOIN letters AS parent ON parent.key = letters.thread_of"
_DOUBTFUL = f"""SELECT {_COLUMNS} {_FROM} WHERE letters.state = 'sending' AND letters.posting_at IS NOT NULL
    AND letters.claim NOT IN (SELECT value FROM json_each(:hands)) AND letters.retry_at <= :now
    AND (letters.owner = :owner OR letters.posting_at <= :expired) ORDER BY letters.number LIMIT :most"""
# A channel's new messages go one after the other, so only the first of each may be taken, and none while one is being sent.
# An edit waits only for the last edit of its message, and comes first: somebody clicked. What is not due yet, could not be
# put into words, or was not taken for too long, holds up nobody.
_HEADS = f"""WITH open AS (
    SELECT {_COLUMNS}, letters.number, letters.state, letters.retry_at,
        CASE WHEN letters.ts <> '' THEN 'edit ' || letters.key
            ELSE coalesce(nullif(parent.place, ''), letters.channel) END AS lane
    {_FROM}
    WHERE letters.state = 'sending' OR letters.state = 'pending' AND letters.not_before <= :moment
        AND (letters.thread_of = '' OR letters.ts <> '' OR parent.ts <> '')
        AND (letters.faults = 0 AND letters.attempts < :enough OR letters.retry_at <= :now)
), heads AS (SELECT *, row_number() OVER (PARTITION BY lane ORDER BY state = 'sending' DESC, number) AS turn FROM open)
SELECT key, template, args, channel, thread, broadcast, wanted, place, ts, picture, attempts, faults, reposts, posting_at
FROM heads WHERE turn = 1 AND state = 'pending' AND retry_at <= :now ORDER BY ts = '', number LIMIT :most"""
_SETTLE = """UPDATE letters SET
    state = CASE WHEN wanted > :revision THEN 'pending' ELSE :state END,
    settled_at = CASE WHEN wanted > :revision OR :state = 'pending' THEN NULL ELSE :now END,
    shown = :revision,
    place = :place, ts = :ts, picture = :picture, reason = :reason, retry_at = :retry_at,
    attempts = :attempts, faults = :faults, reposts = :reposts, claim = '', owner = '', posting_at = NULL
    WHERE claim = :token AND state = 'sending'"""


class Claims:
    """The claims in state.db. `hands` are always the tokens that the calling process is busy with."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def take(
        self, owner: str, hands: Collection[str], most: int, *, now: datetime, moment: datetime, expiry: timedelta
    ) -> tuple[Claim, ...]:
        """What this owner is to see to next, in order; nothing while somebody else holds the lease.

        First what may or may not stand in Slack (`posting_at` is set): our own when its time has come, that of others `expiry`
        after they began. Then what is to be sent. `now` is the real time, `moment` the one that `not_before` is measured by.
        """
        values: dict[str, object] = {"lease": LEASE, "owner": owner, "hands": json.dumps(sorted(hands)), "most": most}
        values["enough"] = ENOUGH
        values |= {"now": now.timestamp(), "moment": moment.timestamp(), "expired": (now - expiry).timestamp()}
        with self._database.read() as connection:
            if not connection.execute(_OPEN, values).fetchone()[0]:
                return ()
        with self._database.write() as connection:
            if not connection.execute(_OPEN, values).fetchone()[0]:
                return ()
            connection.execute(_FREE, values)
            connection.execute(_ORPHANS, values)
            rows = [*connection.execute(_DOUBTFUL, values), *connection.execute(_HEADS, values)]
            return tuple(_claimed(connection, row, owner) for row in rows[:most])

    def arrived(self, since: datetime, until: datetime) -> bool:
        """Whether any message arrived between two moments."""
        asked = "SELECT EXISTS (SELECT 1 FROM letters WHERE settled_at >= ? AND settled_at < ? AND state = 'sent')"
        with self._database.read() as connection:
            return bool(connection.execute(asked, (since.timestamp(), until.timestamp())).fetchone()[0])

    def begin(self, claim: Claim, place: str, now: datetime) -> bool:
        """Note that it may stand in Slack from now on; False when the claim counts no more, and nothing may be sent."""
        with self._database.write() as connection:
            begun = connection.execute(
                "UPDATE letters SET posting_at = ?, place = ?, shown = ? WHERE claim = ? AND state = 'sending'",
                (now.timestamp(), place, claim.revision, claim.token),
            )
        return begun.rowcount == 1

    def doubt(self, claim: Claim, until: datetime) -> None:
        """It may stand there or not; it is let go, and taken again from that moment on to find out."""
        with self._database.write() as connection:
            connection.execute("UPDATE letters SET retry_at = ? WHERE claim = ?", (until.timestamp(), claim.token))

    def settle(self, claim: Claim, to: Settled, now: datetime, also: Iterable[Letter] = ()) -> bool:
        """What the claim came to, and `also` what has to be said because of it; False when the claim counts no more.

        What was queued anew meanwhile is to be sent again, whatever became of this.
        """
        values = {"token": claim.token, "revision": claim.revision, "now": now.timestamp(), "state": to.state}
        values |= {"place": to.place, "ts": to.ts, "picture": to.picture, "reason": to.reason}
        values |= {"attempts": to.attempts, "faults": to.faults, "reposts": to.reposts}
        values["retry_at"] = to.retry_at.timestamp() if to.retry_at else 0.0
        with self._database.write() as connection:
            settled = connection.execute(_SETTLE, values)
            if settled.rowcount == 1:
                enqueue(connection, also, now)
        return settled.rowcount == 1


def _claimed(connection: sqlite3.Connection, row: Sequence[Any], owner: str) -> Claim:
    """Put the row into this owner's hands."""
    key, template, args, channel, thread, broadcast, wanted, place, ts, picture, attempts, faults, reposts, posting_at = row
    token = uuid4().hex
    connection.execute("UPDATE letters SET state = 'sending', claim = ?, owner = ? WHERE key = ?", (token, owner, key))
    since = None if posting_at is None else datetime.fromtimestamp(posting_at, UTC)
    return Claim(
        token=token,
        key=key,
        template=template,
        args=json.loads(args),
        channel=channel,
        thread=thread,
        broadcast=bool(broadcast),
        revision=wanted,
        place=place,
        ts=ts,
        picture=picture,
        attempts=attempts,
        faults=faults,
        reposts=reposts,
        posting_at=since,
    )
