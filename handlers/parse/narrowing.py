"""Words that narrow, for commands with a grammar of their own: `for team=web basis=billed net`, and nothing else of the grammar.

Such a command takes its own words first; what is left is read by the one grammar, so that filters are written alike everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.parse.clauses import Lexicon, read_clauses
from handlers.parse.vocabulary import DimensionNames
from handlers.parse.words import Kind, cut, fold, lex, unescape
from services.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from handlers.parse.command import Grammar
    from handlers.parse.words import Token
    from storage.model.query import Basis, Charges, Filter

_ELSE = ("verb", "period", "compare", "granularity", "axis", "top", "page")
_NAMES = {"granularity": "a time step", "axis": "an axis", "period": "a period", "compare": "a comparison", "verb": "a verb"}
_NAMES |= {"top": "a number of rows", "page": "a page"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was typed, with the tokens that it is made of: `service="Amazon EC2",s3` is one."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def folded(self) -> str:
        """As a keyword is compared; empty for what is quoted."""
        return "" if self.tokens[0].kind is Kind.QUOTED else fold(self.text)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What was said; None and () mean "not said"."""

    filters: tuple[Filter, ...] = ()
    basis: Basis | None = None
    charges: Charges | None = None


def words_of(text: str, last: int | None = None) -> list[Word]:
    """The words of a text as somebody typed it, mentions kept as ids; with `last`, so many of them from the end."""
    found: list[list[Token]] = []
    for token in lex(unescape(text, ids=True)):
        if token.glued and found:
            found[-1].append(token)
        else:
            found.append([token])
    words = [Word("".join(token.text for token in each), tuple(each)) for each in found]
    return words if last is None else words[len(words) - last :]


def narrowed(words: Sequence[Word], grammar: Grammar, today: date, example: str, known: Iterable[str] = ()) -> Narrowed:
    """Read what is left of a command. Raises UsageError for a word that narrows nothing; `known` are worth suggesting too."""
    lexicon = Lexicon(DimensionNames(grammar.tags), grammar.calendar(today), {}, tuple(known), example)
    draft = read_clauses(tuple(token for word in words for token in word.tokens), lexicon)
    said = next((name for name in _ELSE if getattr(draft, name) is not None), "") or ("by" if draft.by else "")
    if said:
        what = _NAMES.get(said, "a dimension")
        raise UsageError(
            f"“{cut(' '.join(word.text for word in words))}” has {what}, which has no meaning here.", example=example
        )
    return Narrowed(tuple(draft.filters), draft.basis, draft.charges)
