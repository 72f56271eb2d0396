"""What the directory said about people and user groups, and when: a memory, so that Slack is not asked at every word."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from storage.model.people import UserFacts, UserGroup

if TYPE_CHECKING:
    from storage.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """Facts and the moment they were fetched."""

    facts: T
    at: datetime


class People:
    """Accounts by id, and the user groups as one whole."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def user(self, user_id: str) -> Kept[UserFacts] | None:
        """What is remembered of an account; None when it was never asked for."""
        with self._database.read() as connection:
            row = connection.execute("SELECT facts, fetched_at FROM people WHERE id = ?", (user_id,)).fetchone()
        return Kept(UserFacts(**json.loads(row[0])), _moment(row[1])) if row else None

    def keep_user(self, facts: UserFacts, at: datetime) -> None:
        """Remember an account."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO people (id, facts, fetched_at) VALUES (?, ?, ?)",
                (facts.id, json.dumps(asdict(facts)), at.timestamp()),
            )

    def groups(self) -> Kept[tuple[UserGroup, ...]] | None:
        """The user groups as last fetched; None when they never were."""
        with self._database.read() as connection:
            fetched = connection.execute("SELECT at FROM user_groups_fetched").fetchone()
            rows = connection.execute("SELECT facts FROM user_groups ORDER BY id").fetchall()
        return Kept(tuple(_group(row[0]) for row in rows), _moment(fetched[0])) if fetched else None

    def keep_groups(self, groups: tuple[UserGroup, ...], at: datetime) -> None:
        """Remember the user groups in place of those remembered before."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM user_groups")
            connection.executemany(
                "INSERT INTO user_groups VALUES (?, ?)", [(each.id, json.dumps(asdict(each))) for each in groups]
            )
            connection.execute("INSERT OR REPLACE INTO user_groups_fetched VALUES (1, ?)", (at.timestamp(),))

    def forget(self, user_id: str = "") -> None:
        """Forget one account or, without an id, the user groups."""
        with self._database.write() as connection:
            if user_id:
                connection.execute("DELETE FROM people WHERE id = ?", (user_id,))
            else:
                connection.execute("DELETE FROM user_groups_fetched")


def _group(text: str) -> UserGroup:
    found = json.loads(text)
    return UserGroup(found["id"], found["handle"], tuple(found["members"]))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
