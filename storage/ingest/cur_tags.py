"""The tags of a CUR as one JSON object, whatever generation wrote them.

CUR 2.0 has a map `resource_tags` (JSON text in CSV) with keys like `user_team`, and lately a map `tags` with keys like
`resourceTags/team`, `accountTag/team`; the older report has a column a tag, `resourceTags/user:team`, which Athena and Parquet
spell `resource_tags_user_team`. AWS's mark for "a person made this tag" goes, so that `team` is `team` in all of them;
`aws:createdBy` and the like keep theirs. https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2-tag-columns.html
(2025-11)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storage.ingest.columns import Kind, literal

if TYPE_CHECKING:
    from storage.ingest.reader import Reader

COLUMN_MARK = re.compile(r"^resource_?tags[/_](user[:_])?", re.IGNORECASE)
# A quote that opens a key follows `{` or `,`; inside a value it would be escaped, so no value can look like one.
RESOURCE_KEY = r'([{,]\s*)"user[:_]'
TAG_KEY = r'([{,]\s*)"resourceTags/(?:user:)?'


def tags(reader: Reader) -> str:
    """SQL for the tags of a line as the text of a JSON object; NULL where it has none."""
    found = [
        _unmarked(reader.value(Kind.TAGS, name), pattern)
        for name, pattern in (("tags", TAG_KEY), ("resource_tags", RESOURCE_KEY))
        if reader.has(name)
    ]
    found += _from_columns(reader)
    if not found:
        return reader.value(Kind.TAGS)
    merged = found[0] if len(found) == 1 else _merged(found)
    return f"nullif({merged}, '{{}}')"


def _unmarked(text: str, pattern: str) -> str:
    return f"regexp_replace({text}, {literal(pattern)}, {literal(chr(92) + '1' + chr(34))}, 'g')"


def _merged(objects: list[str]) -> str:
    """Later objects win; a key without a value goes.

    Text that is no JSON object makes a bad row elsewhere: here it counts as none.
    """
    safe = [f"CASE WHEN json_valid({each}) THEN {each} ELSE '{{}}' END" for each in objects]
    return f"CAST(json_merge_patch('{{}}', {', '.join(safe)}) AS VARCHAR)"


def _from_columns(reader: Reader) -> list[str]:
    """One JSON object of the columns that hold a tag each, without those that are empty in a row."""
    columns = sorted(reader.starting("resourceTags/"))
    pairs = [f"{literal(COLUMN_MARK.sub('', name))}, {reader.value(Kind.WORD, name)}" for name in columns]
    return [f"CAST(json_merge_patch('{{}}', json_object({', '.join(pairs)})) AS VARCHAR)"] if pairs else []
