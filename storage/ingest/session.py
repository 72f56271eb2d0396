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


@contextmanager
def duckdb_session(scratch: Path, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB that spills into `scratch` past `memory` (as `1GB`).

    Raises StoreError when the disk is full, DataError when the data itself breaks it (a sum past any currency's range).
    """
    import duckdb  # noqa: PLC0415 - a heavy library, loaded on first use

    scratch.mkdir(parents=True, exist_ok=True)
    session = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false", "memory_limit": memory})
    try:
        session.execute(f"SET temp_directory = {literal(str(scratch))}")
        session.execute("SET TimeZone = 'UTC'")
        yield session
    except duckdb.OutOfMemoryException as error:
        raise StoreError(
            "There is not enough memory or disk for this bill.", "Raise TUPPENCE_DUCKDB_MEMORY or free disk."
        ) from error
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise DataError("Amounts of this bill add up past the range of the store.", "Check the largest rows.") from error
    except duckdb.IOException as error:
        if "space" in str(error).lower():
            raise StoreError("The disk is full; nothing was stored.", "Free disk space and ingest again.") from error
        raise DataError("A file could not be read to its end.", "Fetch it again.") from error
    finally:
        session.close()
