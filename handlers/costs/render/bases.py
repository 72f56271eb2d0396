"""The four bases side by side, and what they say about discounts and commitments. They are never added to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.figures import amount, share
from handlers.blocks.frame import SECTIONS, Content, Listing, reply
from handlers.costs.render import buttons, lines, mapping
from storage.model.query import Basis

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from handlers.blocks.tables import Cell
    from handlers.request import Reply
    from services.costs.results import Bases, BasisFigures
    from storage.model.money import Money
    from storage.model.query import CostQuery

_MEANING = {
    Basis.LIST: "List price, no discount",
    Basis.CONTRACTED: "At negotiated prices",
    Basis.EFFECTIVE: "Amortised, after commitments",
    Basis.BILLED: "As invoiced",
}


def bases(result: Bases, *, verb: str = "bases", shared: bool = False) -> Reply:
    """The four bases of a period. There is no chart of them: four numbers need none."""
    query = result.basics.query
    figures = [each for each in result.figures if any(each.amounts.values())]
    return reply(
        Content(
            lead=_lead(figures, query) if figures else lines.nothing(result.basics),
            context=lines.context(result.basics, compared=False),
            listings=[_listing(each, query, is_only=len(figures) == 1) for each in figures[:SECTIONS]],
            buttons=buttons.under(query, verb, shared=shared, charted=True, is_empty=not figures),
            result=mapping.bases(result),
        ),
    )


def _lead(figures: Sequence[BasisFigures], query: CostQuery) -> str:
    """Like `*$12,345* effective (amortised), 1–21 Nov 2026, −$2,655 (−18 %) on list price`."""
    asked = f"{lines.subject(query.but(by=()))}, {words.escape(words.period(query.period))}"
    parts = [_asked(each.amounts.get(query.basis), each.currency) for each in figures[:SECTIONS]]
    basis = words.escape(words.basis_words(query))
    if len(figures) > 1:
        return f"{' and '.join(parts)} {basis}{asked}. Currencies are not added up."
    now, full = figures[0].amounts.get(query.basis), figures[0].amounts.get(Basis.LIST)
    saved = f", {words.escape(words.change(now, full))} on list price" if now and full and query.basis is not Basis.LIST else ""
    return f"{parts[0]} {basis}{asked}{saved}."


def _asked(value: Money | None, currency: str) -> str:
    return lines.strong(value) if value is not None else f"*No such cost* in {words.escape(currency)}"


def _listing(each: BasisFigures, query: CostQuery, *, is_only: bool) -> Listing:
    full = each.amounts.get(Basis.LIST)
    rows = [_row(basis, each.amounts.get(basis), full) for basis in _MEANING]
    return Listing(
        caption=f"Cost on four bases, {words.period(query.period)}, {words.clean(each.currency)}",
        header=("Basis", "Cost", "Of list", "What it is"),
        rows=tuple(rows),
        foot=lambda _shown: (),
        right=frozenset({1, 2}),
        heading="" if is_only else _asked(each.amounts.get(query.basis), each.currency),
        below=_savings(each),
    )


def _row(basis: Basis, value: Money | None, full: Money | None) -> tuple[Cell, ...]:
    name = basis.value.capitalize()
    if value is None:
        return (name, words.NOTHING, words.NOTHING, "Not in this bill")
    return (name, amount(value), share(value.ratio(full) if full else None), _MEANING[basis])


def _savings(each: BasisFigures) -> str:
    """What was negotiated, what commitments saved and how well they were used; each only where it is known."""
    said = [
        _saving("Negotiated discounts", each.negotiated_saving, each.negotiated_rate, "list"),
        *_commitments(each),
    ]
    return "\n".join(f"• {words.escape(text)}" for text in said if text)


def _saving(name: str, value: Money | None, rate: Decimal | None, of: str) -> str:
    if value is None:
        return f"{name}: not known from this bill."
    verb, size = ("cost", -value) if value.amount < 0 else ("saved", value)
    of_it = f" ({words.per_cent(abs(rate))} of {of})" if rate is not None else ""
    return f"{name} {verb} {words.money(size)}{of_it}."


def _commitments(each: BasisFigures) -> list[str]:
    if not (each.used or each.unused or each.commitment_saving):
        return ["No commitments in use."]
    rate = f": {words.per_cent(each.utilisation)} used" if each.utilisation is not None else ""
    used = f"Commitments: {words.money(each.used)} used and {words.money(each.unused)} unused{rate}."
    return [_saving("Commitments", each.commitment_saving, each.commitment_rate, "contracted"), used]
