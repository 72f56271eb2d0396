"""Reader: how one column of somebody's file becomes a value, and when it is unreadable.

Every value asked for adds its own check: text that is there but is no number, day or JSON object makes a bad row with a reason.
Nothing is guessed and nothing is dropped silently. Columns are found whatever their case, underscores or slashes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storage.ingest.columns import MONEY_TYPE, Kind, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_QUANTITY = 1e30
EARLIEST, LATEST = "2000-01-01", "2100-01-01"
"""A charge outside of these is a slip (a zero date, an "infinity" out of a database), and no calendar could show its month."""
DIGITS, DECIMALS = 38, 18
ZONED = "TIMESTAMP WITH TIME ZONE"
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


def folded(name: str) -> str:
    """A column's name without case, underscores, spaces, slashes and colons: `line_item_usage_type` = `lineItem/UsageType`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@dataclass(frozen=True, slots=True)
class Check:
    """A condition under which a row is bad, and an SQL expression for the reason."""

    bad: str
    reason: str


@dataclass(slots=True)
class Reader:
    """Reads columns of one relation. `types` maps the relation's column names to their DuckDB types."""

    types: Mapping[str, str]
    clean: Mapping[str, str] = field(default_factory=dict)
    """Text columns without a value that reading would change: they are taken as they are, which is several times faster.
    Each with the SELECT of its texts."""
    texts: dict[str, str] = field(default_factory=dict)
    """Text value that was asked for (its SQL) → the SELECT of all texts it may have, where they are known."""
    checks: dict[str, Check] = field(default_factory=dict)
    rounded: dict[str, str] = field(default_factory=dict)
    """Conditions under which a value was rounded to 18 decimals."""
    used: set[str] = field(default_factory=set)
    """The relation's columns that were asked for; the others are reported as ignored."""
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the columns by their folded names; of two that fold alike, the first is the one that is meant."""
        for name in self.types:
            self._folded.setdefault(folded(name), name)

    def has(self, name: str) -> bool:
        """Whether the relation has the column."""
        return self._column(name) is not None

    def _column(self, name: str) -> str | None:
        """The relation's own name of a column. Tags `cost-center` and `cost_center` fold alike and are two: exact names win."""
        return name if name in self.types else self._folded.get(folded(name))

    def value(self, kind: Kind, *names: str) -> str:
        """SQL for the first of the columns that has a value, typed; `NULL` of that type where none exists."""
        found = [column for column in map(self._column, names) if column is not None]
        self.used.update(found)
        read = {
            Kind.MONEY: self._money,
            Kind.QUANTITY: self._quantity,
            Kind.MOMENT: self._moment,
            Kind.WORD: self._word,
            Kind.TEXT: self._text,
            Kind.TAGS: self._tags,
        }[kind]
        parts = [read(name) for name in found]
        value = f"coalesce({', '.join(parts)})" if len(parts) > 1 else next(iter(parts), f"CAST(NULL AS {_TYPES[kind]})")
        if _TYPES[kind] == "VARCHAR" and all(name in self.clean for name in found):
            self.texts[value] = " UNION ALL ".join(self.clean[name] for name in found) or "SELECT NULL AS text"
        return value

    def starting(self, prefix: str) -> tuple[str, ...]:
        """The relation's columns whose folded name begins with the folded prefix and goes on; they count as used."""
        start = folded(prefix)
        found = tuple(name for name in self.types if folded(name).startswith(start) and folded(name) != start)
        self.used.update(found)
        return found

    def entry(self, name: str, key: str) -> str:
        """SQL for one key of a column that holds a map, a struct or JSON text; NULL where column, key or value is missing."""
        column = self._column(name)
        if column is None:
            return "CAST(NULL AS VARCHAR)"
        self.used.add(column)
        if self.types[column].startswith("MAP"):
            return f"nullif(trim(CAST({quoted(column)}[{literal(key)}] AS VARCHAR)), '')"
        text, path = self._tags(column), literal(f'$."{key}"')
        return f"CASE WHEN json_valid({text}) THEN nullif(trim(json_extract_string({text}, {path})), '') END"

    def require(self, label: str, value: str) -> None:
        """A row without this value is bad."""
        self.checks[f"{label} is missing"] = Check(f"({value}) IS NULL", literal(f"{label} is missing"))

    def _is_text(self, name: str) -> bool:
        return self.types[name] == "VARCHAR"

    def _word(self, name: str) -> str:
        if name in self.clean:
            return quoted(name)
        text = f"nullif(trim(CAST({quoted(name)} AS VARCHAR)), '')"
        return f"nullif({text}, 'NULL')" if self._is_text(name) else text

    def _text(self, name: str) -> str:
        """Like a word, but a name that really is NULL stays: an unquoted NULL was taken out when the file was read."""
        if name in self.clean:
            return quoted(name)
        return f"nullif(CAST({quoted(name)} AS VARCHAR), '')"

    def _checked(self, name: str, sql_type: str, what: str) -> str:
        """Cast, and call the row bad when there is text but no value comes of it."""
        text = self._word(name)
        value = f"try_cast({text} AS {sql_type})"
        self.checks[name] = Check(
            f"({text} IS NOT NULL AND {value} IS NULL)", f"{literal(f'{name} is not {what}: ')} || left({text}, 60)"
        )
        return value

    def _money(self, name: str) -> str:
        if _always_fits(self.types[name]):
            return f"CAST({quoted(name)} AS {MONEY_TYPE})"
        if _has_all_decimals(self.types[name]):
            value = f"try_cast({quoted(name)} AS {MONEY_TYPE})"
            too_large = literal(f"{name} is too large")
            self.checks[name] = Check(f"({quoted(name)} IS NOT NULL AND {value} IS NULL)", too_large)
            return value
        # A double is read through its shortest text, so that 0.1 is 0.1 and not the nearest binary fraction.
        value = self._checked(name, MONEY_TYPE, "a number")
        text = self._word(name)
        too_large, unreadable = literal(f"{name} is too large"), self.checks[name].reason
        self.checks[name] = Check(
            self.checks[name].bad, f"CASE WHEN isfinite(try_cast({text} AS DOUBLE)) THEN {too_large} ELSE {unreadable} END"
        )
        # The length comes first because it is cheap, and hardly any amount is that long.
        self.rounded[name] = (
            f"((length({text}) > {DECIMALS} AND regexp_matches({text}, '\\.[0-9]{{18}}[0-9]*[1-9]')) OR "
            f"(contains(lower({text}), 'e-') AND try_cast({text} AS DOUBLE) <> CAST({value} AS DOUBLE)))"
        )
        return value

    def _quantity(self, name: str) -> str:
        value = self._checked(name, "DOUBLE", "a number") if self._is_text(name) else f"CAST({quoted(name)} AS DOUBLE)"
        self.checks[f"{name} bound"] = Check(
            f"NOT coalesce(abs({value}) < {LARGEST_QUANTITY}, true)", literal(f"{name} is too large, or no number")
        )
        return value

    def _moment(self, name: str) -> str:
        """UTC. What has an offset is not simply cast: that drops the offset of text, and looks each row up in a calendar."""
        kind = self.types[name]
        if kind.startswith(("TIMESTAMP", "DATE")) and kind != ZONED:
            moment = value = f"CAST({quoted(name)} AS TIMESTAMP)"
            sql_type = "TIMESTAMP"
        else:
            moment = quoted(name) if kind == ZONED else self._checked(name, "TIMESTAMPTZ", "a date and time")
            value, sql_type = f"make_timestamp(epoch_us({moment}))", "TIMESTAMPTZ"
        self.checks[f"{name} bound"] = Check(
            f"NOT coalesce({moment} >= {sql_type} '{EARLIEST}' AND {moment} < {sql_type} '{LATEST}', true)",
            literal(f"{name} is not between {EARLIEST} and {LATEST}"),
        )
        return value

    def _tags(self, name: str) -> str:
        kind = self.types[name]
        if kind.startswith(("MAP", "STRUCT")):
            return f"CAST(to_json({quoted(name)}) AS VARCHAR)"
        text = self._word(name) if self._is_text(name) else f"CAST({quoted(name)} AS VARCHAR)"
        is_object = f"(CASE WHEN json_valid({text}) THEN json_type({text}) = 'OBJECT' ELSE false END)"
        self.checks[name] = Check(f"({text} IS NOT NULL AND NOT {is_object})", literal(f"{name} is not a JSON object"))
        return text


def _has_all_decimals(kind: str) -> bool:
    """Whether the type is a decimal that can only be too large for a DECIMAL(38,18), never too fine."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind)
    return decimal is not None and int(decimal[2]) <= DECIMALS


def _always_fits(kind: str) -> bool:
    """Whether every value of a column's type is a DECIMAL(38,18) without loss."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind)
    if decimal:
        digits, places = int(decimal[1]), int(decimal[2])
        return places <= DECIMALS and digits - places <= DIGITS - DECIMALS
    return kind in WHOLE


_TYPES = {
    Kind.MONEY: MONEY_TYPE,
    Kind.QUANTITY: "DOUBLE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.WORD: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.TAGS: "VARCHAR",
}
