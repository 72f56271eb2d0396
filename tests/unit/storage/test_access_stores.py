"""Given state.db, when grants, audit lines, deliveries and people are kept, then a restart finds them; the audit only grows."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.audit import Audit
from storage.database import Database
from storage.deliveries import KEPT, LEASE, Deliveries
from storage.migrations.state import migrations
from storage.model.audit import Entry, Origin
from storage.model.people import Subject, SubjectKind, UserFacts, UserGroup
from storage.model.scope import Scope
from storage.people import People
from storage.roles import Grant, Roles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA = Subject(SubjectKind.PERSON, "U1")
TEAM = Subject(SubjectKind.GROUP, "S1")
LINE = Entry(NOON, "U9", "role.set", "person:U1", "done", "analyst", Origin("T1", "C1", "slash", "abc123"))


@contextmanager
def state(home: Path) -> Iterator[Database]:
    database = Database(home / "state.db", migrations)
    database.open()
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with state(tmp_path) as each:
        yield each


def grant(subject: Subject = ANA, role: str = "analyst", scope: Scope | None = None) -> Grant:
    return Grant(subject, role, scope or Scope(), "U9", NOON)


# Roles


def test_a_grant_is_found_after_a_restart_with_its_limits(tmp_path: Path) -> None:
    given = grant(scope=Scope.only(account=("1", "2"), tag_team=("web",)))
    with state(tmp_path) as database:
        Roles(database).give(given, LINE)
    with state(tmp_path) as database:
        assert Roles(database).all() == (given,)


def test_a_second_grant_replaces_the_first(database: Database) -> None:
    roles = Roles(database)
    roles.give(grant(role="admin"), LINE)
    roles.give(grant(role="viewer"), LINE)
    assert [each.role for each in roles.all()] == ["viewer"]


def test_a_person_and_a_group_are_two_subjects(database: Database) -> None:
    roles = Roles(database)
    roles.give(grant(ANA), LINE)
    roles.give(grant(TEAM), LINE)
    assert roles.take(ANA, LINE)
    assert [each.subject for each in roles.all()] == [TEAM]


def test_taking_what_was_not_given_says_so_and_records_nothing(database: Database) -> None:
    assert not Roles(database).take(ANA, LINE)
    assert Audit(database).latest(10) == ()


def test_a_grant_that_cannot_be_stored_leaves_no_audit_line(database: Database) -> None:
    nobody = Subject(SubjectKind.PERSON, "")
    with pytest.raises(sqlite3.IntegrityError):
        Roles(database).give(grant(nobody), LINE)
    assert Audit(database).latest(10) == ()


def test_a_grant_whose_audit_line_cannot_be_stored_is_not_given(database: Database) -> None:
    nameless = Entry(NOON, None, "role.set", "person:U1", "done")
    with pytest.raises(sqlite3.IntegrityError):
        Roles(database).give(grant(), nameless)
    assert Roles(database).all() == ()


# Audit


def test_lines_come_back_newest_first_and_whole(database: Database) -> None:
    audit = Audit(database)
    audit.append(LINE)
    audit.append(Entry(NOON + timedelta(hours=1), "U8", "command cost", "by service", "refused"))
    newest, oldest = audit.latest(10)
    assert (newest.actor, newest.outcome) == ("U8", "refused")
    assert oldest == LINE
    assert audit.latest(10, actor="U9") == (LINE,)
    assert audit.latest(1) == (newest,)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "UPDATE audit SET actor = 'somebody else'",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "UPDATE OR REPLACE audit SET id = id + 1",
    ],
)
def test_no_line_can_be_changed_or_lost(database: Database, statement: str) -> None:
    audit = Audit(database)
    audit.append(LINE)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), database.write() as connection:
        connection.execute(statement)
    assert audit.latest(10) == (LINE,)


# Deliveries


def test_a_delivery_is_claimed_once_over_restarts(tmp_path: Path) -> None:
    with state(tmp_path) as database:
        deliveries = Deliveries(database)
        assert deliveries.claim("Ev1", NOON)
        deliveries.finish("Ev1")
        assert deliveries.claim("Ev2", NOON)
    with state(tmp_path) as database:
        assert not Deliveries(database).claim("Ev1", NOON + timedelta(minutes=5))


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=1), timedelta(hours=1), KEPT])
def test_what_was_done_stays_done_for_hours(database: Database, later: timedelta) -> None:
    deliveries = Deliveries(database)
    deliveries.claim("Ev1", NOON)
    deliveries.finish("Ev1")
    assert not deliveries.claim("Ev1", NOON + later)


def test_a_key_is_forgotten_when_it_is_old(database: Database) -> None:
    deliveries = Deliveries(database)
    deliveries.claim("Ev1", NOON)
    deliveries.finish("Ev1")
    deliveries.claim("Ev2", NOON + KEPT + timedelta(seconds=1))
    with database.read() as connection:
        assert connection.execute("SELECT key FROM deliveries").fetchall() == [("Ev2",)]


def test_work_that_died_may_be_done_by_the_next_try(database: Database) -> None:
    deliveries = Deliveries(database)
    assert deliveries.claim("Ev1", NOON)
    assert not deliveries.claim("Ev1", NOON + LEASE)
    assert deliveries.claim("Ev1", NOON + timedelta(minutes=1))
    assert not deliveries.claim("Ev1", NOON + timedelta(minutes=1))


def test_of_eight_threads_one_gets_the_delivery(database: Database) -> None:
    got: list[bool] = []
    threads = [threading.Thread(target=lambda: got.append(Deliveries(database).claim("Ev1", NOON))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(got) == [False] * 7 + [True]


# People


def test_people_are_remembered_with_the_moment(tmp_path: Path) -> None:
    facts = UserFacts("U1", "T1", "Ana", timezone="Europe/Lisbon", is_restricted=True)
    with state(tmp_path) as database:
        assert People(database).user("U1") is None
        People(database).keep_user(facts, NOON)
    with state(tmp_path) as database:
        kept = People(database).user("U1")
    assert kept is not None
    assert (kept.facts, kept.at) == (facts, NOON)


def test_no_groups_is_an_answer_and_never_asked_is_none(database: Database) -> None:
    people = People(database)
    assert people.groups() is None
    people.keep_groups((), NOON)
    kept = people.groups()
    assert kept is not None
    assert kept.facts == ()


def test_groups_are_replaced_as_a_whole(database: Database) -> None:
    people = People(database)
    people.keep_groups((UserGroup("S1", "web", ("U1",)), UserGroup("S2", "api")), NOON)
    people.keep_groups((UserGroup("S1", "web", ("U1", "U2")),), NOON + timedelta(minutes=5))
    kept = people.groups()
    assert kept is not None
    assert kept.facts == (UserGroup("S1", "web", ("U1", "U2")),)
    assert kept.at == NOON + timedelta(minutes=5)


def test_what_is_forgotten_is_asked_for_again(database: Database) -> None:
    people = People(database)
    people.keep_user(UserFacts("U1", "T1", "Ana"), NOON)
    people.keep_groups((), NOON)
    people.forget("U1")
    assert people.user("U1") is None
    assert people.groups() is not None
    people.forget()
    assert people.groups() is None
