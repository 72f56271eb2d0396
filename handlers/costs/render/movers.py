"""What moved between two periods: the change in one line, then what each part contributed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.tables import Number
from handlers.costs.render import buttons, charts, lines, mapping
from handlers.costs.render.figures import amount, share
from handlers.costs.render.frame import SECTIONS, Content, Listing, reply
from storage.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from handlers.blocks.tables import Cell
    from handlers.request import Reply
    from services.costs.results import Mover, Movers, MoverSection
    from storage.model.query import CostQuery


def movers(result: Movers, *, verb: str = "movers", chart: bool = False, shared: bool = False) -> Reply:
    """The answer to "what moved"."""
    query = result.basics.query
    sections = [each for each in result.sections if each.before or each.after or each.movers]
    keys = [(each.key, each.label) for section in sections for each in section.movers]
    return reply(
        Content(
            lead=_lead(sections, query) if sections else lines.nothing(result.basics),
            context=lines.context(result.basics),
            listings=[_listing(each, query, is_only=len(sections) == 1) for each in sections[:SECTIONS] if each.movers],
            buttons=buttons.under(query, verb, shared=shared, charted=chart, keys=keys),
            picture=charts.movers(result) if chart else None,
            result=mapping.movers(result),
        ),
    )


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
    names = tuple(words.dimension(name) for name in query.by) or ("Charges",)
    spans = f"{words.period(query.compared)} to {words.period(query.period)}"
    heading = f"{lines.strong(section.change, sign=True)}: {words.escape(words.money(section.after))}"
    return Listing(
        caption=f"What moved from {spans}, {words.clean(section.currency)}",
        header=(*names, "Before", "After", "Change", "Of change"),
        rows=tuple(_row(each, len(names)) for each in section.movers),
        foot=lambda shown: _foot(section, shown, len(names)),
        right=frozenset(range(len(names), len(names) + 4)),
        heading="" if is_only else heading,
    )


def _row(each: Mover, names: int) -> tuple[Cell, ...]:
    shown = words.columns(each.key, each.label) or ("all",)
    padded = (*shown, *[""] * names)[:names]
    return (*padded, amount(each.before), amount(each.after), _change(each), share(each.share))


def _change(each: Mover) -> Cell:
    """The change, and in words whether it came or went entirely."""
    if each.is_new or each.is_gone:
        word = "new" if each.is_new else "gone"
        return Number(each.change.amount, f"{words.money(each.change, sign=True)} ({word})")
    return Number(each.change.amount, words.change(each.after, each.before))


def _foot(section: MoverSection, shown: int, names: int) -> tuple[tuple[Cell, ...], ...]:
    """Everything else, so that the changes add up, and the whole."""
    currency = section.currency
    named = section.movers[:shown]
    before = section.before - Money.total((each.before for each in named), currency)
    after = section.after - Money.total((each.after for each in named), currency)
    blanks = ("",) * (names - 1)
    whole = section.change
    rest = ("(everything else)", *blanks, *_sums(before, after, whole))
    total = ("Total", *blanks, *_sums(section.before, section.after, whole))
    return (*([rest] if before or after else []), total)


def _sums(before: Money, after: Money, whole: Money) -> tuple[Cell, ...]:
    change = after - before
    ratio: Decimal | None = change.ratio(whole)
    return (amount(before), amount(after), Number(change.amount, words.change(after, before)), share(ratio))
