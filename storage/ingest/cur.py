"""AWS Cost and Usage Reports (2.0 and the older CSV), mapped to FOCUS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.ingest.formats import Format, Part

if TYPE_CHECKING:
    from storage.ingest.reader import Reader


def matches(reader: Reader) -> bool:
    """A CUR has a line item type."""
    return reader.has("lineItem/LineItemType")


def parts(reader: Reader) -> tuple[Part, ...]:  # noqa: ARG001
    """To be written."""
    raise NotImplementedError


FORMAT = Format("CUR", matches, parts)
