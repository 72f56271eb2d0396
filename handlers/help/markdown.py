"""The commands as Markdown, for the README: generated, so that a test can say when it is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.help.topics import roots_of, verbs_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.feature import Feature, Verb


def commands_markdown(features: Iterable[Feature]) -> str:
    """One table a root: each verb with an example, what it does and the role it needs. Ends with a newline."""
    verbs = [verb for feature in features for verb in feature.verbs.values()]
    return "\n".join(_table(root, verbs_of(verbs, root)) for root in roots_of(verbs))


def _table(root: str, verbs: tuple[Verb, ...]) -> str:
    head = [f"### `/{root}`", "", "| Example | What it does | Role |", "|---|---|---|"]
    return "\n".join([*head, *map(_row, verbs), ""])


def _row(verb: Verb) -> str:
    also = f" (also `{'`, `'.join(verb.aliases)}`)" if verb.aliases else ""
    cells = (f"`/{f'{verb.root} {verb.example}'.strip()}`", f"{verb.summary}{also}", verb.needs.word)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
