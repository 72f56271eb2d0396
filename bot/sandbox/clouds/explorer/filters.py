"""Filter expressions: Cost Explorer's tree of And, Or, Not, Dimensions and Tags as a condition on `lines`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.explorer.dimensions import column
from bot.sandbox.clouds.explorer.errors import invalid, struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LEAST_OPERANDS = 2
_ABSENT = "ABSENT"
_MATCHES = {"EQUALS", "CASE_SENSITIVE"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL and the values of its question marks, in order."""

    sql: str
    values: tuple[object, ...] = ()


ALL = Condition("true")


def condition(expression: object) -> Condition:
    """Read an expression. Raises RefusedError where AWS would: several or no roots, lone operands, unknown keys."""
    if not isinstance(expression, dict) or len(expression) != 1:
        msg = "Expression must have exactly one of: Or, And, Not, Dimensions, Tags, CostCategories."
        raise invalid(msg)
    kind, body = next(iter(expression.items()))
    if kind not in _KINDS:
        msg = f"{kind} is not supported in this expression."
        raise invalid(msg)
    return _KINDS[kind](body)


def _joined(word: str) -> Callable[[object], Condition]:
    def join(body: object) -> Condition:
        if not isinstance(body, list) or len(body) < _LEAST_OPERANDS:
            msg = f"{word.capitalize()} expression must have at least {_LEAST_OPERANDS} operands."
            raise invalid(msg)
        parts = [condition(each) for each in body]
        return Condition("(" + f" {word} ".join(part.sql for part in parts) + ")", tuple(v for p in parts for v in p.values))

    return join


def _not(body: object) -> Condition:
    inner = condition(body)
    return Condition(f"NOT {inner.sql}", inner.values)


def _options(body: Mapping[str, Any], allowed: set[str]) -> list[str]:
    options = body.get("MatchOptions") or ["EQUALS", "CASE_SENSITIVE"]
    if not isinstance(options, list) or not set(options) <= allowed:
        msg = f"MatchOptions {options} are not supported for this operation."
        raise invalid(msg)
    return options


def _values(body: Mapping[str, Any]) -> list[str]:
    values = body.get("Values")
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        msg = f"Values of {body.get('Key')} must be a list of at least one string."
        raise invalid(msg)
    return values


def _dimensions(body: object) -> Condition:
    fields = struct(body)
    where = column(fields.get("Key"))
    _options(fields, _MATCHES)
    return Condition(f"list_contains(?, {where})", (_values(fields),))


def _tags(body: object) -> Condition:
    fields = struct(body)
    key = fields.get("Key")
    if not isinstance(key, str) or not key:
        msg = "A tag filter needs a key."
        raise invalid(msg)
    if _ABSENT in _options(fields, _MATCHES | {_ABSENT}):
        return Condition(f"{TAG} = ''", (key,))
    return Condition(f"list_contains(?, {TAG})", (_values(fields), key))


TAG = "coalesce(map_extract_value(tags, ?), '')"
"""The value of the tag with the key that goes into the question mark; empty where there is none, as AWS has it."""
_KINDS: dict[str, Callable[[object], Condition]] = {
    "And": _joined("AND"),
    "Or": _joined("OR"),
    "Not": _not,
    "Dimensions": _dimensions,
    "Tags": _tags,
}
