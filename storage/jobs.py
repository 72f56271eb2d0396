"""The truth about jobs: who may run them now, and what became of every run. Whatever ticks asks here first.

A lease is held by one process and has to be renewed; when its holder dies, another takes it once it has expired. A run is a row
that only one can insert. A row that says `running` when its process is gone is a run that was lost, and stays visible so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from storage.database import Database

LEASE = "jobs"
COLUMNS = "job, scheduled_for, owner, started_at, finished_at, outcome, detail"


class Outcome(StrEnum):
    """What became of a run. LOST: its process ended before it did."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job. `scheduled_for` is when it was due; `finished_at` is None when it never came to its end."""

    job: str
    scheduled_for: datetime
    owner: str
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome
    detail: str


class Jobs:
    """Leases and runs, in state.db."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def take(self, owner: str, now: datetime, lease: timedelta) -> bool:
        """Take or renew the lease until `now + lease`; False while somebody else has it."""
        with self._database.write() as connection:
            taken = connection.execute(
                "INSERT INTO leases (name, owner, expires_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "owner = excluded.owner, expires_at = excluded.expires_at WHERE owner = excluded.owner OR expires_at <= ?",
                (LEASE, owner, (now + lease).timestamp(), now.timestamp()),
            )
        return taken.rowcount == 1

    def holder(self) -> str:
        """Who took the lease last and did not give it up; it may have expired. Empty when nobody did."""
        with self._database.read() as connection:
            row = connection.execute("SELECT owner FROM leases WHERE name = ?", (LEASE,)).fetchone()
        return str(row[0]) if row else ""

    def give_up(self, owner: str) -> None:
        """Let the next one in at once."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM leases WHERE name = ? AND owner = ?", (LEASE, owner))

    def begin(self, job: str, scheduled_for: datetime, owner: str, now: datetime) -> bool:
        """True for the one who is to run it: the holder of the lease, when nobody began it before."""
        with self._database.write() as connection:
            begun = connection.execute(
                "INSERT INTO job_runs (job, scheduled_for, owner, started_at, outcome) SELECT ?, ?, ?, ?, ? "
                "WHERE EXISTS (SELECT 1 FROM leases WHERE name = ? AND owner = ? AND expires_at > ?) ON CONFLICT DO NOTHING",
                (job, _text(scheduled_for), owner, _text(now), Outcome.RUNNING, LEASE, owner, now.timestamp()),
            )
        return begun.rowcount == 1

    def finish(self, job: str, scheduled_for: datetime, outcome: Outcome, now: datetime, detail: str = "") -> None:
        """Note how a run ended."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE job_runs SET finished_at = ?, outcome = ?, detail = ? WHERE job = ? AND scheduled_for = ?",
                (_text(now), outcome, detail, job, _text(scheduled_for)),
            )

    def settle(self, owner: str) -> tuple[Run, ...]:
        """Call what others left running lost, and return it. Only the holder of the lease may: then the others are gone."""
        with self._database.write() as connection:
            rows = connection.execute(
                f"UPDATE job_runs SET outcome = ? WHERE outcome = ? AND owner <> ? RETURNING {COLUMNS}",
                (Outcome.LOST, Outcome.RUNNING, owner),
            ).fetchall()
        return tuple(_run(row) for row in rows)

    def latest(self) -> tuple[Run, ...]:
        """The newest run of each job, by name."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM job_runs r "
                "WHERE scheduled_for = (SELECT max(scheduled_for) FROM job_runs WHERE job = r.job) ORDER BY job"
            ).fetchall()
        return tuple(_run(row) for row in rows)

    def prune(self, before: datetime) -> int:
        """Forget runs that were due before a moment, but never a job's newest; returns how many."""
        with self._database.write() as connection:
            gone = connection.execute(
                "DELETE FROM job_runs WHERE scheduled_for < ? "
                "AND scheduled_for < (SELECT max(scheduled_for) FROM job_runs newest WHERE newest.job = job_runs.job)",
                (_text(before),),
            )
        return gone.rowcount


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _run(row: Sequence[Any]) -> Run:
    job, due, owner, started, finished, outcome, detail = row
    ended = datetime.fromisoformat(finished) if finished else None
    return Run(job, datetime.fromisoformat(due), owner, datetime.fromisoformat(started), ended, Outcome(outcome), detail)
