"""The shared wording of every message: money, per cent, changes, periods, freshness, basis, names.

Everything here returns plain text, never mrkdwn: whoever puts it into a message escapes it there, once.
"""

from __future__ import annotations

import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from handlers.blocks.mrkdwn import bold, clean, cut, cut_middle, escape
from storage.model.query import DIMENSIONS, TAG_PREFIX, Axis, Basis, Charges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from services.costs.results import Completeness, MissingBasis, SourceState, Usage
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import CostQuery, Filter
    from storage.model.scope import Scope

__all__ = [
    "basis_words",
    "bold",
    "change",
    "clean",
    "columns",
    "cut",
    "cut_middle",
    "day",
    "dimension",
    "dimensions_words",
    "escape",
    "filters_words",
    "freshness",
    "join_names",
    "key_words",
    "missing_words",
    "money",
    "number",
    "per_cent",
    "period",
    "plural",
    "scope_words",
    "sparkline",
    "unit_price",
    "usage_words",
    "value_words",
]

MINUS = "\u2212"
NOTHING = "–"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "HUF", "IDR", "XAF", "XOF"})
_NO_CENTS_FROM = Decimal(100)
_CENT = Decimal("0.01")
_ONE = Decimal(1)
_LONGEST_CODE = 12  # FOCUS allows virtual currencies beside the three letters of ISO 4217
_BARS = "▁▂▃▄▅▆▇█"
_BASES = {
    Basis.EFFECTIVE: "effective (amortised)",
    Basis.BILLED: "billed",
    Basis.CONTRACTED: "contracted",
    Basis.LIST: "list price",
}
_CHARGES = {Charges.GROSS: "gross", Charges.NET: "net (with credits, refunds and tax)"}
_WITHOUT = {
    "account": "(no account)",
    "charge": "(no charge category)",
    "commitment": "(no commitment)",
    "commitment_id": "(no commitment)",
    "meter": "(no usage type)",
    "pricing": "(no pricing category)",
    "purchase": "(no purchase option)",
    "resource": "(no resource)",
}
_TITLES = {"purchase": "Purchase option", "meter": "Usage type", "commitment_id": "Commitment discount"}


def money(value: Money, *, sign: bool = False) -> str:
    """An amount as people read it: `$1,234`, `$12.34`, `−€0.50`, `AUD 1,234`; no cents from 100 up, currency always.

    `sign` also marks what is positive. An amount below half a cent is `≈$0.00`: little is not nothing.
    """
    digits = _digits(value.amount.copy_abs(), value.currency)
    is_tiny = bool(value) and not any(character in "123456789" for character in digits)
    if is_tiny:
        return f"≈{_unit(value.currency)}{digits}"
    return f"{_sign(value.amount, always=sign)}{_unit(value.currency)}{digits}"


def _digits(size: Decimal, currency: str) -> str:
    places = 0 if currency in _WITHOUT_CENTS or _rounded(size, _CENT) >= _NO_CENTS_FROM else 2
    return f"{size:,.{places}f}"


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    """Rounded where that changes anything; 30 digits and more are whole already."""
    return value if value.adjusted() > 20 else value.quantize(step, rounding=ROUND_HALF_EVEN)  # noqa: PLR2004  # precision is 28


def _unit(currency: str) -> str:
    if currency in _SYMBOLS:
        return _SYMBOLS[currency]
    code = "".join(character for character in currency if character.isascii() and character.isalnum())
    return f"{code[:_LONGEST_CODE] or 'currency?'} "


