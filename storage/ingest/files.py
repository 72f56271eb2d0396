"""Files: which files a path means, and what each one is, found by looking inside and not at its name."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.model.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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
    """One file to read. `name` is what people call it (its path inside the folder given); `dialect` is None for Parquet."""

    path: Path
    name: str
    dialect: Dialect | None


def bill_files(paths: Iterable[Path]) -> tuple[BillFile, ...]:
    """Every bill under the paths, in a stable order; folders are walked, hidden and metadata files passed over.

    Raises DataError when a path does not exist, holds no bill, or a file is neither CSV nor Parquet.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if not path.exists():
            raise DataError(f"There is no file or folder {path}.", "Check the path, or quote it when it has spaces.")
        if path.is_dir():
            found |= {each.resolve(): each.relative_to(path).as_posix() for each in _inside(path)}
        else:
            found[path.resolve()] = path.name
    if not found:
        names = ", ".join(str(path) for path in paths)
        raise DataError(f"No bill in {names}.", "A bill is a .csv, .csv.gz or .parquet file.")
    return tuple(BillFile(path, name, _dialect(path)) for path, name in sorted(found.items()))


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
    """The first bytes; reads on to the end, because only there a checksum says whether the amounts are what they were."""
    try:
        with gzip.open(path, "rb") as file:
            head = file.read(SAMPLE_BYTES)
            while file.read(SAMPLE_BYTES):
                pass
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} is a damaged gzip file.", "Fetch it again.") from error
    return head


def _look(path: Path, text: str, *, gzipped: bool) -> Dialect:
    """Delimiter from the header line, quote and escape from what fields begin and end with."""
    first = re.split(r"\r\n|\n|\r", text, maxsplit=1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    quote = _quote(text, delimiter)
    try:
        names = tuple(name.strip() for name in next(csv.reader([first], delimiter=delimiter, quotechar=quote)))
    except csv.Error:
        names = ()
    if len(names) < 2 or len(set(names)) != len(names) or not all(names):  # noqa: PLR2004 - a bill has many
        raise DataError(
            f"{path.name} has no usable header line: it must name each column once.", "Export it again with its header."
        )
    return Dialect(delimiter, quote, _escape(text, delimiter, quote), _told_apart(names), gzipped)


def _told_apart(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that differ by case only, as tags `Team` and `team` of a CUR do, get a number, as DuckDB gives them in Parquet."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        before = seen.get(name.lower(), 0)
        seen[name.lower()] = before + 1
        result.append(f"{name}_{before}" if before else name)
    return tuple(result)


def _quote(text: str, delimiter: str) -> str:
    """Double quotes, unless only single ones stand around whole fields."""
    edge = re.escape(delimiter)

    def around_fields(quote: str) -> bool:
        return re.search(rf"(?:^|{edge}){quote}[^{quote}\n]*{quote}(?:{edge}|\r?$)", text, re.MULTILINE) is not None

    return "'" if around_fields("'") and not around_fields('"') else '"'


def _escape(text: str, delimiter: str, quote: str) -> str:
    r"""A backslash where quotes inside a field have one before them; else they are doubled, which the quote says of itself.

    Only quotes that are not at the end of a field tell: `"C:\"` ends in a backslash, and `""` may be an empty field.
    """
    edge = f"[{re.escape(delimiter)}\r\n]"
    backslashed = len(re.findall(rf"\\{quote}(?!{edge}|$)", text))
    doubled = len(re.findall(rf"(?<!{edge}){quote}{quote}(?!{edge}|$)", text))
    return "\\" if backslashed > doubled else quote
