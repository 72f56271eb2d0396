"""TagKeys: the tag keys that are columns of the store, each with the spellings that mean it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.model.query import TAG_PREFIX

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True, slots=True)
class TagKeys:
    """Short name → the tag keys it reads, first one that has a value wins.

    The short name is what people type (`by team`) and the dimension is `tag:<short name>`.
    """

    keys: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("team", ("team", "Team", "owner-team")),
        ("env", ("env", "Env", "environment", "Environment")),
    )

    def __post_init__(self) -> None:
        """The short name becomes a column's name, so it is held to letters, digits and underscores."""
        for name, spellings in self.keys:
            if not NAME.fullmatch(name) or not spellings:
                msg = f"a tag key needs a name of small letters and at least one spelling: {name!r}={spellings!r}"
                raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> TagKeys:
        """Read `team=team,Team,owner-team;env=env,environment`; a bare `app` reads the key of that name."""
        pairs = [part.partition("=") for part in text.split(";") if part.strip()]
        return cls(tuple((name.strip(), tuple(_spellings(name.strip(), right))) for name, _, right in pairs))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The keys as dimensions: `tag:team`, `tag:env`."""
        return tuple(TAG_PREFIX + name for name, _ in self.keys)

    def canonical(self, key: str) -> str:
        """The short name that a spelling belongs to, or the key itself."""
        return next((name for name, spellings in self.keys if key in (name, *spellings)), key)


def _spellings(name: str, text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()] or [name]
