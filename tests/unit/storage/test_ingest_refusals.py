"""What is no bill, or a damaged one, is refused in a sentence that names it, and the store stays as it was."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from storage.model.errors import DataError
from tests.fakes.bills import FOCUS_1_2, Style, csv_bytes, usage, write_csv, write_parquet
from tests.fakes.stores import ingest, logical_dump, loose_files, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage.costs import CostStore

MANY = [usage(f"{number}.25", ResourceId=f"i-{number:04d}") for number in range(400)]
BILL = csv_bytes(MANY)


def _flipped(data: bytes, place: int, bits: int = 0x10) -> bytes:
    return data[:place] + bytes([data[place] ^ bits]) + data[place + 1 :]


def _bytes(name: str, data: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        folder.joinpath(name).write_bytes(data)
        return folder / name

    return write


def _damaged_parquet(kept: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = write_parquet(folder / "bill.parquet", MANY)
        path.write_bytes(kept(path.read_bytes()))
        return path

    return write


def _beside_a_good_one(folder: Path) -> Path:
    write_csv(folder / "a-good.csv", MANY)
    (folder / "b-torn.csv.gz").write_bytes(gzip.compress(BILL)[:-100])
    return folder


def _nothing_inside(folder: Path) -> Path:
    (folder / "manifest.json").write_text("{}")
    write_csv(folder / ".hidden.csv", MANY)
    return folder


def _unclosed_quote(rows: int) -> bytes:
    """A quote opens in row 3 and no other one follows it: all behind it would be one text."""
    lines = csv_bytes([{**row, "Tags": None} for row in MANY[:rows]], style=Style(quoting="none", null="")).split(b"\n")
    lines = [line.replace(b"Services, Inc.", b"Services") for line in lines]
    lines[3] = lines[3].replace(b"m7g.large by the hour", b'"m7g.large by the hour')
    return b"\n".join(lines)


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "no-such.csv", "no file or folder"),
    "folder without bills": (_nothing_inside, "No bill in"),
    "empty": (_bytes("empty.csv", b""), "empty.csv is empty"),
    "only spaces": (_bytes("blank.csv", b" \r\n \n"), "blank.csv is empty"),
    "empty gzip": (_bytes("empty.csv.gz", gzip.compress(b"")), "empty.csv.gz is empty"),
    "header only": (_bytes("header.csv", csv_bytes([])), "no charges"),
    "utf-16": (_bytes("wide.csv", BILL.decode().encode("utf-16")), "wide.csv is UTF-16"),
    "utf-16 without a mark": (_bytes("wide.csv", BILL.decode().encode("utf-16-le")), "neither CSV nor Parquet"),
    "gzip cut short": (_bytes("cut.csv.gz", gzip.compress(BILL)[:-200]), "cut.csv.gz is a damaged gzip"),
    "gzip cut in its head": (_bytes("cut.csv.gz", gzip.compress(BILL)[:8]), "cut.csv.gz is a damaged gzip"),
    "gzip with a flipped bit": (_bytes("bit.csv.gz", _flipped(gzip.compress(BILL), 900)), "bit.csv.gz is a damaged gzip"),
    "gzip with a wrong checksum": (_bytes("sum.csv.gz", _flipped(gzip.compress(BILL), -6 + len(gzip.compress(BILL)))), "damaged"),
    "gzip with something behind": (_bytes("more.csv.gz", gzip.compress(BILL) + b"more"), "damaged gzip"),
    "parquet cut short": (_damaged_parquet(lambda data: data[: len(data) // 2]), "bill.parquet is a damaged Parquet"),
    "parquet of four bytes": (_bytes("tiny.parquet", b"PAR1"), "tiny.parquet is a damaged Parquet"),
    "parquet with a hole": (
        _damaged_parquet(lambda data: data[:500] + b"\xff" * 4000 + data[4500:]),
        "could not be read to its end",
    ),
    "letter": (_bytes("letter.txt", b"Dear Sir or Madam,\nplease find enclosed our bill.\n"), "no usable header"),
    "one word": (_bytes("word.csv", b"hello"), "no usable header"),
    "json": (_bytes("bill.csv", b'{"a": [1, 2], "b": {"c": 3}}'), "neither FOCUS nor"),
    "picture": (_bytes("bill.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(99)), "neither CSV nor Parquet"),
    "a column twice": (_bytes("twice.csv", BILL.replace(b'"SkuMeter"', b'"BilledCost"', 1)), "name each column once"),
    "a column without a name": (_bytes("unnamed.csv", BILL.replace(b'"SkuMeter"', b'""', 1)), "name each column once"),
    "a header of one enormous word": (_bytes("long.csv", b'"' + b"x" * 200_000 + b'",b\n1,2\n'), "no usable header"),
    "no currency": (
        _bytes("poor.csv", BILL.replace(b"BillingCurrency", b"Currency", 1)),
        "looks like FOCUS but has no column BillingCurrency",
    ),
    "no cost": (_bytes("poor.csv", BILL.replace(b'Cost"', b'Price"', 4)), "looks like FOCUS but has none of the four costs"),
    "other columns": (
        _bytes("sales.csv", b"customer,article,price\nMiller,shoes,3\n"),
        "its columns are article, customer, price",
    ),
    "unclosed quote": (_bytes("open.csv", _unclosed_quote(400)), "quote near line 4 that is never closed"),
    "two kinds of line ends": (_bytes("mixed.csv", BILL.replace(b"\n", b"\r\n", 1)), "mixed.csv cannot be split"),
    "good beside damaged": (_beside_a_good_one, "b-torn.csv.gz is a damaged gzip"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CostStore]:
    """A store with the bill of the month before."""
    with opened(tmp_path_factory.mktemp("home")) as store:
        before = write_csv(tmp_path_factory.mktemp("bills") / "february.csv", [usage("3", day="2025-02-03")])
        ingest(store, before)
        yield store


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_bill_is_refused_and_nothing_is_stored(store: CostStore, tmp_path: Path, kind: str) -> None:
    write, words = REFUSED[kind]
    dump, generation = logical_dump(store.home), store.generation()

    with pytest.raises(DataError) as refused:
        ingest(store, write(tmp_path))

    assert words in refused.value.sentence
    assert len(refused.value.sentence) < 600
    assert logical_dump(store.home) == dump
    assert store.generation() == generation
    assert loose_files(store.home) == set()


def test_the_same_file_named_twice_counts_once(store: CostStore, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bill.csv", MANY, FOCUS_1_2)

    report = ingest(store, path, tmp_path, tmp_path / ".." / tmp_path.name / "bill.csv", source="twice")

    assert report.read == len(MANY)
    assert report.files == ("bill.csv",)
