"""One currency of a breakdown as a table: the rows, one row for all the others, and the total, so that the parts add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.figures import amount, changed, share
from handlers.blocks.frame import Listing
from handlers.costs.render import lines
from storage.model.money import Money

if TYPE_CHECKING:
    from handlers.blocks.tables import Cell
    from services.costs.results import CostRow, Section
    from storage.model.period import Period
    from storage.model.query import CostQuery

_NUMBERS = {"Cost", "Change", "Share", "Usage"}


def listing(section: Section, query: CostQuery, *, is_only: bool, judged: Period | None = None) -> Listing:
    """The table of one currency. `is_only`: there is no other, so its total needs no heading of its own.

    `judged`: the complete days that changes are of, where they are not all of the period.
    """
    columns = Columns.of(section, query)
    heading = f"{lines.strong(section.total)}{lines.against(section.comparable, section.previous, query.compared, judged)}"
    by = f"by {words.dimensions_words(query.by)}" if query.by else "of all charges"
    return Listing(
        caption=f"Cost {by}, {words.period(query.period)}, {words.clean(section.currency)}",
        header=(*columns.names, *(_until(title, judged) for title in columns.figures)),
        rows=tuple(columns.row(row) for row in section.rows),
        foot=lambda shown: columns.foot(section, shown),
        right=frozenset(at for at, title in enumerate((*columns.names, *columns.figures)) if title in _NUMBERS),
        heading="" if is_only else heading,
        below=lines.below(section.below, section.net, query),
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that this section has something to say in: `names` are its dimensions, `figures` what stands beside them."""

    names: tuple[str, ...]
    figures: tuple[str, ...]

    @classmethod
    def of(cls, section: Section, query: CostQuery) -> Columns:
        """Only what some row has: an empty column helps nobody."""
        rows = section.rows
        wanted = {
            "Cost": True,
            "Change": section.previous is not None or any(row.previous is not None for row in rows),
            "Share": any(row.share is not None for row in rows),
            "Trend": any(len(row.trend) > 1 for row in rows),
            "Category": any(row.category for row in rows) and "category" not in query.by,
            "Usage": any(row.usage for row in rows),
        }
        names = tuple(words.dimension(name) for name in query.by) or ("Charges",)
        return cls(names, tuple(title for title, is_wanted in wanted.items() if is_wanted))

    def row(self, row: CostRow) -> tuple[Cell, ...]:
        """One line of the breakdown."""
        cells: dict[str, Cell] = {
            "Cost": amount(row.amount),
            "Change": changed(row.comparable, row.previous),
            "Share": share(row.share),
            "Trend": words.sparkline([value.amount for value in row.trend]),
            "Category": words.clean(row.category or ""),
            "Usage": words.usage_words(row.usage),
        }
        names = words.columns(row.key, row.label) or ("all",)
        return (*names, *(cells[title] for title in self.figures))

    def foot(self, section: Section, shown: int) -> tuple[tuple[Cell, ...], ...]:
        """What the rows beyond the shown ones add up to, and the total."""
        hidden = section.rows[shown:]
        count = section.remainder_rows + len(hidden)
        rest = Money.total((section.remainder, *(row.amount for row in hidden)), section.currency)
        named = f"({words.plural(count, 'other')})" if count else "(other)"
        comparable = Money.total((section.remainder_comparable, *(row.comparable for row in hidden)), section.currency)
        change = changed(comparable, _rest_before(section, shown))
        others = [self._sum(named, rest, change, section.total)] if count or rest else []
        whole = changed(section.comparable, section.previous)
        total = [self._sum("Total", section.total, whole, section.total)] if len(section.rows) + len(others) > 1 else []
        return (*others, *total)

    def _sum(self, name: str, value: Money, change: Cell, whole: Money) -> tuple[Cell, ...]:
        cells: dict[str, Cell] = {"Cost": amount(value), "Change": change, "Share": share(value.ratio(whole))}
        blanks = ("",) * (len(self.names) - 1)
        return (name, *blanks, *(cells.get(title, "") for title in self.figures))


def _until(title: str, judged: Period | None) -> str:
    """A column of changes says through which day they are, where that is not the last one."""
    return f"Change to {words.day(judged.last, judged.last)}" if judged and title == "Change" else title


def _rest_before(section: Section, shown: int) -> Money | None:
    """What the rows not shown cost before; None where that is not known of all of them."""
    before = [row.previous for row in section.rows[shown:]]
    if section.remainder_rows or section.remainder:
        before.append(section.remainder_previous)
    known = [value for value in before if value is not None]
    return Money.total(known, section.currency) if known and len(known) == len(before) else None