def _sign(value: Decimal, *, always: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if always and value > 0 else ""


def unit_price(value: Money) -> str:
    """The price of one unit: below one its first three digits (`$0.0416`), because `≈$0.00` a gigabyte says nothing."""
    size = value.amount.copy_abs()
    if not size or size >= 1:
        return money(value)
    digits = f"{_rounded(size, _ONE.scaleb(size.adjusted() - 2)).normalize():f}"
    return f"{_sign(value.amount, always=False)}{_unit(value.currency)}{digits}"


def number(value: Decimal) -> str:
    """A plain number: thousands separated, two decimals at most below 100, one significant digit when it is tiny."""
    if not value or abs(value) >= _NO_CENTS_FROM:
        return f"{_sign(value, always=False)}{abs(value):,.0f}"
    if abs(value) < _CENT:
        return f"{_sign(value, always=False)}{abs(value):.1g}"
    return f"{_sign(value, always=False)}{abs(value):,.2f}".rstrip("0").rstrip(".")


def per_cent(ratio: Decimal | None, *, sign: bool = False) -> str:
    """A ratio (1 = all) as `8 %`, `7.5 %`, `+1,200 %`; a dash where a share means nothing."""
    if ratio is None:
        return NOTHING
    value = ratio * 100
    tenths = _rounded(abs(value), Decimal("0.1"))
    if not tenths:
        return "≈0 %" if value else "0 %"
    digits = f"{tenths:,.1f}".removesuffix(".0") if tenths < 10 else f"{abs(value):,.0f}"  # noqa: PLR2004  # two digits say enough
    return f"{_sign(value, always=sign)}{digits} %"


def change(now: Money, before: Money | None) -> str:
    """What changed: `+$120 (+8 %)`, `no change`, `+$120 (new)`; nothing where there is nothing to compare with."""
    if before is None:
        return ""
    delta = now - before
    if not delta:
        return "no change"
    if not before:
        return f"{money(delta, sign=True)} (new)"
    if before.amount < 0:
        return money(delta, sign=True)  # per cent of a refund mean nothing
    return f"{money(delta, sign=True)} ({per_cent(delta.ratio(before), sign=True)})"


def day(moment: date, near: date | None = None) -> str:
    """`21 Nov`, with the year unless it is that of `near`."""
    text = f"{moment.day} {moment:%b}"
    return text if near and near.year == moment.year else f"{text} {moment.year}"


def period(span: Period) -> str:
    """First and last day in words; a period with one day names it once."""
    return span.text()


def freshness(state: Completeness, near: date | None = None, *, named: int = 3) -> str:
    """`complete through 21 Nov, 2 of 9 sources late: aws-prod (through 19 Nov), azure (no complete day yet)`."""
    if state.through is None and not state.sources:
        return "no bill has been read yet"
    through = f"complete through {day(state.through, near)}" if state.through else "no day is complete yet"
    if not state.late:
        return through
    late = join_names([_lateness(source, near) for source in state.late], named)
    return f"{through}, {len(state.late)} of {plural(len(state.sources), 'source')} late: {late}"


def _lateness(source: SourceState, near: date | None) -> str:
    reach = f"through {day(source.through, near)}" if source.through else "no complete day yet"
    return f"{cut_middle(clean(source.name), 40) or '(unnamed)'} ({reach})"


def missing_words(missing: MissingBasis) -> str:
    """`aws-prod has no list price for 1,204 charges: left out, not guessed`."""
    name = cut_middle(clean(missing.source), 40) or "a source"
    when = " of the days before" if missing.is_compared else ""
    charges = plural(missing.charges, "charge")
    return f"{name} has no {basis_noun(missing.basis)} for {charges}{when}: left out, not guessed"


def basis_noun(basis: Basis) -> str:
    """`list price`, `billed cost`."""
    return _BASES[basis] if basis is Basis.LIST else f"{_BASES[basis]} cost"


def basis_words(query: CostQuery) -> str:
    """`effective (amortised), gross`; the axis too where it is not the usual one."""
    axis = ", by invoice month" if query.axis is Axis.BILLING else ""
    return f"{_BASES[query.basis]}, {_CHARGES[query.charges]}{axis}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """`1 row`, `1,204 rows`."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def join_names(names: Sequence[str], most: int = 3) -> str:
    """`a`, `a and b`, `a, b, c and 4 more`."""
    shown = list(names[:most])
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest:,} more" if shown else f"{rest:,}"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def dimension(name: str) -> str:
    """A dimension as a column title: `Service`, `Purchase option`, `team (tag)`."""
    if name.startswith(TAG_PREFIX):
        return f"{cut_middle(clean(name.removeprefix(TAG_PREFIX)), 40)} (tag)"
    return _TITLES.get(name, name.capitalize() if name in DIMENSIONS else clean(name))


def dimensions_words(names: Sequence[str]) -> str:
    """Dimensions within a sentence: `service and purchase option`, `team (tag)`."""
    titles = [name if name.endswith("(tag)") else f"{name[:1].lower()}{name[1:]}" for name in map(dimension, names)]
    return join_names(titles, len(titles))


def value_words(name: str, value: str | None) -> str:
    """One value of a dimension for display; what has none is named, never left blank."""
    if value is None:
        return "(untagged)" if name.startswith(TAG_PREFIX) else _WITHOUT.get(name, f"(no {clean(name)})")
    return clean(value) or "(blank)"


def key_words(key: Mapping[str, str | None], label: str | None = None) -> str:
    """A row's display name: `Production (123456789012)`, `(untagged)`, `Amazon EC2 · eu-west-1`."""
    return " · ".join(columns(key, label)) or "all"


def columns(key: Mapping[str, str | None], label: str | None = None) -> tuple[str, ...]:
    """The display name of a row, one text a dimension. The label belongs to the account, else to the first dimension."""
    labelled = "account" if "account" in key else next(iter(key), "")
    return tuple(_labelled(name, value, label if name == labelled else None) for name, value in key.items())


def _labelled(name: str, value: str | None, label: str | None) -> str:
    text, extra = value_words(name, value), clean(label or "")
    return f"{extra} ({text})" if extra and value is not None and extra != text else text


def filters_words(filters: Sequence[Filter]) -> str:
    """`service Amazon EC2 or AWS Lambda, region not eu-west-1`."""
    return ", ".join(_filter_words(each) for each in filters)


def _filter_words(each: Filter) -> str:
    values = [value_words(each.dimension, value) for value in each.values]
    named = f"{', '.join(values[:-1])} {'nor' if each.negate else 'or'} {values[-1]}" if values[1:] else values[0]
    return f"{dimensions_words([each.dimension])} {'not ' if each.negate else ''}{named}"


def scope_words(scope: Scope) -> str:
    """What the asker's row limits leave visible; nothing when there are none."""
    return f"only what you may see: {clean(scope.text())}" if scope.is_limited else ""


def usage_words(usage: Usage | None) -> str:
    """`1,204 Hours`; a dash where the units differ or are not given."""
    return f"{number(usage.quantity)} {cut(clean(usage.unit), 20)}".strip() if usage else NOTHING


def sparkline(values: Sequence[Decimal], width: int = 12) -> str:
    """A series as small bars, oldest first; longer ones are added up in equal groups."""
    if not values:
        return ""
    groups = [sum(group, Decimal(0)) / len(group) for group in _grouped(values, width)]
    low, high = min(*groups, Decimal(0)), max(*groups, Decimal(0))
    span = high - low
    return "".join(_BARS[int((value - low) / span * (len(_BARS) - 1))] if span else _BARS[0] for value in groups)


def _grouped(values: Sequence[Decimal], width: int) -> list[Sequence[Decimal]]:
    count = min(width, len(values))
    edges = [index * len(values) // count for index in range(count + 1)]
    return [values[start:end] for start, end in pairwise(edges)]


def width(text: str) -> int:
    """How many columns a fixed-width font gives the text: wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(_column(character) for character in text)


@lru_cache(maxsize=4096)
def _column(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
