"""The store of anomalies. A change, its line of history, its audit line and the letters that tell it are one transaction.

Two people may click at once: a change names the revision that it was decided on, and only the first is written.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from storage.audit import append
from storage.model.anomaly import Anomaly, Feedback, FeedbackKind, Happening, SeriesKey, Status, Suppression
from storage.outbox import enqueue

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from storage.database import Database
    from storage.model.audit import Entry
    from storage.model.letter import Letter

    Letters = Callable[[Anomaly], Iterable[Letter]]
    Member = tuple[Anomaly, Happening]

OPEN = tuple(status for status in Status if status.is_open)
COLUMNS = (
    "revision, series, kind, severity, status, told, since, until, parent, route, channel, opened_at, ended_at, remind_at, facts"
)
_PAIRS = ", ".join(f"{name.strip()} = ?" for name in COLUMNS.split(","))
FEEDBACK = "id, kind, scope, since, until, by, at, note, amount, anomaly, undone_by, undone_at"
_FACTS: TypeAdapter[Anomaly] = TypeAdapter(Anomaly)


def no_letters(_: Anomaly) -> Iterable[Letter]:
    """For a change that nobody is told."""
    return ()


class Anomalies:
    """Episodes and their history, in state.db. Blocking: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def add(self, anomaly: Anomaly, happening: Happening, letters: Letters = no_letters) -> Anomaly:
        """Store a new one; returns it with its id. `letters` makes what tells it, when the id is known."""
        with self._database.write() as connection:
            return _insert(connection, anomaly, happening, letters)

    def begin(self, anomaly: Anomaly, happening: Happening, members: Iterable[Member] = ()) -> Anomaly | None:
        """The same, with what is folded into it, unless its series has an open one already: two programs may watch one bill."""
        with self._database.write() as connection:
            is_open = f"SELECT 1 FROM anomalies WHERE series = ? AND status IN ({_marks(OPEN)})"
            if connection.execute(is_open, (anomaly.series.id, *OPEN)).fetchone():
                return None
            stored = _insert(connection, anomaly, happening, no_letters)
            _fold_in(connection, stored, members)
        return stored

    def change(
        self,
        after: Anomaly,
        happening: Happening | None,
        letters: Letters = no_letters,
        *,
        lessons: Iterable[Feedback] = (),
        taken_back: Iterable[int] = (),
        entry: Entry | None = None,
        with_members: bool = False,
        members: Iterable[Member] = (),
    ) -> Anomaly | None:
        """Write `after` in place of the revision it was made from; None, and nothing written, when another came first.

        Without a happening (the running numbers of a day) the history stays as it is. `lessons` are what the change teaches,
        `taken_back` the ids of those that no longer count. `with_members`: what is folded into it stands where it stands, but for
        those that were over before it; `members` are folded into it now.
        """
        stored = replace(after, revision=after.revision + 1)
        with self._database.write() as connection:
            followers = _followers(connection, after.id) if with_members else ()
            values = (*_row(stored), after.id, after.revision)
            if not connection.execute(f"UPDATE anomalies SET {_PAIRS} WHERE id = ? AND revision = ?", values).rowcount:
                return None
            if happening is not None:
                _note(connection, after.id, happening)
            for lesson in lessons:
                add_feedback(connection, lesson)
            for number in taken_back:
                _take_back(connection, number, happening.actor if happening else "", after.changed_at)
            _bring_along(connection, stored, followers)
            _fold_in(connection, stored, members)
            if entry is not None:
                append(connection, entry)
            enqueue(connection, letters(stored), happening.at if happening else after.changed_at)
        return stored

    def note(self, number: int, happening: Happening) -> None:
        """Add a line to the history and change nothing else."""
        with self._database.write() as connection:
            _note(connection, number, happening)

    def get(self, number: int) -> Anomaly | None:
        """One by its id."""
        return next(iter(self._select("WHERE id = ?", number)), None)

    def open_ones(self) -> tuple[Anomaly, ...]:
        """All that are still somebody's to do, newest first, folded ones too."""
        return self._select(f"WHERE status IN ({_marks(OPEN)}) ORDER BY id DESC", *OPEN)

    def latest(self, count: int = 100, *, statuses: Sequence[Status] = (), since: datetime | None = None) -> tuple[Anomaly, ...]:
        """The newest ones, newest first; only of some statuses, only those opened since a moment."""
        wheres, values = ["opened_at >= ?"], [_text(since) if since else ""]
        if statuses:
            wheres.append(f"status IN ({_marks(statuses)})")
            values += statuses
        return self._select(f"WHERE {' AND '.join(wheres)} ORDER BY id DESC LIMIT ?", *values, count)

    def during(self, first: date, last: date, count: int) -> tuple[Anomaly, ...]:
        """Those that were going on between two days (both included), newest first; folded ones are not among them."""
        return self._select(
            "WHERE since <= ? AND until >= ? AND parent IS NULL ORDER BY id DESC LIMIT ?",
            last.isoformat(),
            first.isoformat(),
            count,
        )

    def of_series(self, series: SeriesKey, since: date) -> tuple[Anomaly, ...]:
        """All episodes of one series that were still going on at a day or later, newest first."""
        return self._select("WHERE series = ? AND until >= ? ORDER BY id DESC", series.id, since.isoformat())

    def members(self, number: int) -> tuple[Anomaly, ...]:
        """Those folded into one."""
        return self._select("WHERE parent = ? ORDER BY id", number)

    def to_remind(self, now: datetime) -> tuple[Anomaly, ...]:
        """Those whose time to be told again has come."""
        return self._select("WHERE remind_at <= ? ORDER BY remind_at", _text(now))

    def history(self, number: int) -> tuple[Happening, ...]:
        """What happened to one, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT at, actor, what, note FROM anomaly_history WHERE anomaly = ? ORDER BY id", (number,)
            )
            return tuple(Happening(datetime.fromisoformat(at), *rest) for at, *rest in rows)

    def _select(self, where: str, *values: object) -> tuple[Anomaly, ...]:
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT id, facts FROM anomalies {where}", values).fetchall()
        return tuple(replace(_FACTS.validate_json(facts), id=number) for number, facts in rows)

    # What people taught the detection.

    def teach(self, feedback: Feedback, entry: Entry | None = None) -> Feedback:
        """Keep a lesson; returns it with its id."""
        with self._database.write() as connection:
            stored = replace(feedback, id=add_feedback(connection, feedback))
            if entry is not None:
                append(connection, entry)
        return stored

    def undo(self, number: int, by: str, at: datetime, entry: Entry | None = None) -> bool:
        """Take a lesson back; False when there is none that is in force."""
        with self._database.write() as connection:
            is_undone = _take_back(connection, number, by, at)
            if is_undone and entry is not None:
                append(connection, entry)
        return is_undone

    def feedback(self) -> tuple[Feedback, ...]:
        """Every lesson that was not taken back, oldest first; whether it is in force on a day, it says itself."""
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT {FEEDBACK} FROM feedback WHERE undone_by = '' ORDER BY id").fetchall()
        return tuple(map(_feedback, rows))

    def suppress(self, suppressions: Iterable[Suppression]) -> None:
        """Note what feedback kept back; the same day of a series is noted once."""
        rows = [(each.feedback, each.series.id, each.day.isoformat(), str(each.excess)) for each in suppressions]
        with self._database.write() as connection:
            connection.executemany("INSERT OR REPLACE INTO suppressions VALUES (?, ?, ?, ?)", rows)

    def suppressions(self, since: date) -> tuple[Suppression, ...]:
        """What was kept back since a day, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT feedback, series, day, excess FROM suppressions WHERE day >= ? ORDER BY day, series", (since.isoformat(),)
            ).fetchall()
        return tuple(
            Suppression(number, SeriesKey.parse(series), date.fromisoformat(day), Decimal(excess))
            for number, series, day, excess in rows
        )

    # How far the watch has come.

    def marks(self) -> dict[str, str]:
        """Name → how far it was watched (a day, a generation), as the watch wrote it."""
        with self._database.read() as connection:
            return dict(connection.execute("SELECT name, mark FROM watched").fetchall())

    def mark(self, name: str, mark: str, at: datetime) -> None:
        """Note how far a thing was watched."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO watched VALUES (?, ?, ?)", (name, mark, _text(at)))

    def seen(self) -> dict[tuple[str, str], date]:
        """(dimension, value) → the first day that it was seen in a bill."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT dimension, value, first_day FROM seen").fetchall()
        return {(dimension, value): date.fromisoformat(day) for dimension, value, day in rows}

    def see(self, found: Iterable[tuple[str, str, date]], at: datetime) -> None:
        """Note values that were seen; those that were known keep their first day."""
        rows = [(dimension, value, day.isoformat(), _text(at)) for dimension, value, day in found]
        with self._database.write() as connection:
            connection.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", rows)


