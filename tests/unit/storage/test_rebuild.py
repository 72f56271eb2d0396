"""Given tables made for some tag settings, when these change, then the tables are made anew from the lake, or stay whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from storage.costs import GRACE_SECONDS
from storage.engines.base import Slice
from storage.ingest.rebuild import rebuild
from storage.model.errors import StoreError
from storage.model.tags import TagKeys
from storage.verify import verify
from tests.fakes.bills import everything, usage, write_csv
from tests.fakes.homes import KILLED
from tests.fakes.stores import ALWAYS, amounts, ask_lake, ingest, logical_dump, loose_files, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storage.costs import CostStore
    from storage.model.tags import TagKeys as Tags

APP = TagKeys((("app", ("application", "App")),))
NONE = TagKeys(())
HOSTILE = 'x"; DROP TABLE parts; --'
TOOLS = '{"application": "tools"}'


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March and April of one source, March of another, with a rejected row; made for the default tags."""
    folder = tmp_path_factory.mktemp("rebuild")
    with opened(folder / "home") as store:
        tagged = [
            usage("5", Tags='{"application": "till", "team": "shop"}'),
            usage("7", day="2025-04-02", Tags='{"App": "till"}'),
            usage("0.000000001", Tags=f'{{"application": "{HOSTILE}"}}'.replace('x"', 'x\\"')),
            usage("11", Tags='{"application": "", "App": "empty is none"}'),
        ]
        bad = [usage("no number")]
        ingest(store, write_csv(folder / "aws.csv", [*everything(), *tagged, *bad]), accept_bad=True)
        ingest(store, write_csv(folder / "other.csv", [usage("13", Tags=TOOLS)]), source="other")
    return folder / "home"


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "home")


def no_step(_: str) -> None:
    """Nobody watches."""


def ask(store: CostStore, dimension: str) -> dict[tuple[str | None, ...], object]:
    (answer,) = store.run(Slice(ALWAYS, by=(dimension,)))
    assert answer.engine.startswith("cube_"), answer.engine
    return amounts(answer)


def from_lake(store: CostStore, dimension: str) -> dict[tuple[str | None, ...], object]:
    """What the line items add up to, with the digits that a cell keeps."""
    groups = amounts(ask_lake(store, Slice(ALWAYS, by=(dimension,))))
    return {key: {basis: each and round(each, 9) for basis, each in group.items()} for key, group in groups.items()}


def rest(home: Path) -> list[object]:
    """What a rebuild must not touch."""
    with closing(sqlite3.connect(home / "cost.db")) as connection:
        selects = (
            "SELECT id, source, period, format, charges, first_day, last_day, missing, payers, ingest FROM parts ORDER BY id",
            "SELECT * FROM sources ORDER BY id",
            "SELECT * FROM ingests ORDER BY id",
            "SELECT * FROM rejected_rows ORDER BY 1, 2, 3",
            "SELECT * FROM part_days ORDER BY 1, 2",
            "SELECT * FROM part_labels ORDER BY 1, 2",
        )
        return [connection.execute(select).fetchall() for select in selects]


def test_a_tag_that_was_none_of_the_columns_is_answered_from_a_cube_as_the_lake_answers_it(home: Path) -> None:
    with opened(home) as store:
        expected = from_lake(store, "tag:application")
    with opened(home, TagKeys.parse("app=application")) as store:
        assert store.is_outdated
        rebuild(store, no_step)
        assert not store.is_outdated
        assert ask(store, "tag:app") == expected
        assert ("USD", HOSTILE) in expected
        assert verify(store).unequal == ()


@pytest.mark.parametrize("tags", [APP, NONE, TagKeys((("team", ("team",)), ("app", ("application",)), ("env", ("env",))))])
def test_the_default_again_gives_the_same_store(template: Path, home: Path, tags: Tags) -> None:
    kept = rest(home)
    with opened(home, tags) as store:
        done = rebuild(store, no_step)
        assert (done.parts, done.charges) == (3, sum(part.charges for part in store.catalog().parts))
        assert store.generation() == 3
        for dimension in tags.dimensions:
            assert ask(store, dimension) == from_lake(store, dimension)
    assert rest(home) == kept
    with opened(home) as store:
        rebuild(store, no_step)
        assert store.generation() == 4
        assert verify(store).unequal == ()
    assert rest(home) == kept
    assert logical_dump(home) == logical_dump(template)


def test_spellings_are_tried_in_their_order_and_empty_is_none(home: Path) -> None:
    with opened(home, APP) as store:
        rebuild(store, no_step)
        found = {key[1] for key in ask(store, "tag:app")}
    assert found == {None, "till", "tools", HOSTILE, "empty is none"}


def test_names_of_tags_that_are_no_columns_any_more_go(home: Path) -> None:
    with opened(home, APP) as store:
        rebuild(store, no_step)
        dimensions = store.catalog().by_dimension
    assert "tag:team" not in dimensions
    assert "tag:app" in dimensions


def test_accounts_keep_their_names(home: Path) -> None:
    with opened(home) as store:
        before = store.catalog().labels
    with opened(home, APP) as store:
        rebuild(store, no_step)
        assert store.catalog().labels == before
    assert before


