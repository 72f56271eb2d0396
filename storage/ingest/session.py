"""A DuckDB session for one piece of work: bounded memory, spilling under TUPPENCE_HOME, UTC, no network, no extensions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage.ingest.columns import literal
from storage.model.errors import DataError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

DISK_FULL = ("No space left", "File too large", "max_temp_directory_size")


@contextmanager
def duckdb_session(scratch: Path, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB that spills into `scratch` past `memory` (as `1GB`).

    Raises StoreError when disk or memory are full, DataError when the data itself breaks it (a sum past any currency's range).
    """
    import duckdb  # noqa: PLC0415 - a heavy library, loaded on first use

    try:
        scratch.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{scratch} cannot be used as a folder: {error.strerror}.", "Check TUPPENCE_HOME.") from error
    with _in_words():
        session = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false", "memory_limit": memory})
        try:
            session.execute(f"SET temp_directory = {literal(str(scratch))}")
            session.execute("SET GLOBAL TimeZone = 'UTC'")
            yield session
        finally:
            session.close()


@contextmanager
def _in_words() -> Iterator[None]:
    """DuckDB's errors that are about data or disk, as ours; one about our own SQL passes unchanged."""
    import duckdb  # noqa: PLC0415 - a heavy library, loaded on first use

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StoreError("There is not enough memory or disk for this bill.", "Raise DUCKDB_MEMORY or free disk.") from error
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise DataError("Amounts of this bill add up past the range of the store.", "Check the largest rows.") from error
    except duckdb.Error as error:
        if any(sign in str(error) for sign in DISK_FULL):
            raise StoreError("The disk is full; nothing was stored.", "Free disk space and ingest again.") from error
        # A damaged page of a Parquet file comes as the plain base class.
        if type(error) is duckdb.Error or isinstance(error, (duckdb.IOException, duckdb.InvalidInputException)):
            raise DataError("A file could not be read to its end.", "Fetch it again.") from error
        raise
