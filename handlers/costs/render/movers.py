"""What moved between two periods: the change in one line, then what each part contributed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.figures import amount, share
from handlers.blocks.frame import SECTIONS, Content, Listing, reply
from handlers.blocks.tables import Number
from handlers.costs.render import buttons, charts, lines, mapping
from storage.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from handlers.blocks.tables import Cell
    from handlers.request import Reply
    from services.costs.results import Mover, Movers, MoverSection
    from storage.model.query import CostQuery


MOST = 6  # tables: three dimensions in two currencies


def movers(
    result: Movers, *, verb: str = "movers", chart: bool = False, shared: bool = False, asked: CostQuery | None = None
) -> Reply:
    """The answer to "what moved": one table a dimension and currency; the first dimension is the one to look into."""
    query = result.basics.query
    sections = [each for each in result.sections if each.before or each.after or each.movers]
    keys = [(each.key, each.label) for each in sections[0].movers] if sections else []
    picture, missing = charts.pictured(charts.movers, result) if chart else (None, [])
    listed = [each for each in sections if each.movers]
    return reply(
        Content(
            lead=_lead(_by_currency(sections), query) if sections else lines.nothing(result.basics),
            context=lines.context(result.basics),
            listings=[_listing(each, query, is_only=len(sections) == 1) for each in listed[:MOST]],
            notes=[*_more(listed), *missing],
            buttons=buttons.under(
                buttons.kept(query, asked), verb, shared=shared, charted=chart, keys=keys, is_empty=not sections
            ),
            picture=picture,
            result=mapping.movers(result),
        ),
    )


def _more(listed: Sequence[MoverSection]) -> list[str]:
    left = len(listed) - MOST
    return [f"{words.plural(left, 'more table')}: all rows are in the CSV."] if left > 0 else []


def _by_currency(sections: Sequence[MoverSection]) -> list[MoverSection]:
    """One section a currency: every dimension tells of the same whole change."""
    return list({each.currency: each for each in reversed(sections)}.values())[::-1]


def _lead(sections: Sequence[MoverSection], query: CostQuery) -> str:
    """Like `*+$1,240 (+8 %)* from 1–21 Oct 2026 to 1–21 Nov 2026: $15,000 to $16,240. Most of it: *Amazon EC2* +$900`."""
    spans = f"from {words.escape(words.period(query.compared))} to {words.escape(words.period(query.period))}"
    filters = lines.subject(query.but(by=()))
    if len(sections) > 1:
        changes = " and ".join(lines.strong(each.change, sign=True) for each in sections[:SECTIONS])
        return f"{changes}{filters} {spans}. Currencies are not added up."
    only = sections[0]
    moved = words.bold(words.change(only.after, only.before))
    both = f"{words.money(only.before)} to {words.money(only.after)}"
    return f"{moved}{filters} {spans}: {words.escape(both)}.{_most(only)}"


def _most(section: MoverSection) -> str:
    """The mover that pulled hardest the way the whole went."""
    same_way = [each for each in section.movers if each.change.amount * section.change.amount > 0]
    if not same_way:
        return ""
    first = max(same_way, key=lambda each: abs(each.change.amount))
    name = words.cut_middle(words.key_words(first.key, first.label), 60)
    return f" Most of it: {words.bold(name)} {words.escape(words.money(first.change, sign=True))}."


def _listing(section: MoverSection, query: CostQuery, *, is_only: bool) -> Listing:
    dimension = section.dimension or next(iter(query.by), "")
    title = words.dimension(dimension) if dimension else "Charges"
    spans = f"{words.period(query.compared)} to {words.period(query.period)}"
    by = f" by {words.dimensions_words([dimension])}" if dimension else ""
    return Listing(
        caption=f"What moved{by} from {spans}, {words.clean(section.currency)}",
        header=(title, "Before", "After", "Change", "Of change"),
        rows=tuple(map(_row, section.movers)),
        foot=lambda shown: _foot(section, shown),
        right=frozenset(range(1, 5)),
        heading="" if is_only else f"{lines.strong(section.change, sign=True)}{words.escape(by) and f' {words.escape(by)}'}",
    )


def _row(each: Mover) -> tuple[Cell, ...]:
    return (words.key_words(each.key, each.label), amount(each.before), amount(each.after), _change(each), share(each.share))


def _change(each: Mover) -> Cell:
    """The change, and in words whether it came or went entirely."""
    if each.is_new or each.is_gone:
        word = "new" if each.is_new else "gone"
        return Number(each.change.amount, f"{words.money(each.change, sign=True)} ({word})")
    return Number(each.change.amount, words.change(each.after, each.before))


def _foot(section: MoverSection, shown: int) -> tuple[tuple[Cell, ...], ...]:
    """Everything else, so that the changes add up, and the whole."""
    currency = section.currency
    named = section.movers[:shown]
    before = section.before - Money.total((each.before for each in named), currency)
    after = section.after - Money.total((each.after for each in named), currency)
    whole = section.change
    rest = ("(everything else)", *_sums(before, after, whole))
    total = ("Total", *_sums(section.before, section.after, whole))
    return (*([rest] if before or after else []), total)


def _sums(before: Money, after: Money, whole: Money) -> tuple[Cell, ...]:
    change = after - before
    ratio: Decimal | None = change.ratio(whole)
    return (amount(before), amount(after), Number(change.amount, words.change(after, before)), share(ratio))
