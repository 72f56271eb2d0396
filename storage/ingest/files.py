"""Files: which files a path means, and what each one is, found by looking inside and not at its name."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storage.model.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

ENDINGS = (".csv", ".csv.gz", ".parquet", ".gz", ".txt", ".tsv")
PARQUET_MAGIC = b"PAR1"
GZIP_MAGIC = b"\x1f\x8b"
SAMPLE_BYTES = 256 * 1024
DELIMITERS = ",;\t|"
UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written."""

    delimiter: str
    quote: str
    escape: str
    header: tuple[str, ...]
    gzipped: bool


@dataclass(frozen=True, slots=True)
class BillFile:
    """One file to read; `dialect` is None for Parquet."""

    path: Path
    dialect: Dialect | None


def bill_files(paths: Iterable[Path]) -> tuple[BillFile, ...]:
    """Every bill under the paths, in a stable order; folders are walked, hidden and metadata files passed over.

    Raises DataError when a path does not exist, holds no bill, or a file is neither CSV nor Parquet.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise DataError(f"There is no file or folder {path}.", "Check the path, or quote it when it has spaces.")
        found += sorted(_inside(path)) if path.is_dir() else [path]
    if not found:
        names = ", ".join(str(path) for path in paths)
        raise DataError(f"No bill in {names}.", "A bill is a .csv, .csv.gz or .parquet file.")
    unique = list(dict.fromkeys(path.resolve() for path in found))
    return tuple(BillFile(path, _dialect(path)) for path in unique)


def _inside(folder: Path) -> list[Path]:
    """The data files below a folder. AWS puts manifests and samples of an export under `metadata/`: no bills."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name.lower().endswith(ENDINGS)
        and not any(part.startswith((".", "_")) or part == "metadata" for part in path.relative_to(folder).parts)
    ]


def _dialect(path: Path) -> Dialect | None:
    head = _head(path)
    if head.startswith(PARQUET_MAGIC):
        return None
    gzipped = head.startswith(GZIP_MAGIC)
    if gzipped:
        head = _unzipped_head(path)
    if head.startswith(UTF16_BOMS):
        raise DataError(f"{path.name} is UTF-16.", "Save it as UTF-8.")
    head = head.removeprefix(UTF8_BOM)
    if not head.strip():
        raise DataError(f"{path.name} is empty.")
    if b"\0" in head:
        raise DataError(f"{path.name} is neither CSV nor Parquet.", "Give it as .csv, .csv.gz or .parquet.")
    text = head.decode("utf-8", errors="replace")
    return _look(path, text, gzipped=gzipped)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SAMPLE_BYTES)
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror}.") from error


def _unzipped_head(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as file:
            return file.read(SAMPLE_BYTES)
    except (OSError, EOFError) as error:
        raise DataError(f"{path.name} is a damaged gzip file.", "Fetch it again.") from error


def _look(path: Path, text: str, *, gzipped: bool) -> Dialect:
    """Delimiter and quote from the header line, the escape from whether quotes are doubled or have a backslash."""
    first = text.split("\n", 1)[0].rstrip("\r")
    delimiter = max(DELIMITERS, key=first.count)
    quote = "'" if first.lstrip().startswith("'") else '"'
    backslashed = text.count("\\" + quote)
    doubled = text.count(quote * 2) - text.count(delimiter + quote * 2 + delimiter)
    escape = "\\" if backslashed > doubled else quote
    header = next(csv.reader([first], delimiter=delimiter, quotechar=quote))
    names = tuple(name.strip() for name in header)
    if len(names) < 2 or len({name.lower() for name in names}) != len(names) or not all(names):  # noqa: PLR2004 - a bill has many
        raise DataError(
            f"{path.name} has no usable header line: it must name each column once.", "Export it again with its header."
        )
    return Dialect(delimiter, quote, escape, names, gzipped)
