"""Vocabulary: a bill says the same few texts over and over, and rows that carry numbers for them sort several times faster.

A text column with few different texts becomes an ENUM for the time between reading and writing; Parquet gets the texts, as
ever. A column with many (resources of a large company) stays as it is, so that the vocabulary never outgrows the memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.ingest.columns import COLUMNS, Kind, literal, quoted
from storage.layout import column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from storage.model.tags import TagKeys

MOST_WORDS = 50_000
LEAST_REPEATS = 8
"""Rows a text must stand for on average: with fewer, looking it up costs more than it saves."""
OUR_TEXTS = ("line", "account", "account_name", "region", "purchase")
TEXTS = (*(name for name, kind in COLUMNS.items() if kind in (Kind.WORD, Kind.TEXT, Kind.TAGS)), *OUR_TEXTS)
ABSENT = "CAST(NULL AS VARCHAR)"


def tag_value(tags: str, spellings: Sequence[str]) -> str:
    """SQL for the first spelling that has a value in a JSON object; an empty value is no value."""
    paths = ", ".join(literal('$."' + spelling.replace("\\", "\\\\").replace('"', '\\"') + '"') for spelling in spellings)
    return f"list_filter(json_extract_string({tags}, [{paths}]), lambda x: x <> '')[1]"


def written_small(session: duckdb.DuckDBPyConnection, names: Sequence[str], tags: TagKeys) -> tuple[str, str]:
    """The columns `names` of the view `charges` and those of the tag keys, as SQL: what to select, and from what."""
    few = _learn(session)
    columns = [f"{few.get(name, f'charges.{quoted(name)}')} AS {quoted(name)}" for name in names]
    keys = {quoted(column(name)): spellings for name, (_, spellings) in zip(tags.dimensions, tags.keys, strict=True)}
    if not keys or "Tags" not in few:
        columns += [f"{tag_value('charges.' + quoted('Tags'), spellings)} AS {name}" for name, spellings in keys.items()]
        return ", ".join(columns), "charges"
    columns += [f"{value} AS {name}" for name, value in zip(keys, _looked_up(session, list(keys.values())), strict=True)]
    return ", ".join(columns), f"charges LEFT JOIN tag_texts ON tag_texts.text = charges.{quoted('Tags')}"


def _learn(session: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Column of few texts → SQL for its values as numbers of a list."""
    counts = ", ".join(f"approx_count_distinct({quoted(name)})" for name in TEXTS)
    rows, *different = session.execute(f"SELECT count(*), {counts} FROM charges").fetchone() or (0,)
    most = min(MOST_WORDS, rows // LEAST_REPEATS)
    few = [name for name, count in zip(TEXTS, different, strict=True) if count <= most]
    if not few:
        return {}
    lists = ", ".join(f"list(DISTINCT {quoted(name)}) FILTER ({quoted(name)} IS NOT NULL) AS {quoted(name)}" for name in few)
    session.execute(f"CREATE OR REPLACE TEMP TABLE vocabulary AS SELECT {lists} FROM charges")
    return {name: _coded(session, f"charges.{quoted(name)}", f"words_{name}", _texts(name)) for name in few}


def _texts(name: str) -> str:
    return f"SELECT unnest({quoted(name)}) AS text FROM vocabulary"


def _coded(session: duckdb.DuckDBPyConnection, value: str, kind: str, texts: str) -> str:
    """SQL for a value as an ENUM of the texts, in their order, so that both sort alike; NULL when there are none."""
    ordered = f"SELECT DISTINCT text FROM ({texts}) WHERE text IS NOT NULL ORDER BY text"
    if session.execute(f"{ordered} LIMIT 1").fetchone() is None:
        return ABSENT
    session.execute(f"CREATE OR REPLACE TYPE {quoted(kind)} AS ENUM ({ordered})")
    return f"CAST({value} AS {quoted(kind)})"


def _looked_up(session: duckdb.DuckDBPyConnection, keys: Sequence[Sequence[str]]) -> list[str]:
    """SQL for the value of each tag key, found once a different text of tags, in the table `tag_texts`."""
    values = "".join(f", {tag_value('text', spellings)} AS value_{place}" for place, spellings in enumerate(keys))
    session.execute(f"CREATE OR REPLACE TEMP TABLE tag_texts AS SELECT text{values} FROM ({_texts('Tags')})")
    return [
        _coded(session, f"tag_texts.value_{place}", f"tag_words_{place}", f"SELECT value_{place} AS text FROM tag_texts")
        for place in range(len(keys))
    ]
