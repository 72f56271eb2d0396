"""GetCostAndUsage: sums by day or month, under at most two keys."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.explorer.dimensions import column
from bot.sandbox.clouds.explorer.errors import invalid, struct
from bot.sandbox.clouds.explorer.filters import TAG
from bot.sandbox.clouds.explorer.metrics import MIXED, SUMS, measured, wanted
from bot.sandbox.clouds.explorer.paging import page
from bot.sandbox.clouds.explorer.request import MONTHLY, granularity, parts, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.clouds.explorer.request import Asked
    from storage.model.period import Period

_MOST_GROUPS = 2
_NOTHING = (Decimal(0), Decimal(0), Decimal(0), MIXED)


@dataclass(frozen=True, slots=True)
class _Key:
    """What is grouped by: SQL, and the values of its question marks."""

    sql: str
    values: tuple[str, ...] = ()


def _key(definition: object) -> _Key:
    fields = struct(definition)
    kind, key = fields.get("Type"), fields.get("Key")
    if kind == "DIMENSION":
        return _Key(column(key))
    if kind == "TAG" and isinstance(key, str) and key:
        return _Key(f"? || '$' || {TAG}", (key, key))
    msg = "Group Definition type is invalid."
    raise invalid(msg)


def _keys(definitions: Sequence[object]) -> list[_Key]:
    if len(definitions) > _MOST_GROUPS:
        msg = f"Please only specify at most {_MOST_GROUPS} Group Definitions."
        raise invalid(msg)
    return [_key(definition) for definition in definitions]


def _rows(asked: Asked, period: Period, step: str, keys: Sequence[_Key]) -> list[tuple[Any, ...]]:
    """The start of a part as text, its keys, its sums: in the order in which they are answered."""
    start = "greatest(date_trunc('month', day)::DATE, ?)" if step == MONTHLY else "day"
    starts: tuple[object, ...] = (period.start,) if step == MONTHLY else ()
    where = asked.where(period)
    names = ", ".join(f"k{n}" for n in range(len(keys) + 1))
    selected = ", ".join(f"{sql} AS k{n}" for n, sql in enumerate((f"({start})::VARCHAR", *(key.sql for key in keys))))
    sql = f"SELECT {selected}, {SUMS} FROM lines WHERE {where.sql} GROUP BY {names} ORDER BY {names}"  # noqa: S608 - our own words
    return asked.rows(sql, *starts, *(value for key in keys for value in key.values), *where.values)


def _result(asked: Asked, part: Period, total: dict[str, Any], groups: list[dict[str, Any]]) -> dict[str, Any]:
    estimated = part.end > asked.open_from
    return {"TimePeriod": spelled(part), "Total": total, "Groups": groups, "Estimated": estimated}


def _ungrouped(asked: Asked, period: Period, step: str, names: Sequence[str]) -> dict[str, Any]:
    sums = {row[0]: row[1:] for row in _rows(asked, period, step, ())}
    shown, more = page(parts(period, step), asked.body, asked.page_size)
    found = ((part, sums.get(part.start.isoformat(), _NOTHING)) for part in shown)
    return {"ResultsByTime": [_result(asked, part, measured(names, of), []) for part, of in found], **more}


def _grouped(asked: Asked, period: Period, step: str, names: Sequence[str], keys: Sequence[_Key]) -> dict[str, Any]:
    """Pages are cut between groups, so that a day may begin on one page and end on the next. Every part is on every page."""
    shown, more = page(_rows(asked, period, step, keys), asked.body, asked.page_size)
    groups: dict[str, list[dict[str, Any]]] = {}
    for start, *rest in shown:
        group = {"Keys": rest[: len(keys)], "Metrics": measured(names, rest[len(keys) :])}
        groups.setdefault(start, []).append(group)
    results = [_result(asked, part, {}, groups.get(part.start.isoformat(), [])) for part in parts(period, step)]
    return {"ResultsByTime": results, "GroupDefinitions": asked.body["GroupBy"], **more}


def _accounts(asked: Asked) -> list[dict[str, Any]]:
    """What the account ids mean: only where accounts are among the keys."""
    definitions = asked.body.get("GroupBy") or []
    if not any(each.get("Key") == "LINKED_ACCOUNT" for each in definitions):
        return []
    found = asked.rows("SELECT DISTINCT linked_account, linked_account_name FROM lines ORDER BY 1")
    return [{"Value": id_, "Attributes": {"description": name}} for id_, name in found]


def answer(asked: Asked) -> dict[str, Any]:
    """One page of GetCostAndUsage."""
    step, period, names = granularity(asked.body), asked.period, wanted(asked.body)
    keys = _keys(asked.body.get("GroupBy") or [])
    results = _grouped(asked, period, step, names, keys) if keys else _ungrouped(asked, period, step, names)
    return {**results, "DimensionValueAttributes": _accounts(asked)}
