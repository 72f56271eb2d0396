"""Which route takes what, and which routes stand in each other's way. Pure."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.model.anomaly import Severity
    from storage.model.route import Route

    Facts = Mapping[str, str | None]
    """Dimension → its value; None and what is missing match nothing."""

NAMED = 3
"""Values that are named when two routes want the same."""


def first(routes: Iterable[Route], facts: Facts, severity: Severity) -> Route | None:
    """The first that takes an alert of this severity about this."""
    return next((each for each in routes if each.least <= severity and owns(each, facts)), None)


def owns(route: Route, facts: Facts) -> bool:
    """Whether a route is about this, whatever the severity. Capital letters do not count: people type the values."""
    return all(_is_among(facts.get(dimension), values) for dimension, values in route.match)


def dimensions(routes: Iterable[Route]) -> tuple[str, ...]:
    """Everything that some route asks for."""
    return tuple(sorted({dimension for each in routes for dimension, _ in each.match}))


def notes(routes: Sequence[Route]) -> tuple[str, ...]:
    """What of the order an admin should know: a route that nothing reaches, two that want the same, no fallback."""
    found = [_between(earlier, later) for earlier, later in combinations(routes, 2)]
    if not any(each.takes_everything for each in routes):
        found.append("There is no fallback: what no route matches goes to an admin. A route without a match takes it.")
    return tuple(filter(None, found))


def _between(earlier: Route, later: Route) -> str:
    if _covers(earlier, later):
        return f"“{later.name}” gets nothing: “{earlier.name}” stands before it and takes all that it would."
    shared = _shared(earlier, later)
    if shared and not _covers(later, earlier):
        return f"“{earlier.name}” and “{later.name}” both want {shared}: the first of them gets it."
    return ""


def _covers(wide: Route, narrow: Route) -> bool:
    """Whether whatever the narrow one takes, the wide one would take too."""
    theirs = {dimension: _folded(values) for dimension, values in narrow.match}
    is_wider = all(dimension in theirs and theirs[dimension] <= _folded(values) for dimension, values in wide.match)
    return is_wider and wide.least <= narrow.least


def _shared(one: Route, other: Route) -> str:
    """What both name, where they name the same dimensions; that an account and a tag may meet goes without saying."""
    theirs = dict(other.match)
    both = [(name, [each for each in values if _is_among(each, theirs[name])]) for name, values in one.match if name in theirs]
    if not all(values for _, values in both):
        return ""
    return " and ".join(f"{name} {', '.join(values[:NAMED])}" for name, values in both)


def _is_among(value: str | None, values: Iterable[str]) -> bool:
    return value is not None and value.casefold() in _folded(values)


def _folded(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)
