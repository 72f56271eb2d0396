"""Placeholder contract: see Arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.model.period import Period
    from storage.model.query import Axis, Basis, Charges, Filter, Granularity


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the words said, typed. None and () mean "not said": each verb has its own default."""

    root: str = ""
    verb: str = ""
    period: Period | None = None
    compare: Period | None = None
    by: tuple[str, ...] = ()
    granularity: Granularity | None = None
    filters: tuple[Filter, ...] = ()
    basis: Basis | None = None
    charges: Charges | None = None
    axis: Axis | None = None
    top: int | None = None
    page: int | None = None
    words: tuple[str, ...] = ()
    """What stands after the verb, for verbs that take their own words; as typed, unquoted."""
    options: Mapping[str, str] = field(default_factory=dict)
