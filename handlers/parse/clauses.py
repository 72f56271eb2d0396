"""The clauses of the one grammar: `[period] [by DIMENSION] [for key=value …] [options]`, in any order.

Every clause looks whether it stands at the cursor and reads itself; what no clause wants is an unknown word. A word said twice
with two meanings is a contradiction: both are refused by name, because answering one of them would be a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from handlers.parse import vocabulary
from handlers.parse.cursor import Cursor
from handlers.parse.periods import WORDS as PERIOD_WORDS
from handlers.parse.periods import read_period
from handlers.parse.vocabulary import nearest, phrase
from handlers.parse.words import OPERATORS, Kind, Token, cut, fold
from services.errors import UsageError
from storage.model.query import Axis, Basis, Charges, Filter, Granularity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handlers.parse.periods import Calendar
    from handlers.parse.vocabulary import DimensionNames
    from storage.model.period import Period

TOP_MOST, PAGE_MOST = 1000, 100_000
_NAMES = {"granularity": "time steps", "basis": "bases", "charges": "kinds of total", "axis": "axes", "top": "row counts"}
_NAMES |= {"page": "pages", "period": "periods", "compare": "periods to compare with", "verb": "verbs"}
_PERIODS_OF_TWO = tuple(words for words in PERIOD_WORDS if " " in words)
_PREVIOUS = {"previous": True, "previous period": True, "the previous period": True}


@dataclass(slots=True)
class Draft:
    """What has been understood so far; None and empty mean "not said"."""

    verb: str | None = None
    period: Period | None = None
    compare: Period | None = None
    by: list[str] = field(default_factory=list)
    granularity: Granularity | None = None
    filters: list[Filter] = field(default_factory=list)
    basis: Basis | None = None
    charges: Charges | None = None
    axis: Axis | None = None
    top: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the words may mean here: `verbs` is phrase → verb name, `others` are further words worth suggesting."""

    dimensions: DimensionNames
    calendar: Calendar
    verbs: Mapping[str, str]
    others: tuple[str, ...]
    example: str
    """A whole command that works, for the error."""


def read_clauses(tokens: tuple[Token, ...], lexicon: Lexicon) -> Draft:
    """Read every token; raises UsageError that quotes the word which could not be, suggests and gives an example."""
    reader = _Clauses(tokens, lexicon)
    while not reader.cursor.ended:
        reader.item()
    return reader.draft


