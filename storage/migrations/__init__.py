"""The migrations of each database: one set a database, one file or function a migration, applied by sqlite-utils' own class.

A set knows its names without importing sqlite-utils, because that import drags in every data library that is installed: a file
that is up to date opens without it.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import Self

    import sqlite_utils
    from sqlite_utils.migrations import Migrations

TABLE = "_sqlite_migrations"
"""Where sqlite-utils keeps what was applied."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. `is_transactional=False` is for the few statements that SQLite refuses inside a transaction."""

    name: str
    apply: Callable[[sqlite_utils.Database], None]
    is_transactional: bool = True


@dataclass(slots=True)
class MigrationSet:
    """The steps of one database, in order. A step that was released is never edited: a later one changes what it made."""

    name: str
    steps: tuple[Migration, ...] = ()

    def __call__(self, *, transactional: bool = True) -> Callable[[Callable[[sqlite_utils.Database], None]], Migration]:
        """Declare a function as the next step; its name is the step's."""

        def declare(function: Callable[[sqlite_utils.Database], None]) -> Migration:
            step = Migration(function.__name__, function, transactional)
            self.steps = (*self.steps, step)
            return step

        return declare

    @classmethod
    def from_package(cls, name: str, package: str, path: Iterable[str]) -> Self:
        """Every module of a package, by name: `mNNNN_<what>.py`, each with an `apply(db)`."""
        modules = sorted(each.name for each in pkgutil.iter_modules(path))
        return cls(name, tuple(_step(importlib.import_module(f"{package}.{module}"), module) for module in modules))

    @property
    def names(self) -> frozenset[str]:
        """All that this version knows."""
        return frozenset(step.name for step in self.steps)

    def apply(self, connection: sqlite3.Connection) -> None:
        """Apply what is pending, on a connection that is inside a transaction unless `is_transactional` is False."""
        import sqlite_utils  # noqa: PLC0415  # the heavy import that this class exists to put off
        from sqlite_utils.migrations import Migrations  # noqa: PLC0415  # same

        migrations = Migrations(self.name)
        for step in self.steps:
            migrations(name=step.name, transactional=step.is_transactional)(step.apply)
        migrations.apply(sqlite_utils.Database(connection))

    @property
    def is_transactional(self) -> bool:
        """Whether all of it can be one transaction."""
        return all(step.is_transactional for step in self.steps)


def _step(module: ModuleType, name: str) -> Migration:
    return Migration(name, module.apply, getattr(module, "TRANSACTIONAL", True))


def as_set(migrations: MigrationSet | Migrations) -> MigrationSet:
    """A set of either kind as ours."""
    if isinstance(migrations, MigrationSet):
        return migrations
    import sqlite_utils  # noqa: PLC0415  # whoever made a Migrations has imported it already

    everything = migrations.pending(sqlite_utils.Database(memory=True))
    return MigrationSet(migrations.name, tuple(Migration(each.name, each.fn, each.transactional) for each in everything))
