"""How a chart says amounts, changes, days and names. Shared by the drawing and the alt text, so that they cannot disagree.

Needs no drawing library: the alt text must work where the picture does not.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MINUS = "−"
ELLIPSIS = "…"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "HUF", "IDR", "XAF", "XOF"})
LONGEST_CODE = 12
"""FOCUS allows virtual currencies beside the three letters of ISO 4217."""
WHOLE_FROM = 99.995
"""From this amount on, cents are noise (and would be rounded to 100.00)."""
LONG_FROM = 10_000_000
"""From this amount on, a label in a picture is shortened to millions."""
HALF_A_CENT = 0.005
DUST = 1e-9
"""What is smaller is left over from adding up floats."""
MAX_PLACES = 9
TENTHS_BELOW = 9.95
"""Per cent below this have a decimal: two digits say enough."""
SILLY = 1e6
"""Per cent beyond this compare with next to nothing."""
UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
WITHOUT = re.compile(r"\(?(untagged|unallocated|unassigned|unattributed|no owner)\)?|\(no [^)]+\)")
OTHER = re.compile(r"\W*((all|\d+) )?(others?|(the )?rest|remainder|everything else)( \(\d+\))?\W*")
MAX_MARKS = 2
"""Combining marks on one letter; more of them only smear over the neighbouring lines."""


def is_other(name: str) -> bool:
    """Whether a name is one that the remainder of a cut list goes by: other, 12 others or the rest."""
    return OTHER.fullmatch(name.casefold()) is not None


def is_rest(name: str) -> bool:
    """Whether it is any remainder: of a cut list, or spend without a tag, owner or account (`(untagged)`, `(no region)`)."""
    return is_other(name) or WITHOUT.fullmatch(name.casefold()) is not None


def clean(text: str, limit: int = 80) -> str:
    """A name from a bill as one harmless line: no controls, no direction overrides, no towers of accents, a long one cut."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if char.isspace():
            kept.append(" ")
        elif kind[0] != "C" and marks <= MAX_MARKS:
            kept.append(char)
    line = " ".join("".join(kept).split()) or "(no name)"
    return line if len(line) <= limit else line[: limit - 1].rstrip() + ELLIPSIS


def symbol(currency: str) -> str:
    """What stands before an amount: `$`, or the code and a space where no symbol is unambiguous."""
    code = "".join(char for char in currency if char.isascii() and char.isalnum())
    return SYMBOLS.get(currency) or f"{code[:LONGEST_CODE] or 'currency?'} "


def money(value: float, currency: str) -> str:
    """An amount in full: `$12,345`, `−€3.20`, `AUD 1,234`. No cents from 100 up; little is `≈$0.00`, not nothing."""
    size = abs(value)
    places = 0 if size >= WHOLE_FROM or size < DUST or currency in WITHOUT_CENTS else 2
    text = f"{symbol(currency)}{size:,.{places}f}"
    if size >= DUST and not any(char in "123456789" for char in text.removeprefix(symbol(currency))):
        return f"≈{text}"
    return MINUS + text if value <= -DUST else text


def label(value: float, currency: str) -> str:
    """An amount to stand in a picture: in full, from ten millions on shortened (`$12.35M`)."""
    if abs(value) < LONG_FROM:
        return money(value, currency)
    scale, letter = _unit(abs(value))
    return f"{MINUS if value < 0 else ''}{symbol(currency)}{abs(value) / scale:,.2f}{letter}"


def signed(value: float, currency: str) -> str:
    """A change with its sign: `+$1,200`, `−$80.00`, `$0`."""
    text = label(value, currency)
    return f"+{text}" if value >= HALF_A_CENT and not text.startswith("≈") else text


def axis(ticks: Sequence[float], currency: str) -> list[str]:
    """Ticks as an axis shows them, all in one unit with just the decimals they need: `$0`, `$2.5k`, `$5.0k`."""
    scale, letter = _unit(max((abs(tick) for tick in ticks), default=0))
    scaled = [tick / scale for tick in ticks]
    places = next((n for n in range(MAX_PLACES) if all(math.isclose(round(x, n), x, abs_tol=DUST) for x in scaled)), MAX_PLACES)
    zero = f"{symbol(currency)}0"
    return [f"{MINUS if x < 0 else ''}{symbol(currency)}{abs(x):,.{places}f}{letter}" if x else zero for x in scaled]


def percent(value: float, previous: float | None) -> str:
    """A change against something: `+8 %`, `−0.4 %`, `≈0 %`, `new` from nothing; empty where a ratio says nothing."""
    if previous is None or previous <= -DUST:
        return ""
    if previous < DUST:
        return "new" if value >= DUST else ""
    change = (value / previous - 1) * 100
    text = f"{abs(change):,.1f}".removesuffix(".0") if abs(change) < TENTHS_BELOW else f"{abs(change):,.0f}"
    if text == "0":
        return "≈0 %" if change else "0 %"
    return f"{'+' if change > 0 else MINUS}{text} %" if abs(change) < SILLY else ""


def day(when: date) -> str:
    """A day in words: `5 Nov 2026`."""
    return f"{when.day} {when:%b %Y}"


def _unit(size: float) -> tuple[float, str]:
    return next(((scale, letter) for scale, letter in UNITS if size >= scale), (1, ""))