class _Clauses:
    """One pass over the tokens of a command."""

    def __init__(self, tokens: tuple[Token, ...], lexicon: Lexicon) -> None:
        self.cursor, self.lexicon = Cursor(tokens), lexicon
        self.draft = Draft()
        self.last_value: tuple[int, str, str] = (-1, "", "")

    def item(self) -> None:
        """Read the clause that stands at the cursor."""
        clauses = (
            self._filter,
            self._by,
            self._for,
            self._against,
            self._number,
            self._word,
            self._period,
            self._verb,
            self._filler,
        )
        if not any(clause() for clause in clauses):
            self._unknown()

    def _by(self) -> bool:
        """`by service`, `by service, account`, `by day and service`; a second dimension needs no comma, a time step does."""
        if not self.cursor.take(vocabulary.BY):
            return False
        if not self._grain() and not self._dimension():
            self._unknown()
        while self._dimension() or self._listed():
            pass
        return True

    def _listed(self) -> bool:
        """A comma or `and` and one more dimension or time step; otherwise the comma belongs to what follows."""
        start = self.cursor.at
        if self.cursor.kind() is Kind.COMMA or (not self.cursor.ended and self.cursor.tokens[start].folded == "and"):
            self.cursor.at += 1
            if self._grain() or self._dimension():
                return True
        self.cursor.at = start
        return False

    def _grain(self) -> bool:
        grain = self.cursor.take(vocabulary.GRAINS)
        if grain is None:
            return False
        self._once("granularity", grain)
        return True

    def _dimension(self) -> bool:
        for text, used in self.cursor.names():
            dimension = None if self.cursor.is_key(used) else self.lexicon.dimensions.find(text)
            if dimension is None:
                continue
            self.cursor.at += used
            if dimension not in self.draft.by:
                self.draft.by.append(dimension)
            return True
        return False

    def _for(self) -> bool:
        """`for` itself: what follows is a filter or a period, and it must follow."""
        if not self.cursor.take(vocabulary.FOR):
            return False
        if self.cursor.ended:
            raise self._error(f"“{self.cursor.before()}” needs a key and a value after it.", self.cursor.before())
        return True

    def _filter(self) -> bool:
        """`team=web`, `account!=1,2`, `tag:app="my app"`, and the options that are written the same way."""
        if self.cursor.kind() in OPERATORS:
            raise self._error("“=” needs a name before it.", "=")
        keys = [(text, used) for text, used in self.cursor.names() if self.cursor.is_key(used)]
        if not keys:
            return False
        for text, used in keys:
            option, dimension = vocabulary.OPTIONS.get(phrase(text)), self.lexicon.dimensions.find(text)
            if option:
                self._option(option, text)
            elif dimension:
                self._values_of(dimension, text, used)
            if option or dimension:
                return True
        if keys[-1][1] == 1:
            self._unknown_key(keys[-1][0])
        return False

    def _values_of(self, dimension: str, text: str, used: int) -> None:
        self.cursor.at += used
        negate = self.cursor.kind() is Kind.DIFFERS
        self.cursor.at += 1
        values = [self._value(text)]
        while self._continues():
            self.cursor.at += 1
            values.append(self._value(text))
        self.last_value = (self.cursor.at, text, values[-1] or "")
        self._add(Filter(dimension, tuple(dict.fromkeys(values)), negate))

    def _add(self, new: Filter) -> None:
        """Keep the filter; a second one on the same dimension widens the first (`account=1 account=2` means either)."""
        for at, old in enumerate(self.draft.filters):
            if (old.dimension, old.negate) == (new.dimension, new.negate):
                values = tuple(dict.fromkeys((*old.values, *new.values)))
                self.draft.filters[at] = Filter(old.dimension, values, old.negate)
                return
        self.draft.filters.append(new)

    def _value(self, key: str) -> str | None:
        if self.cursor.kind() not in (Kind.WORD, Kind.QUOTED):
            raise self._error(f"“{cut(key)}=” needs a value after it.", key)
        token = self.cursor.tokens[self.cursor.at]
        self._check_quote(token)
        self.cursor.at += 1
        return None if token.folded in vocabulary.WITHOUT_VALUE else token.text

    def _continues(self) -> bool:
        """Whether a comma stands here and one more value behind it, rather than the next clause."""
        if self.cursor.kind() is not Kind.COMMA or self.cursor.kind(1) not in (Kind.WORD, Kind.QUOTED):
            return False
        find = self.lexicon.dimensions.find
        if any(self.cursor.is_key(1 + used) and (used == 1 or find(text)) for text, used in self.cursor.names(1)):
            return False
        following = self.cursor.tokens[self.cursor.at + 1]
        keywords = (*vocabulary.BY, *vocabulary.FOR, *vocabulary.AGAINST, *vocabulary.NUMBERS)
        return following.glued or following.folded not in keywords

    def _option(self, name: str, text: str) -> None:
        """`basis=billed`, `axis=billing`, `top=20`."""
        self.cursor.at += 1
        if self.cursor.kind() is Kind.DIFFERS:
            raise self._error(f"“{cut(text)}” is a setting: write {cut(text)}=…, not {cut(text)}!=….", text)
        self.cursor.at += 1
        value = self._value(text) or ""
        if name in ("top", "page"):
            self._once(name, self._whole(value, name))
            return
        table: Mapping[str, Basis | Axis] = vocabulary.BASES if name == "basis" else vocabulary.AXES
        meaning = table.get(phrase(value))
        if meaning is None:
            self._stop(value, f"“{cut(value)}” is not one of the {_NAMES[name]}.", table)
        self._once(name, meaning)

    def _number(self) -> bool:
        """`top 20`, `page 2`."""
        name = self.cursor.take(vocabulary.NUMBERS)
        if name is None:
            return False
        word = self.cursor.before()
        if self.cursor.kind() is not Kind.WORD:
            raise self._error(f"“{word}” needs a number after it.", word)
        self._once(name, self._whole(self.cursor.tokens[self.cursor.at].text, name))
        self.cursor.at += 1
        return True

    def _whole(self, text: str, name: str) -> int:
        """The number; the `#` keeps folding from taking a minus for the dashes before an option."""
        digits, most = fold(f"#{text}")[1:], TOP_MOST if name == "top" else PAGE_MOST
        if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(most)) or not 1 <= int(digits) <= most:
            raise self._error(f"“{cut(text)}” is not a number from 1 to {most} for “{name}”.", text)
        return int(digits)

    def _word(self) -> bool:
        """A basis, `gross` or `net`, `billing`, `daily`: words that stand alone."""
        tables: tuple[tuple[str, Mapping[str, object]], ...] = (
            ("basis", vocabulary.BASES),
            ("charges", vocabulary.CHARGES),
            ("axis", {"billing": Axis.BILLING}),
            ("granularity", {word: grain for word, grain in vocabulary.GRAINS.items() if word.endswith("ly")}),
        )
        for name, table in tables:
            meaning = self.cursor.take(table)
            if meaning is not None:
                self._once(name, meaning)
                return True
        return False

    def _period(self, name: str = "period") -> bool:
        found = read_period(self.cursor.period_words(), self.lexicon.calendar)
        if found is None:
            return False
        self.cursor.at += found[1]
        self._once(name, found[0])
        return True

    def _against(self) -> bool:
        """`vs last month`; `vs previous` is what every answer does anyway."""
        if not self.cursor.take(vocabulary.AGAINST):
            return False
        if self._period("compare") or self.cursor.take(_PREVIOUS):
            return True
        word = self.cursor.before()
        raise self._error(f"“{word}” needs a period after it.", word)

    def _verb(self) -> bool:
        verb = self.cursor.take(self.lexicon.verbs)
        if verb is None:
            return False
        self._once("verb", verb)
        return True

    def _filler(self) -> bool:
        """A comma, a word that only joins, or a quotation around words of the grammar."""
        if self.cursor.kind() is Kind.COMMA:
            self.cursor.at += 1
            return True
        return bool(self.cursor.take(vocabulary.FILLERS)) or self.cursor.open_quotation()

    def _once(self, name: str, value: object) -> None:
        old = getattr(self.draft, name)
        if old is not None and old != value:
            hint = " To set one against the other, put “vs” between them." if name == "period" else ""
            raise self._error(f"Two {_NAMES[name]} in one question: {_said(old)} and {_said(value)}.{hint}", self.cursor.before())
        setattr(self.draft, name, value)

    def _check_quote(self, token: Token) -> None:
        if token.is_unclosed:
            raise self._error(f"The quotation that begins with {cut(token.text)} is never closed.", token.text)

    def _unknown_key(self, text: str) -> NoReturn:
        known = (*self.lexicon.dimensions.known(), *vocabulary.OPTIONS)
        self._stop(text, f"“{cut(text)}” is not something costs can be filtered by.", known)

    def _unknown(self) -> NoReturn:
        """Say which word was not understood, as helpfully as its place allows."""
        if self.cursor.ended:
            raise self._error(f"“{self.cursor.before()}” needs a dimension after it.", self.cursor.before())
        token = self.cursor.tokens[self.cursor.at]
        self._check_quote(token)
        end, key, value = self.last_value
        if end == self.cursor.at:
            raise self._error(
                f"“{cut(token.text)}” is not a word I know.",
                token.text,
                hint=f'A value with spaces needs quotes: {cut(key)}="{cut(value)} {cut(token.text)}".',
            )
        dimensions = (*self.lexicon.dimensions.known(), *vocabulary.GRAINS)
        if self.cursor.before() in vocabulary.BY:
            self._stop(token.text, f"Costs cannot be broken down by “{cut(token.text)}”.", dimensions)
        if self.lexicon.dimensions.find(token.text):
            hint = f"Did you mean “by {cut(token.text)}”?"
            raise self._error(f"“{cut(token.text)}” alone is not a question.", token.text, hint=hint)
        known = (*self.lexicon.verbs, *self.lexicon.others, *PERIOD_WORDS, *vocabulary.WORDS, *dimensions)
        two = " ".join(self.cursor.period_words()[:2])
        if nearest(two, _PERIODS_OF_TWO):
            self._stop(two, f"“{cut(two)}” is not a period I know.", _PERIODS_OF_TWO)
        self._stop(token.text, f"“{cut(token.text)}” is not a word I know.", known)

    def _stop(self, word: str, sentence: str, known: Iterable[str]) -> NoReturn:
        suggestion = nearest(word, known)
        hint = f"Did you mean “{suggestion}”?" if suggestion else ""
        raise self._error(sentence, word, hint=hint, suggestion=suggestion)

    def _error(self, sentence: str, word: str, *, hint: str = "", suggestion: str = "") -> UsageError:
        example = self.lexicon.example
        remedy = f"{hint} For example: `{example}`".strip()
        return UsageError(sentence, remedy, word=cut(word), suggestion=suggestion, example=example)


def _said(value: object) -> str:
    """A value as an error names it."""
    text = getattr(value, "text", None)
    return text() if callable(text) else str(value)
