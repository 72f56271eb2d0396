"""A place in the tokens of a command, with the few ways of looking ahead that the grammar needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from handlers.parse.vocabulary import phrase
from handlers.parse.words import OPERATORS, Kind, Token, lex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 3  # words of the longest name in any table: "commitment discount status"
_LONGEST_PERIOD = 8
_MOST_OPENED = 8  # quotations within quotations; nobody writes more, and each is read again

T = TypeVar("T")


class Cursor:
    """Reads tokens from left to right. Nothing here raises: what cannot be read is simply not taken."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = list(tokens)
        self.at = 0
        self.opened = 0

    @property
    def ended(self) -> bool:
        """Nothing is left."""
        return self.at >= len(self.tokens)

    def kind(self, ahead: int = 0) -> Kind | None:
        """What stands so many tokens ahead; None beyond the end."""
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else None

    def is_key(self, used: int) -> bool:
        """Whether the next `used` tokens are followed by `=` or `!=`."""
        return self.kind(used) in OPERATORS

    def before(self) -> str:
        """The folded word before this place."""
        return self.tokens[self.at - 1].folded if self.at else ""

    def names(self, ahead: int = 0) -> Iterator[tuple[str, int]]:
        """What the next tokens may name, as typed and longest first, with how many tokens it is: `sub account`, `tag:"a b"`."""
        tokens = self.tokens[self.at + ahead : self.at + ahead + _LONGEST]
        if not tokens or tokens[0].kind not in (Kind.WORD, Kind.QUOTED):
            return
        second = tokens[1] if len(tokens) > 1 else None
        if tokens[0].text.endswith((":", "：")) and second and second.kind in (Kind.WORD, Kind.QUOTED):
            yield tokens[0].text + second.text, 2
        yield from _phrases(tokens)

    def take(self, table: Mapping[str, T]) -> T | None:
        """The meaning of the longest phrase of `table` that stands here and is not the key of a filter; it is then read."""
        for text, used in _phrases(self.tokens[self.at : self.at + _LONGEST]):
            found = table.get(phrase(text)) if self.kind() is Kind.WORD and not self.is_key(used) else None
            if found is not None:
                self.at += used
                return found
        return None

    def period_words(self) -> list[str]:
        """The folded words from here on that a period may be made of: none of them the key of a filter."""
        words: list[str] = []
        for ahead in range(_LONGEST_PERIOD):
            if self.kind(ahead) is not Kind.WORD or self.is_key(ahead + 1):
                break
            words.append(self.tokens[self.at + ahead].folded)
        return words

    def open_quotation(self) -> bool:
        """Turn a quotation that is no value (`"last month"`) into the words in it."""
        if self.kind() is not Kind.QUOTED or self.opened >= _MOST_OPENED:
            return False
        self.opened += 1
        self.tokens[self.at : self.at + 1] = lex(self.tokens[self.at].text)
        return True


def _phrases(tokens: list[Token]) -> Iterator[tuple[str, int]]:
    """The words at the front, as many as there are, then fewer; a quotation and `tag:<key>` are phrases of their own."""
    if tokens and (tokens[0].kind is Kind.QUOTED or _has_key(tokens[0])):
        yield tokens[0].text, 1
        return
    count = next((at for at, token in enumerate(tokens) if token.kind is not Kind.WORD), len(tokens))
    for used in range(count, 0, -1):
        yield " ".join(token.text for token in tokens[:used]), used


def _has_key(token: Token) -> bool:
    return token.kind is Kind.WORD and any(colon in token.text[:-1] for colon in ":：")
