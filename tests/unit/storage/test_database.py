"""Given a database file in any state, when it is opened or written, then it works, or says what is wrong and touches nothing."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from storage.migrations import Migration, MigrationSet
from storage.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlite_utils

NOBODY = 65534


def make_notes(db: sqlite_utils.Database) -> None:
    db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")


def add_colour(db: sqlite_utils.Database) -> None:
    db.execute("ALTER TABLE notes ADD COLUMN colour TEXT")


FIRST = MigrationSet("notes", (Migration("m0001", make_notes),))
SECOND = MigrationSet("notes", (*FIRST.steps, Migration("m0002", add_colour)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.db"


@contextmanager
def opened(path: Path, migrations: MigrationSet = FIRST, **options: object) -> Iterator[Database]:
    database = Database(path, migrations, **options)
    database.open()
    try:
        yield database
    finally:
        database.close()


def note(database: Database, text: str) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO notes (text) VALUES (?)", (text,))


def notes(database: Database) -> list[str]:
    with database.read() as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY id")]


def refused(path: Path, migrations: MigrationSet = FIRST, **options: object) -> StoreError:
    """Opening fails, in words with a remedy, and leaves every file of the folder as it was."""
    before = contents(path.parent)
    with pytest.raises(StoreError) as caught:
        Database(path, migrations, busy_timeout=0.2, **options).open()
    assert contents(path.parent) == before
    assert path.name in caught.value.sentence
    assert caught.value.remedy
    return caught.value


def contents(folder: Path) -> dict[str, bytes]:
    """What the files hold; SQLite's own -shm is an index in memory, and an empty -wal is nothing."""
    files = [each for each in folder.iterdir() if each.is_file() and not each.name.endswith("-shm")]
    return {each.name: each.read_bytes() for each in files if not (each.name.endswith("-wal") and not each.stat().st_size)}


# Opening


def test_a_new_file_is_made_with_its_folder_and_tables(tmp_path: Path) -> None:
    with opened(tmp_path / "new" / "home" / "notes.db") as database:
        note(database, "hello")
        assert notes(database) == ["hello"]


def test_a_new_file_is_for_its_owner_only(path: Path) -> None:
    with opened(path) as database:
        note(database, "secret")
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "notes.db-wal" in modes


def test_the_settings_are_those_of_the_house(path: Path) -> None:
    with opened(path, synchronous="NORMAL") as database, database.write() as connection:
        pragmas = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}


def test_an_older_file_is_brought_up_to_date_and_keeps_its_rows(path: Path) -> None:
    with opened(path) as database:
        note(database, "old")
    with opened(path, SECOND) as database, database.read() as connection:
        assert connection.execute("SELECT text, colour FROM notes").fetchall() == [("old", None)]


def test_an_empty_file_counts_as_new(path: Path) -> None:
    path.touch()
    with opened(path) as database:
        assert notes(database) == []


def test_opening_what_is_up_to_date_writes_nothing_and_is_quick(path: Path) -> None:
    with opened(path, SECOND) as database:
        note(database, "kept")
    before, stamp = path.read_bytes(), path.stat().st_mtime_ns
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        with opened(path, SECOND):
            seconds.append(time.perf_counter() - start)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, stamp)
    assert min(seconds) < 0.02


OPEN = """
import sys
from pathlib import Path
from storage.database import Database
from storage.migrations.state import migrations
database = Database(Path(sys.argv[1]), migrations)
database.open()
database.close()
print("sqlite_utils" in sys.modules)
"""


