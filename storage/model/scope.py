"""Scope: which rows a person may see. It travels inside the query, so no path to the money can forget it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Row limits: a row is visible when every limited dimension has one of its allowed values.

    `limits` is sorted pairs of (dimension, allowed values), so that equal scopes are equal cache keys. Empty: everything.
    """

    limits: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def only(cls, **allowed: tuple[str, ...]) -> Scope:
        """`Scope.only(account=("1", "2"))`; a tag is written `tag_team`."""
        named = {name.replace("tag_", "tag:", 1): values for name, values in allowed.items()}
        return cls(tuple(sorted((name, tuple(sorted(values))) for name, values in named.items())))

    @property
    def is_limited(self) -> bool:
        """Whether some rows are hidden from this person."""
        return bool(self.limits)

    def text(self) -> str:
        """In words, for the context line: `account 1, 2; tag:team web`."""
        return "; ".join(f"{name} {', '.join(values)}" for name, values in self.limits)
