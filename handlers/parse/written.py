"""Filters turned back into the words that mean them: what is read from the words is the same filters again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.model.query import Filter

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_:/.-]*[A-Za-z0-9])?", re.ASCII)
_WITHOUT = "none"
_MEANS_WITHOUT = frozenset({"none", "untagged"})


def filters(given: tuple[Filter, ...]) -> str:
    """`for account=1 region!="eu west"`; nothing for none."""
    return " ".join(f"for {_filter(each)}" if at == 0 else _filter(each) for at, each in enumerate(given))


def _filter(each: Filter) -> str:
    sign = "!=" if each.negate else "="
    return f"{quoted(each.dimension)}{sign}{','.join(_WITHOUT if value is None else _value(value) for value in each.values)}"


def _value(value: str) -> str:
    return _quote(value) if value.casefold() in _MEANS_WITHOUT else quoted(value)


def quoted(text: str) -> str:
    """As it is where nothing in it means anything to the grammar, else in quotes."""
    return text if _PLAIN.fullmatch(text) and ".." not in text else _quote(text)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
