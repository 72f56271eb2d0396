"""Vocabulary: a bill says the same few texts over and over, and what is known of a text need not be found out row by row.

A column with few different texts, none of which needs mending, is read as it is. Between reading and writing it is an ENUM: rows
that carry numbers for their texts sort several times faster. Parquet gets the texts, as ever. A column with many (the resources
of a large company) is read and sorted text by text, so that a vocabulary never outgrows the memory; so are small bills, because
learning takes longer than they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.ingest.columns import COLUMNS, Kind, literal, quoted
from storage.layout import column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from storage.model.tags import TagKeys

WORTH_ROWS = 20_000
MOST_TEXTS = 50_000
LEAST_REPEATS = 8
"""Rows a text must stand for on average: with fewer, looking it up costs more than it saves."""
OUR_TEXTS = ("line", "account", "account_name", "region", "purchase")
TEXTS = (*(name for name, kind in COLUMNS.items() if kind in (Kind.WORD, Kind.TEXT, Kind.TAGS)), *OUR_TEXTS)
ABSENT = "CAST(NULL AS VARCHAR)"


def clean_texts(session: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]) -> dict[str, str]:
    """Those of a relation's text columns that have few values, of which none is empty, `NULL` or has blanks around it.

    Returns column → the SELECT of its different texts.
    """
    few = _learn(session, relation, names)
    if not few:
        return {}
    found = session.execute(f"SELECT {', '.join(_is_clean(name) for name in few)} FROM {_lists(relation)}").fetchone() or ()
    return {name: texts for (name, texts), is_clean in zip(few.items(), found, strict=True) if is_clean}


def _is_clean(name: str) -> str:
    return f"coalesce(list_bool_and(list_transform({quoted(name)}, lambda x: x NOT IN ('', 'NULL') AND x = trim(x))), true)"


def written_small(
    session: duckdb.DuckDBPyConnection, names: Sequence[str], tags: TagKeys, known: Mapping[str, str]
) -> tuple[str, str]:
    """The columns `names` of the view `charges` and those of the tag keys, as SQL: what to select, and from what.

    `known` has what is known already: column of `charges` → the SELECT of all texts that it may have.
    """
    texts = {**known, **_learn(session, "charges", [name for name in TEXTS if name not in known])}
    few = {name: _coded(session, quoted(name), f"texts_{name}", select) for name, select in texts.items()}
    keys = {quoted(column(name)): spellings for name, (_, spellings) in zip(tags.dimensions, tags.keys, strict=True)}
    every = [*(f"charges.{quoted(name)}" for name in names)]
    if not keys or few.get("Tags", ABSENT) == ABSENT:
        every += [f"{tag_value('charges.' + quoted('Tags'), spellings)} AS {name}" for name, spellings in keys.items()]
        return ", ".join(every), _coded_charges(few)
    _look_up(session, texts["Tags"], keys)
    every += [f"tag_texts.{name}" for name in keys]
    return ", ".join(every), f"{_coded_charges(few)} LEFT JOIN tag_texts ON tag_texts.text = charges.{quoted('Tags')}"


def _coded_charges(few: Mapping[str, str]) -> str:
    """`charges` with numbers for texts. They are looked up here, below the join and the sort, where a text is looked at once."""
    coded = ", ".join(f"{value} AS {quoted(name)}" for name, value in few.items())
    return f"(SELECT * REPLACE ({coded}) FROM charges) AS charges" if few else "charges"


def tag_value(tags: str, spellings: Sequence[str]) -> str:
    """SQL for the first spelling that has a value in a JSON object; an empty value is no value."""
    paths = ", ".join(literal('$."' + spelling.replace("\\", "\\\\").replace('"', '\\"') + '"') for spelling in spellings)
    return f"list_filter(json_extract_string({tags}, [{paths}]), lambda x: x <> '')[1]"


def _learn(session: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]) -> dict[str, str]:
    """Column with few different texts → the SELECT of them."""
    (rows,) = session.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    if rows < WORTH_ROWS or not names:
        return {}
    counts = ", ".join(f"approx_count_distinct({quoted(name)})" for name in names)
    different = session.execute(f"SELECT {counts} FROM {relation}").fetchone() or ()
    most = min(MOST_TEXTS, rows // LEAST_REPEATS)
    few = [name for name, count in zip(names, different, strict=True) if count <= most]
    lists = ", ".join(f"list(DISTINCT {quoted(name)}) FILTER ({quoted(name)} IS NOT NULL) AS {quoted(name)}" for name in few)
    if few:
        session.execute(f"CREATE OR REPLACE TABLE {_lists(relation)} AS SELECT {lists} FROM {relation}")
    return {name: f"SELECT unnest({quoted(name)}) AS text FROM {_lists(relation)}" for name in few}


def _lists(relation: str) -> str:
    """The table that has one row, with a list a column."""
    return f"texts_in_{relation}"


def _coded(session: duckdb.DuckDBPyConnection, value: str, kind: str, texts: str) -> str:
    """SQL for a value as an ENUM of the texts, in their order, so that both sort alike; NULL when there are none."""
    ordered = f"SELECT DISTINCT text FROM ({texts}) WHERE text IS NOT NULL ORDER BY text"
    if session.execute(f"{ordered} LIMIT 1").fetchone() is None:
        return ABSENT
    session.execute(f"CREATE OR REPLACE TYPE {quoted(kind)} AS ENUM ({ordered})")
    return f"CAST({value} AS {quoted(kind)})"


def _look_up(session: duckdb.DuckDBPyConnection, texts: str, keys: Mapping[str, Sequence[str]]) -> None:
    """Make the table `tag_texts`: each different text of tags with the value of each tag key."""
    values = ", ".join(f"{tag_value('text', spellings)} AS {name}" for name, spellings in keys.items())
    session.execute(f"CREATE OR REPLACE TABLE tag_values AS SELECT text, {values} FROM ({texts})")
    coded = [
        f"{_coded(session, name, f'values_{place}', f'SELECT {name} AS text FROM tag_values')} AS {name}"
        for place, name in enumerate(keys)
    ]
    text = f"CAST(text AS {quoted('texts_Tags')}) AS text"
    session.execute(f"CREATE OR REPLACE TABLE tag_texts AS SELECT DISTINCT {text}, {', '.join(coded)} FROM tag_values")
