"""`/tuppence routes set payments in #payments on-call @ana @web-team for team=payments`: what is not said stays as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.parse.vocabulary import nearest
from handlers.parse.words import cut, fold, unescape
from handlers.routes.words import EXAMPLE
from services.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handlers.routes.words import Reader
    from storage.model.route import Route

KEYWORDS = {
    "in": "channel",
    "least": "least",
    "from": "least",
    "on-call": "on_call",
    "oncall": "on_call",
    "escalate": "escalate_to",
    "after": "minutes",
    "quiet": "quiet",
    "weekends": "weekends",
    "high": "high",
    "zone": "zone",
    "a-day": "a_day",
    "daily": "a_day",
}
"""Word → the column that what follows it, up to the next of them, is about."""
FOR = re.compile(r"(?:^|\s)for\s+", re.IGNORECASE)


def about(text: str) -> str:
    """Whatever stands behind `for`, with its quotes; it comes last. Empty where there is none."""
    pieces = FOR.split(unescape(text, ids=False), maxsplit=1)
    return pieces[1] if pieces[1:] else ""


def changed(route: Route, words: Sequence[str], match: str, reader: Reader) -> Route:
    """The route with what the words say. Raises UsageError, which names the word that was not understood."""
    for column, text in _clauses(words):
        route = reader.changed(route, column, text)
    return reader.changed(route, "match", match) if match else route


def _clauses(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each column with its text. Raises UsageError for a word that belongs to none, or a column without any text."""
    left = list(words)
    while left and fold(left[0]) != "for":
        word = left.pop(0)
        column = KEYWORDS.get(fold(word))
        if column is None:
            remedy = f"After the name comes one of {', '.join(KEYWORDS)} or for."
            raise UsageError(
                f"“{cut(word)}” is not understood.", remedy, word=word, suggestion=nearest(word, KEYWORDS), example=EXAMPLE
            )
        if not left or fold(left[0]) == "for":
            raise UsageError(f"After “{word}” something is missing.", word=word, example=EXAMPLE)
        # What comes right after is never the next of them: `weekends quiet`, `least high`.
        texts = [left.pop(0)]
        while left and fold(left[0]) not in {*KEYWORDS, "for"}:
            texts.append(left.pop(0))
        yield column, " ".join(texts)
