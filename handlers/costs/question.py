"""A question turned back into the words that ask it, so that a button can remember what it stands under.

The words are the grammar of `handlers.parse`: what is read from them is the same question again. The asker's scope is not among
them: whoever clicks is authorised anew and gets their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.parse.written import filters, quoted
from storage.model.query import Axis, Basis, Charges, Granularity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.model.period import Period
    from storage.model.query import CostQuery


def words(query: CostQuery, verb: str = "") -> str:
    """`by service 2026-11-01..2026-11-21 for account=1 basis=billed net top 20 page 2`, after the verb if there is one."""
    parts = [verb, _by(query), _period(query.period), _compared(query), filters(query.filters), *_settings(query)]
    return " ".join(filter(None, parts))


def values(query: CostQuery, verb: str = "") -> Mapping[str, str]:
    """The question as a button's value (see `handlers.blocks.ids`)."""
    return {"q": words(query, verb)}


def _by(query: CostQuery) -> str:
    grain = () if query.granularity is Granularity.TOTAL else (query.granularity.value,)
    names = [*grain, *map(quoted, query.by)]
    return f"by {','.join(names)}" if names else ""


def _period(period: Period) -> str:
    return f"{period.start}..{period.last}"


def _compared(query: CostQuery) -> str:
    return f"vs {_period(query.compare)}" if query.compare else ""


def _settings(query: CostQuery) -> list[str]:
    said = [
        (query.basis is not Basis.EFFECTIVE, f"basis={query.basis.value}"),
        (query.charges is Charges.NET, "net"),
        (query.axis is Axis.BILLING, "axis=billing"),
        (query.top is not None, f"top {query.top}"),
        (query.page > 1, f"page {query.page}"),
    ]
    return [text for is_said, text in said if is_said]