def test_an_up_to_date_file_opens_without_the_migration_library(path: Path) -> None:
    said = [subprocess.check_output([sys.executable, "-c", OPEN, path], text=True).strip() for _ in range(2)]  # noqa: S603  # our own words
    assert said == ["True", "False"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    with opened(path) as database:
        note(database, "kept")

    def breaks(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE half (id)")
        db.execute("nonsense")

    before = path.read_bytes()
    with pytest.raises(sqlite3.OperationalError):
        Database(path, MigrationSet("notes", (*SECOND.steps, Migration("m0003", breaks)))).open()
    with closing(sqlite3.connect(path)) as raw:
        assert {name for (name,) in raw.execute("SELECT name FROM sqlite_master")} & {"half", "colour"} == set()
    assert path.read_bytes() == before


def test_a_migration_may_ask_to_run_outside_a_transaction(path: Path) -> None:
    vacuum = MigrationSet("notes", (*FIRST.steps, Migration("m0002", lambda db: db.execute("VACUUM"), is_transactional=False)))
    with opened(path), opened(path, vacuum) as database:
        assert notes(database) == []


def test_many_first_starts_at_once_make_one_database(path: Path) -> None:
    errors: list[BaseException] = []

    def start() -> None:
        try:
            with opened(path, SECOND) as database:
                note(database, "hello")
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    with opened(path, SECOND) as database:
        assert notes(database) == ["hello"] * 6


# What is refused at the start


def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    with opened(path, SECOND):
        pass
    assert "newer version" in refused(path, FIRST).sentence


def test_a_file_with_a_higher_version_number_is_refused(path: Path) -> None:
    with opened(path), closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 7")
    assert "newer version" in refused(path, FIRST).sentence


def test_a_text_file_is_not_a_database(path: Path) -> None:
    path.write_text("BilledCost,EffectiveCost\n1,2\n")
    assert "not a database" in refused(path).sentence


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")
    assert "another program" in refused(path).sentence


def test_our_other_database_under_this_name_is_refused(path: Path) -> None:
    with opened(path, MigrationSet("letters", FIRST.steps)):
        pass
    assert "another program or purpose" in refused(path).sentence


@pytest.mark.parametrize("kept", [60, 4096, 5000])
def test_a_truncated_file_is_refused(path: Path, kept: int) -> None:
    with opened(path) as database:
        for n in range(200):
            note(database, f"{n}" * 200)
    path.write_bytes(path.read_bytes()[:kept])
    assert refused(path).sentence in {"notes.db is damaged and cannot be read.", "notes.db is not a database."}


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir()
    assert "cannot be opened" in refused(path).sentence


def test_a_file_in_the_place_of_the_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("I am a file")
    with pytest.raises(StoreError, match="cannot be opened or created"):
        Database(tmp_path / "home" / "notes.db", FIRST).open()


def test_a_write_ahead_log_that_cannot_be_made_is_refused(path: Path) -> None:
    with opened(path):
        pass
    Path(f"{path}-wal").mkdir()
    assert "cannot be opened" in refused(path).sentence


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everything: step down to an account that may not."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that every account may look into; pytest's own are private."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_file_is_refused(shelf: Path) -> None:
    path = shelf / "notes.db"
    with opened(path):
        pass
    shelf.chmod(0o777)
    path.chmod(0o444)
    with as_nobody():
        assert "read-only" in refused(path).sentence


def test_a_read_only_folder_is_refused(shelf: Path) -> None:
    path = shelf / "notes.db"
    with opened(path):
        pass
    path.chmod(0o666)
    shelf.chmod(0o555)
    with as_nobody():
        assert "cannot be" in refused(path).sentence


def test_a_new_file_in_a_read_only_folder_is_refused(shelf: Path) -> None:
    shelf.chmod(0o555)
    with as_nobody():
        assert "cannot be opened or created" in refused(shelf / "notes.db").sentence


def test_a_file_that_may_not_be_read_is_refused(shelf: Path) -> None:
    path = shelf / "notes.db"
    with opened(path):
        pass
    path.chmod(0)
    with as_nobody(), pytest.raises(StoreError, match="may not be opened by this account"):
        Database(path, FIRST).open()


def test_a_full_disk_is_refused_before_anything_is_made(path: Path) -> None:
    with pytest.raises(StoreError, match="full; nothing was stored"):
        Database(path, FIRST, free=lambda _folder: 1000).open()
    assert not path.exists()


def test_a_migration_that_fills_the_disk_is_rolled_back(path: Path) -> None:
    with opened(path) as database:
        note(database, "kept")

    def fills(db: sqlite_utils.Database) -> None:
        db.execute("PRAGMA max_page_count = 3")
        db.execute("CREATE TABLE big AS SELECT randomblob(100000) AS blob")

    before = path.read_bytes()
    with pytest.raises(StoreError, match="full"):
        Database(path, MigrationSet("notes", (*FIRST.steps, Migration("m0002", fills)))).open()
    assert path.read_bytes() == before


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA locking_mode = EXCLUSIVE") if sys.argv[2] == "file" else None
held.execute("BEGIN IMMEDIATE")
held.execute("INSERT INTO notes (text) VALUES ('theirs')")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def held_by_another_program(path: Path, what: str = "file") -> Iterator[None]:
    command = [sys.executable, "-c", HOLD, str(path), what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603  # our own words
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield
        finally:
            other.communicate("done\n")


def test_a_file_locked_by_another_program_is_refused(path: Path) -> None:
    with opened(path):
        pass
    with held_by_another_program(path):
        assert "locked by another program" in refused(path).sentence
    with opened(path) as database:
        assert notes(database) == []


def test_while_another_program_writes_the_file_opens_and_answers(path: Path) -> None:
    with opened(path) as database:
        note(database, "ours")
    with held_by_another_program(path, "write lock"), opened(path, busy_timeout=0.2) as database:
        assert notes(database) == ["ours"]


def test_while_another_program_writes_a_pending_migration_waits_then_says_so(path: Path) -> None:
    with opened(path):
        pass
    with held_by_another_program(path, "write lock"):
        assert "locked" in refused(path, SECOND).sentence


# Writing


def test_an_exception_undoes_the_whole_write(path: Path) -> None:
    def write_twice(database: Database) -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO notes (text) VALUES ('half')")
            raise LookupError

    with opened(path) as database:
        with pytest.raises(LookupError):
            write_twice(database)
        assert notes(database) == []
        note(database, "whole")
        assert notes(database) == ["whole"]


def test_a_disk_that_fills_while_writing_is_said_in_words_and_the_next_write_works(path: Path) -> None:
    def limit(database: Database, pages: int) -> None:
        with database.write() as connection:
            connection.execute(f"PRAGMA max_page_count = {pages}")

    with opened(path) as database:
        note(database, "before")
        limit(database, 1)
        with pytest.raises(StoreError, match="full"):
            note(database, "much" * 10_000)
        limit(database, 1000)
        note(database, "after")
        assert notes(database) == ["before", "after"]


def test_a_disk_that_refuses_to_write_is_said_in_words(path: Path) -> None:
    """A limit on the size of files is as real a refusal of the operating system as a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with opened(path) as database:
        note(database, "before")
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 60_000, hard))
            with pytest.raises(StoreError) as caught:
                note(database, "much" * 100_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, before)
        assert "notes.db" in caught.value.sentence
        assert notes(database) == ["before"]


def test_a_lock_that_another_program_keeps_is_said_in_words(path: Path) -> None:
    with opened(path, busy_timeout=0.2) as database, held_by_another_program(path, "write lock"):
        with pytest.raises(StoreError, match="locked by another program"):
            note(database, "ours")
        assert notes(database) == []


def test_a_mistake_in_a_statement_stays_a_mistake(path: Path) -> None:
    with opened(path) as database, pytest.raises(sqlite3.IntegrityError), database.write() as connection:
        connection.execute("INSERT INTO notes (text) VALUES (NULL)")


def test_a_write_within_a_write_is_a_mistake(path: Path) -> None:
    with opened(path) as database, database.write(), pytest.raises(RuntimeError, match="already open"), database.write():
        pass


def test_eight_threads_write_without_an_error(path: Path) -> None:
    errors: list[BaseException] = []

    def write(database: Database, name: int) -> None:
        try:
            for n in range(25):
                note(database, f"{name}-{n}")
                notes(database)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
            errors.append(error)

    with opened(path) as database:
        threads = [threading.Thread(target=write, args=(database, name)) for name in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert errors == []
        assert len(set(notes(database))) == 200


def test_two_programs_write_by_turns(path: Path) -> None:
    with opened(path) as one, opened(path) as other:
        for _ in range(5):
            note(one, "one")
            note(other, "other")
        assert notes(one) == notes(other) == ["one", "other"] * 5


# Reading


def test_a_reader_cannot_write(path: Path) -> None:
    with opened(path) as database, pytest.raises(StoreError, match="read-only"), database.read() as connection:
        connection.execute("DELETE FROM notes")


def test_a_read_sees_one_moment(path: Path) -> None:
    with opened(path) as database:
        note(database, "first")
        with database.read() as connection:
            before = connection.execute("SELECT count(*) FROM notes").fetchone()
            note(database, "second")
            assert connection.execute("SELECT count(*) FROM notes").fetchone() == before
        assert notes(database) == ["first", "second"]


def test_more_readers_than_there_are_wait_and_then_say_so(path: Path) -> None:
    with opened(path, readers=1, busy_timeout=0.1) as database:
        with database.read(), pytest.raises(StoreError, match="too many questions"), database.read():
            pass
        assert notes(database) == []


def test_a_reader_is_used_again_after_a_failed_question(path: Path) -> None:
    with opened(path, readers=1) as database:
        for _ in range(3):
            with pytest.raises(sqlite3.OperationalError, match="no such table"), database.read() as connection:
                connection.execute("SELECT * FROM letters")
        note(database, "still here")
        assert notes(database) == ["still here"]


def test_before_open_and_after_close_nothing_can_be_asked(path: Path) -> None:
    database = Database(path, FIRST)
    with pytest.raises(RuntimeError, match="not open"), database.read():
        pass
    database.open()
    note(database, "kept")
    database.close()
    with pytest.raises(RuntimeError, match="not open"), database.write():
        pass
    assert [each.name for each in path.parent.iterdir()] == ["notes.db"]


def test_a_read_that_outlives_the_close_ends_well(path: Path) -> None:
    with opened(path) as database:
        note(database, "kept")
        with database.read() as connection:
            database.close()
            assert connection.execute("SELECT text FROM notes").fetchall() == [("kept",)]
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