def add_feedback(connection: sqlite3.Connection, feedback: Feedback) -> int:
    """Keep a lesson within somebody's own transaction; returns its id."""
    until = feedback.until.isoformat() if feedback.until else None
    values = (feedback.kind, feedback.scope.id, feedback.since.isoformat(), until, feedback.by, _text(feedback.at))
    added = connection.execute(
        "INSERT INTO feedback (kind, scope, since, until, by, at, note, amount, anomaly) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, feedback.note, str(feedback.amount), feedback.anomaly),
    )
    return added.lastrowid or 0


def _take_back(connection: sqlite3.Connection, number: int, by: str, at: datetime) -> bool:
    undone = connection.execute(
        "UPDATE feedback SET undone_by = ?, undone_at = ? WHERE id = ? AND undone_by = ''", (by, _text(at), number)
    )
    return bool(undone.rowcount)


def _followers(connection: sqlite3.Connection, parent: int) -> Sequence[tuple[int, str]]:
    """(id, facts) of what goes where the parent goes: its open members, and those that ended together with it.

    Read in the same write, so that numbers which the watch wrote a moment ago are kept.
    """
    ended_with_it = "ended_at = (SELECT ended_at FROM anomalies WHERE id = ?)"
    follows = f"parent = ? AND (status IN ({_marks(OPEN)}) OR {ended_with_it})"
    return connection.execute(f"SELECT id, facts FROM anomalies WHERE {follows}", (parent, *OPEN, parent)).fetchall()


