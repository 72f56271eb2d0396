"""Lines: what a total counts, and the credits, refunds and tax that stand below it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from services.costs.results import BelowLine
from storage.model.money import Money
from storage.model.query import Charges, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from services.costs.book import Sum
    from storage.model.query import CostQuery

    Lines = Mapping[Line, Money]


def by_currency(sums: Iterable[Sum]) -> dict[str, dict[Line, Money]]:
    """Currency → line → money; the currency with the most money first."""
    found: dict[str, dict[Line, Money]] = defaultdict(dict)
    for each in sums:
        lines = found[each.money.currency]
        lines[each.line] = lines.get(each.line, Money.zero(each.money.currency)) + each.money
    return dict(sorted(found.items(), key=lambda item: (-sum(abs(money.amount) for money in item[1].values()), item[0])))


def counted(lines: Lines, query: CostQuery, currency: str) -> Money:
    """What the query counts of a currency's lines: the charges, or everything."""
    if query.charges is Charges.GROSS:
        return lines.get(Line.CHARGES, Money.zero(currency))
    return Money.total(lines.values(), currency)


def is_counted(line: Line, query: CostQuery) -> bool:
    """Whether the query's figure has this line in it."""
    return line is Line.CHARGES or query.charges is Charges.NET


def below(lines: Lines, query: CostQuery) -> tuple[BelowLine, ...]:
    """The lines that stand below a gross figure; a net figure has them inside."""
    if query.charges is Charges.NET:
        return ()
    return tuple(BelowLine(line, lines[line]) for line in Line if line is not Line.CHARGES and lines.get(line))
