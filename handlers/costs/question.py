"""A question turned back into the words that ask it, so that a button can remember what it stands under.

The words are the grammar of `handlers.parse`: what is read from them is the same question again. The asker's scope is not among
them: whoever clicks is authorised anew and gets their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storage.model.query import Axis, Basis, Charges, Granularity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.model.period import Period
    from storage.model.query import CostQuery, Filter

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_:/.-]*[A-Za-z0-9])?", re.ASCII)
_WITHOUT = "none"
_MEANS_WITHOUT = frozenset({"none", "untagged"})


def words(query: CostQuery, verb: str = "") -> str:
    """`by service 2026-11-01..2026-11-21 for account=1 basis=billed net top 20 page 2`, after the verb if there is one."""
    parts = [verb, _by(query), _period(query.period), _compared(query), _filters(query.filters), *_settings(query)]
    return " ".join(filter(None, parts))


def values(query: CostQuery, verb: str = "") -> Mapping[str, str]:
    """The question as a button's value (see `handlers.blocks.ids`)."""
    return {"q": words(query, verb)}


def _by(query: CostQuery) -> str:
    grain = () if query.granularity is Granularity.TOTAL else (query.granularity.value,)
    names = [*grain, *map(_quoted, query.by)]
    return f"by {','.join(names)}" if names else ""


def _period(period: Period) -> str:
    return f"{period.start}..{period.last}"


def _compared(query: CostQuery) -> str:
    return f"vs {_period(query.compare)}" if query.compare else ""


def _filters(filters: tuple[Filter, ...]) -> str:
    return " ".join(f"for {_filter(each)}" if at == 0 else _filter(each) for at, each in enumerate(filters))


def _filter(each: Filter) -> str:
    sign = "!=" if each.negate else "="
    return f"{_quoted(each.dimension)}{sign}{','.join(_WITHOUT if value is None else _value(value) for value in each.values)}"


def _value(value: str) -> str:
    return _quote(value) if value.casefold() in _MEANS_WITHOUT else _quoted(value)


def _quoted(text: str) -> str:
    """As it is where nothing in it means anything to the grammar, else in quotes."""
    return text if _PLAIN.fullmatch(text) and ".." not in text else _quote(text)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _settings(query: CostQuery) -> list[str]:
    said = [
        (query.basis is not Basis.EFFECTIVE, f"basis={query.basis.value}"),
        (query.charges is Charges.NET, "net"),
        (query.axis is Axis.BILLING, "axis=billing"),
        (query.top is not None, f"top {query.top}"),
        (query.page > 1, f"page {query.page}"),
    ]
    return [text for is_said, text in said if is_said]