def _bring_along(connection: sqlite3.Connection, parent: Anomaly, followers: Iterable[tuple[int, str]]) -> None:
    for number, facts in followers:
        member = _FACTS.validate_json(facts)
        there = replace(
            member,
            revision=member.revision + 1,
            status=parent.status,
            acknowledged_by=parent.acknowledged_by,
            acknowledged_at=parent.acknowledged_at,
            claimed_by=parent.claimed_by,
            snoozed_until=parent.snoozed_until,
            expected_until=parent.expected_until,
            ending=parent.ending,
            ended_at=parent.ended_at,
            changed_at=parent.changed_at,
        )
        connection.execute(f"UPDATE anomalies SET {_PAIRS} WHERE id = ?", (*_row(there), number))


def _insert(connection: sqlite3.Connection, anomaly: Anomaly, happening: Happening, letters: Letters) -> Anomaly:
    row = _row(replace(anomaly, revision=1))
    marks = ", ".join("?" * len(row))
    number = connection.execute(f"INSERT INTO anomalies ({COLUMNS}) VALUES ({marks})", row).lastrowid or 0
    stored = replace(anomaly, id=number, revision=1)
    _note(connection, number, happening)
    enqueue(connection, letters(stored), happening.at)
    return stored


def _fold_in(connection: sqlite3.Connection, parent: Anomaly, members: Iterable[Member]) -> None:
    for member, happening in members:
        _insert(connection, replace(member, parent=parent.id), happening, no_letters)


def _note(connection: sqlite3.Connection, number: int, happening: Happening) -> None:
    connection.execute(
        "INSERT INTO anomaly_history (anomaly, at, actor, what, note) VALUES (?, ?, ?, ?, ?)",
        (number, _text(happening.at), happening.actor, happening.what, happening.note),
    )


def _row(anomaly: Anomaly) -> tuple[object, ...]:
    """The columns, in the order of `COLUMNS`."""
    return (
        *(anomaly.revision, anomaly.series.id, anomaly.kind, int(anomaly.severity), anomaly.status, anomaly.told),
        *(anomaly.since.isoformat(), anomaly.until.isoformat(), anomaly.parent, anomaly.route, anomaly.channel),
        _text(anomaly.opened_at),
        *(_text(each) if each else None for each in (anomaly.ended_at, anomaly.remind_at)),
        _FACTS.dump_json(anomaly).decode(),
    )


def _feedback(row: Sequence[object]) -> Feedback:
    number, kind, scope, since, until, by, at, note, amount, anomaly, undone_by, undone_at = row
    return Feedback(
        *(FeedbackKind(str(kind)), SeriesKey.parse(str(scope)), date.fromisoformat(str(since))),
        date.fromisoformat(str(until)) if until else None,
        str(by),
        datetime.fromisoformat(str(at)),
        note=str(note),
        amount=Decimal(str(amount)),
        anomaly=int(str(anomaly)) if anomaly is not None else None,
        id=int(str(number)),
        undone_by=str(undone_by),
        undone_at=datetime.fromisoformat(str(undone_at)) if undone_at else None,
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _text(moment: datetime) -> str:
    """UTC to the second: texts that compare as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
