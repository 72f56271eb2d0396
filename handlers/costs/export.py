"""An answer as CSV: every row of it with exact amounts, columns named as FOCUS names them.

RFC 4180. A name that a spreadsheet would run as a formula is defused, because names come from bills and tags.
"""

from __future__ import annotations

import csv as table
import io
from typing import TYPE_CHECKING

from handlers.blocks.sheets import defused
from handlers.blocks.words import plural
from handlers.costs.render.mapping import exact
from handlers.request import File
from services.costs.results import Bases, KeyFigures, Movers
from storage.model.query import DIMENSIONS, Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from services.costs.results import CostAnswer, CostRow, Mover, Section
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import CostQuery

_COST = {
    Basis.EFFECTIVE: "EffectiveCost",
    Basis.BILLED: "BilledCost",
    Basis.CONTRACTED: "ContractedCost",
    Basis.LIST: "ListCost",
}
_OTHER = "(other)"

Line = dict[str, str]


def csv(result: CostAnswer) -> File:
    """All rows of the answer as a file. Adding up the cost column gives the total, and with it what stands below: the net."""
    lines = list(_lines(result))
    header = list(dict.fromkeys(name for line in lines for name in line)) or [
        *_period(result.basics.query.period),
        "BillingCurrency",
    ]
    written = io.StringIO(newline="")
    writer = table.DictWriter(written, [*header], restval="")
    writer.writerow({name: defused(name) for name in header})
    writer.writerows(lines)
    span = result.basics.query.period
    name, title = f"costs-{span.start}-to-{span.last}.csv", f"Costs, {span.text()}"
    content = written.getvalue().encode(errors="replace")
    return File(name, content, title, f"{title}: {plural(len(lines), 'row')}")


def _lines(result: CostAnswer) -> Iterator[Line]:
    query = result.basics.query
    if isinstance(result, Bases):
        return _bases(result)
    if isinstance(result, Movers):
        return _movers(result)
    if isinstance(result, KeyFigures):
        return _sections(result.top, query.but(by=query.by or ("service",), period=result.days), ())
    return _sections(result.sections, query, result.buckets)


def _sections(sections: Iterable[Section], query: CostQuery, buckets: tuple[date, ...]) -> Iterator[Line]:
    for section in sections:
        for row in section.rows:
            yield from _row(row, query, buckets)
        if not section.rows or section.remainder or section.remainder_rows:
            yield from _remainder(section, query, buckets)
        for part in section.below:
            yield _line(query, _keys(dict.fromkeys(query.by)), part.amount, line=part.line.value)


def _row(row: CostRow, query: CostQuery, buckets: tuple[date, ...]) -> Iterator[Line]:
    keys = _keys(row.key)
    if "account" in row.key and row.label:
        keys["SubAccountName"] = defused(row.label)
    if buckets and len(row.trend) == len(buckets):
        yield from _buckets(row.trend, keys, query, buckets)
        return
    extra = {"ServiceCategory": defused(row.category or "")} if "category" not in row.key else {}
    usage = {"ConsumedQuantity": exact(row.usage.quantity), "ConsumedUnit": defused(row.usage.unit)} if row.usage else {}
    compared = _compared(query, row.previous, row.judged)
    yield keys | extra | _line(query, {}, row.amount) | compared | usage


def _remainder(section: Section, query: CostQuery, buckets: tuple[date, ...]) -> Iterator[Line]:
    """What the rows leave of the total: everything where there are none."""
    if not section.rows and buckets and len(section.trend) == len(buckets):
        yield from _buckets(section.trend, {}, query, buckets)
        return
    value = section.remainder if section.rows else section.total
    before = section.remainder_previous if section.rows else section.previous
    judged = section.remainder_judged if section.rows else section.judged
    keys = _keys(dict.fromkeys(query.by))
    first = next(iter(keys), "")
    yield keys | ({first: _OTHER} if first else {}) | _line(query, {}, value) | _compared(query, before, judged)


def _buckets(series: tuple[Money, ...], keys: Line, query: CostQuery, buckets: tuple[date, ...]) -> Iterator[Line]:
    for start, end, value in zip(buckets, (*buckets[1:], query.period.end), series, strict=True):
        span = {"ChargePeriodStart": start.isoformat(), "ChargePeriodEnd": end.isoformat()}
        yield _line(query, keys, value) | span


def _line(query: CostQuery, keys: Line, value: Money, *, line: str = "charges") -> Line:
    money = {_COST[query.basis]: exact(value.amount), "BillingCurrency": defused(value.currency)}
    return keys | {"Line": line} | money | _period(query.period)


def _compared(query: CostQuery, before: Money | None, judged: Money | None) -> Line:
    """What it cost before; where not all days are complete also what of the cost that is to be held against."""
    if before is None:
        return {}
    comparable = {} if judged is None else {f"Comparable{_COST[query.basis]}": exact(judged.amount)}
    return comparable | {f"Previous{_COST[query.basis]}": exact(before.amount)}


def _period(span: Period) -> Line:
    """As FOCUS has it: the end is the first day that is not in it."""
    return {"ChargePeriodStart": span.start.isoformat(), "ChargePeriodEnd": span.end.isoformat()}


def _keys(key: Mapping[str, str | None]) -> Line:
    return {DIMENSIONS.get(name, f"Tags/{name.removeprefix('tag:')}"): defused(value or "") for name, value in key.items()}


def _movers(result: Movers) -> Iterator[Line]:
    query = result.basics.query
    for section in result.sections:
        for each in section.movers:
            yield _moved(each, query)
        if section.rest:
            by = section.dimension or next(iter(query.by), "")
            keys = dict.fromkeys(_keys({by: None}), _OTHER) if by else {}
            money = {"Change": exact(section.rest.amount), "BillingCurrency": defused(section.currency)}
            yield keys | money | _period(query.period)


def _moved(each: Mover, query: CostQuery) -> Line:
    line = _line(query, _keys(each.key), each.after) | {f"Previous{_COST[query.basis]}": exact(each.before.amount)}
    return line | {"Change": exact(each.change.amount)}


def _bases(result: Bases) -> Iterator[Line]:
    for each in result.figures:
        known = {_COST[basis]: exact(value.amount) for basis, value in each.amounts.items() if value is not None}
        yield {"BillingCurrency": defused(each.currency)} | known | _period(result.basics.query.period)
