"""The archive of a backup: plain files in a tar behind gzip, and in front a manifest that names each, its size and checksum.

Any tar program reads it. We read it ourselves, block by block: an archive is somebody's input, and a reader that knows regular
files only has no links, no paths and no headers of unknown length to be careful with.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Protocol

from storage.model.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
STATE, COST, LAKE = "state.db", "cost.db", "lake"
MEMBER = re.compile(r"state\.db|cost\.db|lake/[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.parquet")
"""All that may be in an archive besides the manifest."""
LARGEST_MANIFEST = 64 * 2**20
MOST_FILES = 200_000
CHUNK = 2**20
QUICK = 1
"""gzip's level: most of an archive is Parquet, which is compressed already."""
REMEDY = "Give a file that `tuppence backup` made."


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive, its size in bytes, and the SHA-256 of what it holds."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself.

    `program` is the version that made it; `migrations` is database → the names of what was applied to it; `counts` says how much
    there is (charges, sources, periods, lake files).
    """

    created: datetime
    program: str
    generation: int
    migrations: Mapping[str, Sequence[str]]
    counts: Mapping[str, int]
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """Bytes that the files take when they are unpacked."""
        return sum(member.size for member in self.members)

    def text(self) -> str:
        """As it stands in the archive."""
        return json.dumps({"tuppence": FORMAT} | asdict(self) | {"created": self.created.isoformat()}, indent=1)


class Stream(Protocol):
    """What is read from front to back."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_archive(file: IO[bytes], manifest: Manifest, folder: Path) -> None:
    """Write the manifest and the files of `folder` that it names. Raises OSError."""
    with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.GNU_FORMAT, compresslevel=QUICK) as tar:
        text = manifest.text().encode()
        tar.addfile(_header(MANIFEST, len(text), manifest.created), BytesIO(text))
        for member in manifest.members:
            with (folder / member.name).open("rb") as content:
                tar.addfile(_header(member.name, member.size, manifest.created), content)


def _header(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o600, int(at.timestamp())
    return header


def read_manifest(path: Path) -> Manifest:
    """What an archive says of itself. Raises DataError when the file is no archive of ours, or one of a newer version."""
    with _opened(path) as stream:
        return _first(stream, path.name)


def unpack(path: Path, folder: Path) -> Manifest:
    """Write every file of the archive below `folder`, which is empty, and hold each against its checksum.

    Raises DataError when it is damaged, incomplete, or holds anything that the manifest does not name; OSError from the disk.
    """
    with _opened(path) as stream:
        manifest = _first(stream, path.name)
        expected = {member.name: member for member in manifest.members}
        for name, size in _headers(stream, path.name):
            member = expected.pop(name, None)
            if member is None or member.size != size:
                raise DataError(f"{path.name} holds “{name[:80]}”, which is not in its list of files.", REMEDY)
            _write(stream, member, folder, path.name)
        _to_the_end(stream)
    if expected:
        raise DataError(f"{path.name} is incomplete: {min(expected)} is not in it.", "Use another copy of the backup.")
    return manifest


@contextmanager
def _opened(path: Path) -> Iterator[Stream]:
    """The archive's content, unzipped as it is read; what is wrong with it, in words."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", REMEDY) from error
    with raw:
        if raw.read(2) != b"\x1f\x8b":
            raise DataError(f"{path.name} is not a backup.", REMEDY)
        raw.seek(0)
        with gzip.GzipFile(fileobj=raw) as stream:
            try:
                yield stream
            except (gzip.BadGzipFile, EOFError, zlib.error, tarfile.HeaderError, UnicodeDecodeError) as error:
                raise _damaged(path.name) from error


def _damaged(name: str) -> DataError:
    return DataError(f"{name} is damaged or was cut short.", "Use another copy of the backup.")


def _first(stream: Stream, name: str) -> Manifest:
    """The manifest, which comes first."""
    try:
        member, size = next(_headers(stream, name))
    except (StopIteration, tarfile.HeaderError, UnicodeDecodeError):
        raise DataError(f"{name} is not a backup.", REMEDY) from None
    if member != MANIFEST or not 0 < size <= LARGEST_MANIFEST:
        raise DataError(f"{name} is not a backup of Tuppence: it has no {MANIFEST}.", REMEDY)
    text = _exactly(stream, size)
    _exactly(stream, _padding(size))
    return _parsed(text, name)


def _parsed(text: bytes, name: str) -> Manifest:
    try:
        found = json.loads(text)
        version = int(found["tuppence"])
        if version > FORMAT:
            raise DataError(f"{name} was made by a newer version of Tuppence.", "Restore it with that version.")
        manifest = Manifest(
            created=datetime.fromisoformat(found["created"]),
            program=str(found["program"]),
            generation=int(found["generation"]),
            migrations={str(database): tuple(map(str, names)) for database, names in found["migrations"].items()},
            counts={str(what): int(count) for what, count in found["counts"].items()},
            members=tuple(_member(each) for each in found["members"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"{name} has a {MANIFEST} that cannot be read.", REMEDY) from error
    if len({member.name for member in manifest.members}) != len(manifest.members) or len(manifest.members) > MOST_FILES:
        raise DataError(f"{name} has a {MANIFEST} that cannot be right.", REMEDY)
    return manifest


def _member(found: Mapping[str, Any]) -> Member:
    member = Member(str(found["name"]), int(found["size"]), str(found["sha256"]))
    if not MEMBER.fullmatch(member.name) or member.size < 0 or not re.fullmatch("[0-9a-f]{64}", member.sha256):
        msg = f"{member.name!r} is no file of a backup"
        raise ValueError(msg)
    return member


def _headers(stream: Stream, name: str) -> Iterator[tuple[str, int]]:
    """Name and size of each file; the caller reads the content before it asks for the next. Ends at the block of zeros."""
    while any(block := _exactly(stream, tarfile.BLOCKSIZE)):
        header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise DataError(f"{name} holds something that is not a file: “{header.name[:80]}”.", REMEDY)
        yield header.name, header.size


def _write(stream: Stream, member: Member, folder: Path, name: str) -> None:
    """One file; its name was held against `MEMBER`, so it stays below the folder."""
    path = folder / member.name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    digest, left = hashlib.sha256(), member.size
    with path.open("xb") as file:
        path.chmod(0o600)
        while left:
            chunk = _exactly(stream, min(left, CHUNK))
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
    _exactly(stream, _padding(member.size))
    if digest.hexdigest() != member.sha256:
        raise DataError(f"{name} is damaged: {member.name} is not what it was.", "Use another copy of the backup.")


def _padding(size: int) -> int:
    return -size % tarfile.BLOCKSIZE


def _exactly(stream: Stream, size: int) -> bytes:
    """So many bytes. Raises EOFError."""
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _to_the_end(stream: Stream) -> None:
    """The checksum of gzip itself stands at the very end."""
    while stream.read(CHUNK):
        pass