def test_what_is_up_to_date_is_left_alone(home: Path) -> None:
    steps: list[str] = []
    with opened(home) as store:
        files = [part.file for part in store.catalog().parts]
        done = rebuild(store, steps.append)
        assert (done.parts, store.generation(), [part.file for part in store.catalog().parts]) == (0, 2, files)
    assert steps == []


def test_where_only_cubes_changed_the_lake_stays(template: Path, home: Path) -> None:
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        # As an earlier version made them: another list of tables.
        connection.execute("UPDATE meta SET value = json_set(value, '$.usage', 'CREATE TABLE usage (part)') WHERE key = 'layout'")
        connection.execute("CREATE TABLE cube_of_old (part INTEGER)")
        connection.execute("DROP TABLE cube_region")
    with opened(home) as store:
        files = [part.file for part in store.catalog().parts]
        assert store.is_outdated
        rebuild(store, no_step)
        assert [part.file for part in store.catalog().parts] == files
        assert verify(store).unequal == ()
    assert loose_files(home) == set()
    assert logical_dump(home) == logical_dump(template)


def test_a_store_without_a_bill(tmp_path: Path) -> None:
    with opened(tmp_path / "home"):
        pass
    with opened(tmp_path / "home", APP) as store:
        assert rebuild(store, no_step).parts == 0
        assert not store.is_outdated
        assert store.run(Slice(ALWAYS, by=("tag:app",)))[0].cells == ()


def test_the_next_ingest_fits_in(home: Path, tmp_path: Path) -> None:
    with opened(home, APP) as store:
        rebuild(store, no_step)
        ingest(store, write_csv(tmp_path / "late.csv", [usage("17", day="2025-05-02", Tags=TOOLS)]))
        assert ask(store, "tag:app") == from_lake(store, "tag:app")


def test_replaced_files_stay_for_questions_that_began_before(home: Path) -> None:
    for path in (home / "lake").iterdir():
        os.utime(path, (0, 0))
    with opened(home, APP) as store:
        old = {part.file for part in store.catalog().parts}
        rebuild(store, no_step)
        assert loose_files(home) == old
        assert store.sweep() == []
        later = (home / "cost.db").stat().st_mtime + GRACE_SECONDS + 60
        assert set(store.sweep(later)) == old


# When it cannot be done


def unchanged(home: Path, template: Path) -> None:
    """The tables are the old ones, and nothing new lies about."""
    assert logical_dump(home) == logical_dump(template)
    assert loose_files(home) == set()
    with opened(home) as store:
        assert not store.is_outdated
        assert store.generation() == 2


def test_a_lake_file_that_cannot_be_read(template: Path, home: Path) -> None:
    with opened(home) as store:
        part = store.catalog().parts[1]
    (home / "lake" / part.file).write_bytes(b"PAR1 no parquet PAR1")
    with opened(home, APP) as store, pytest.raises(StoreError, match=f"{part.source} {part.month:%Y-%m}") as caught:
        rebuild(store, no_step)
    assert "TUPPENCE_TAGS" in caught.value.remedy
    unchanged(home, template)


def test_not_while_an_ingest_runs(home: Path, tmp_path: Path) -> None:
    said: list[str] = []

    def meanwhile(step: str) -> None:
        if step == "facts added up":
            with opened(home, APP) as store, pytest.raises(StoreError) as caught:
                rebuild(store, no_step)
            said.append(caught.value.sentence)

    with opened(home) as store:
        from services.ingest.service import Ingest  # noqa: PLC0415 - only here

        Ingest(store).run([write_csv(tmp_path / "more.csv", [usage("1", day="2025-07-01")])], source="more", step=meanwhile)
    assert said == ["Another ingest is running."]


def killed_at(number: int, home: Path) -> bool:
    """Rebuild in a process that is killed at its n-th step; False: it got through."""
    child = os.fork()
    if child == 0:
        left = [number]

        def step(_: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                os._exit(KILLED)

        try:
            with opened(home, APP) as store:
                rebuild(store, step)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


def test_killed_after_any_write_the_tables_are_the_old_ones_or_the_new_ones(template: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    with opened(shutil.copytree(template, tmp_path / "whole"), APP) as store:
        rebuild(store, steps.append)
    outcomes = []
    for number in sorted({*range(0, len(steps), 4), *range(len(steps) - 3, len(steps))}):
        home = shutil.copytree(template, tmp_path / f"home-{number}")
        assert killed_at(number, home)
        with opened(home, APP) as store:
            outcomes.append(store.is_outdated)
        if outcomes[-1]:
            assert logical_dump(home) == logical_dump(template), steps[number]
        if number % 3 == 0:
            with opened(home, APP) as store:
                rebuild(store, no_step)
                assert ask(store, "tag:app") == from_lake(store, "tag:app"), steps[number]
        shutil.rmtree(home)
    # Only the last step comes after the commit.
    assert outcomes == [*[True] * (len(outcomes) - 1), False]


def test_a_failure_on_the_way_leaves_nothing_behind(template: Path, home: Path) -> None:
    def stumble(at: str) -> Callable[[str], None]:
        def step(name: str) -> None:
            if name == at:
                raise KeyboardInterrupt

        return step

    for at in ("lake other 2025-03", "tables", "facts", "generation"):
        with opened(home, APP) as store, pytest.raises(KeyboardInterrupt):
            rebuild(store, stumble(at))
        unchanged(home, template)
