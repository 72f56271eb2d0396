"""Writes the ledger: `OUT/<provider>/BILLING_PERIOD=YYYY-MM/part-0.parquet`, one file for each payer and billing period.

Import this module only when a ledger is wanted: it brings numpy and Arrow.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from bot.sandbox.ledger.catalogue.base import COST_DECIMALS
from bot.sandbox.ledger.charges import Bill, facts_of, of_month
from bot.sandbox.ledger.days import Days
from bot.sandbox.ledger.facts import BASES, joined
from bot.sandbox.ledger.organisation import PAYERS
from bot.sandbox.ledger.plan import plan
from bot.sandbox.ledger.streams import streams
from bot.sandbox.ledger.summary import LedgerSummary, Total
from bot.sandbox.ledger.table import Sheet, sheet, table
from bot.sandbox.ledger.usage import Source, source, usage
from bot.sandbox.ledger.words import CURRENCY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from bot.sandbox.ledger.slots import Priced
    from storage.model.period import Period

PART = "part-0.parquet"
PARTITION = "BILLING_PERIOD="
_ROW_GROUP = 122_880


@dataclass(frozen=True, slots=True)
class _Book:
    """One payer's streams, ready to be written month by month."""

    payer: str
    sources: list[Source]
    offsets: list[int]
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class _Page:
    """One file: the tables it is made of, and their sums in cost steps."""

    tables: list[pa.Table]
    sums: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(len(part) for part in self.tables)


def _book(payer: str, sources: list[Source]) -> _Book:
    offsets: list[int] = []
    slots: list[Priced] = []
    for of in sources:
        offsets.append(len(slots))
        slots.extend(of.slots)
    return _Book(payer, sources, offsets, sheet(slots))


def _books(days: Days, seed: int, rows: int) -> list[_Book]:
    found = streams(days, seed)
    sources = [source(stream, cut) for stream, cut in zip(found, plan(days, found, rows), strict=True)]
    return [_book(payer, [of for of in sources if of.stream.payer == payer]) for payer in PAYERS]


def _page(book: _Book, days: Days, month: Period, seed: int) -> _Page:
    """Usage first, then the charges that follow from it."""
    used = [usage(of, days, month, seed) for of in book.sources]
    charges = of_month(Bill(days, month, book.payer, seed, book.sources, used))
    invoice = None if days.is_open(month) else f"{book.payer.upper()}-{month.start:%Y%m}-0001"
    parts = [
        (joined([facts.shifted(offset) for facts, offset in zip(used, book.offsets, strict=True)]), book.sheet),
        (facts_of(charges), sheet([charge.priced for charge in charges])),
    ]
    tables = [table(facts, of, month, invoice) for facts, of in parts if len(facts)]
    return _Page(tables, {basis: sum(facts.total(basis) for facts, _ in parts) for basis in BASES})


def _write(page: _Page, path: Path) -> None:
    """Under another name until it is whole: nobody shall read half a bill."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name("unfinished")
    # Without Arrow's own schema the columns come back as what they are for everybody else: text, not dictionaries.
    with pq.ParquetWriter(unfinished, page.tables[0].schema, compression="zstd", store_schema=False) as writer:
        for part in page.tables:
            writer.write_table(part, row_group_size=_ROW_GROUP)
    unfinished.replace(path)


def _path(out: Path, payer: str, month: Period) -> Path:
    return out / payer / f"{PARTITION}{month.start:%Y-%m}" / PART


def _clear(out: Path) -> None:
    """Remove what an earlier ledger left here, and nothing else: months of two ledgers would add up to nonsense."""
    for payer in PAYERS:
        for path in out.glob(f"{payer}/{PARTITION}*/{PART}"):
            path.unlink()


def _pages(days: Days, seed: int, rows: int) -> Iterator[tuple[str, Period, _Page]]:
    for book in _books(days, seed, rows):
        for month in days.billing_months():
            yield book.payer, month, _page(book, days, month, seed)


def _totals(sums: Counter[tuple[str, str]]) -> tuple[Total, ...]:
    step = Decimal(1).scaleb(-COST_DECIMALS)
    return tuple(Total(PAYERS[payer].provider, CURRENCY, basis, steps * step) for (payer, basis), steps in sorted(sums.items()))


def generate(
    out: Path, *, months: int, as_of: date, seed: int, rows: int, progress: Callable[[int, int], None] | None = None
) -> LedgerSummary:
    """Write the bills of `months` calendar months, the last of which is the one that `as_of` is in.

    The data ends as a real one does on the morning of `as_of`: the last two days are there in part. `rows` is kept within
    a few per cent; it decides how finely the same money is sliced. `progress` is told the files done and their number.
    An earlier ledger in `out` is replaced. Raises ValueError (less than one month), TooFewRowsError (a ValueError), OSError.
    """
    started = time.perf_counter()
    days = Days(months, as_of)
    expected = len(PAYERS) * months
    sums: Counter[tuple[str, str]] = Counter()
    written, size = [], 0
    for done, (payer, month, page) in enumerate(_pages(days, seed, rows), start=1):
        if done == 1:
            _clear(out)
        if page.rows:
            path = _path(out, payer, month)
            _write(page, path)
            written.append(page.rows)
            size += path.stat().st_size
        sums.update({(payer, basis): steps for basis, steps in page.sums.items()})
        if progress:
            progress(done, expected)
    return LedgerSummary(sum(written), len(written), months, _totals(sums), size, time.perf_counter() - started)
