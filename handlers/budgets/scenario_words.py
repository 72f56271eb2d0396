"""The words of `/budget simulate`: lines, separated by semicolons, each with what is changed, by how much, and on which usage."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.budgets.words import amount
from handlers.parse.narrowing import Word, narrowed, words_of
from handlers.parse.vocabulary import nearest
from handlers.parse.words import Kind, cut
from services.errors import UsageError
from storage.model.scenario import LineKind, ScenarioLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from handlers.parse.command import Grammar
    from storage.model.query import Filter

EXAMPLE = "/budget simulate stop for env=dev; grow 20% for service=s3; commit 3000 at 30% off for service=ec2"
SHAPES = {
    LineKind.STOP: "stop for resource=i-0abc",
    LineKind.SCHEDULE: "schedule 50h a week for env=dev",
    LineKind.GROW: "grow 20% for service=s3",
    LineKind.PRICE: "price -10% for service=ec2, or price to 0.021 for …",
    LineKind.COMMIT: "commit 3000 a month at 30% off for service=ec2, or at 0.035",
    LineKind.MOVE: "move service=ec2 region=eu-west-1 to 0.05, or to rate of region=us-east-1",
}
_OTHER = {
    "stop": LineKind.STOP,
    "terminate": LineKind.STOP,
    "delete": LineKind.STOP,
    "schedule": LineKind.SCHEDULE,
    "run": LineKind.SCHEDULE,
    "grow": LineKind.GROW,
    "shrink": LineKind.GROW,
    "price": LineKind.PRICE,
    "commit": LineKind.COMMIT,
    "commitment": LineKind.COMMIT,
    "move": LineKind.MOVE,
}
_PERCENT = re.compile(r"(?P<sign>[+\-−])?(?P<size>\d{1,4}(?:\.\d{1,3})?)\s?%", re.ASCII)
_NUMBER = re.compile(r"[$€£¥]?(\d{1,9}(?:\.\d{1,9})?)(?:/\w+)?", re.ASCII)
_HOURS = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s?(?:h|hours?|hrs?)?", re.ASCII)
_FILLERS = frozenset(
    ("a", "per", "week", "weekly", "month", "monthly", "hours", "hour", "h", "of", "the", "off", "rate", "by", "to", "at")
)
_MOST_HOURS = 168
_ALL = ("everything", "all")


def lines(words: Sequence[Word], grammar: Grammar, today: date) -> tuple[ScenarioLine, ...]:
    """Every line. Raises UsageError that quotes what cannot be read."""
    return tuple(_line(each, grammar, today) for each in _split(words))


def typed_lines(text: str, grammar: Grammar, today: date) -> tuple[ScenarioLine, ...]:
    """The lines of a window's field or a button: one a line of text, or separated by semicolons."""
    rows = [words_of(row) for row in text.splitlines()]
    return tuple(line for row in rows if row for line in lines(row, grammar, today))


def written(given: Sequence[ScenarioLine], between: str = "; ") -> str:
    """The lines as they were typed."""
    return between.join(each.words for each in given)


def _split(words: Sequence[Word]) -> list[list[Word]]:
    """Cut at `;` and at `then`."""
    found: list[list[Word]] = [[]]
    for word in words:
        last = word.tokens[-1]
        if word.folded == "then" or word.text == ";":
            found.append([])
        elif last.kind is Kind.WORD and last.text.endswith(";"):
            found[-1].append(_without_end(word))
            found.append([])
        else:
            found[-1].append(word)
    return [each for each in found if each]


def _without_end(word: Word) -> Word:
    last = word.tokens[-1]
    kept = type(last)(last.kind, last.text.rstrip(";"), last.glued)
    return Word(word.text.rstrip(";"), (*word.tokens[:-1], kept))


def _line(words: Sequence[Word], grammar: Grammar, today: date) -> ScenarioLine:
    kind = _OTHER.get(words[0].folded)
    if kind is None:
        suggestion = nearest(words[0].folded, _OTHER)
        hint = f"Did you mean “{suggestion}”?" if suggestion else f"A line begins with {', '.join(LineKind)}."
        raise UsageError(f"“{cut(words[0].text)}” is nothing I can simulate.", hint, word=words[0].text, example=EXAMPLE)
    return _Line(kind, words, grammar, today).read()


class _Line:
    """One line on its way: sizes are taken out, what is left are filters."""

    def __init__(self, kind: LineKind, words: Sequence[Word], grammar: Grammar, today: date) -> None:
        self.kind, self.words, self.grammar, self.today = kind, words, grammar, today
        self.rest = list(words[1:])

    def read(self) -> ScenarioLine:
        """The line. Raises UsageError where something is missing."""
        readers: dict[LineKind, Callable[[], ScenarioLine]] = {
            LineKind.STOP: self._made,
            LineKind.SCHEDULE: lambda: self._made(hours=self._hours()),
            LineKind.GROW: self._growth,
            LineKind.PRICE: self._price,
            LineKind.COMMIT: self._commitment,
            LineKind.MOVE: self._move,
        }
        return readers[self.kind]()

    def _growth(self) -> ScenarioLine:
        change = self._percent()
        if change is None:
            raise self._missing("a share, such as 20%")
        return self._made(change=-change if self.words[0].folded == "shrink" and change > 0 else change)

    def _price(self) -> ScenarioLine:
        change = self._percent()
        rate = self._number() if change is None else None
        if change is None and rate is None:
            raise self._missing("a change such as -10%, or a unit price such as 0.021")
        return self._made(change=change, rate=rate)

    def _commitment(self) -> ScenarioLine:
        discount = self._percent()
        size = self._number()
        rate = self._number() if discount is None else None
        if size is None or (discount is None and rate is None):
            raise self._missing("an amount a month and a rate: 3000 at 30% off, or 3000 at 0.035")
        if (discount is not None and not 0 < abs(discount) < 1) or rate == 0:
            raise UsageError("A commitment's discount is between 0 and 100 %.", example=EXAMPLE, field="lines")
        return self._made(amount=size, change=None if discount is None else abs(discount), rate=rate)

    def _move(self) -> ScenarioLine:
        at = max((at for at, word in enumerate(self.rest) if word.folded == "to"), default=-1)
        if at < 0:
            raise self._missing("“to” and a rate, or “to rate of” and what has it")
        target = [word for word in self.rest[at + 1 :] if word.folded not in _FILLERS]
        self.rest = self.rest[:at]
        if len(target) == 1 and _NUMBER.fullmatch(target[0].text):
            return self._made(rate=_plain(target[0].text))
        return self._made(target=self._filters(target))

    def _made(self, **sizes: object) -> ScenarioLine:
        """With what is left as filters. A line must say what it is about: `everything` says that too."""
        plain = [word for word in self.rest if word.folded not in _FILLERS]
        about = [word for word in plain if word.folded not in _ALL]
        said_all = len(about) < len(plain)
        about = [word for word in about if word.folded != "for"] if said_all else about
        filters = self._filters(about) if about else ()
        if not filters and not said_all:
            raise self._missing("what it is about: “for” and a filter, or “for everything”")
        words = " ".join(_as_typed(word) for word in self.words)
        return ScenarioLine(self.kind, words, filters, **sizes)  # type: ignore[arg-type]  # the dataclass checks the names itself

    def _filters(self, words: Sequence[Word]) -> tuple[Filter, ...]:
        found = narrowed(words, self.grammar, self.today, EXAMPLE)
        if found.basis or found.charges:
            raise UsageError("A simulation is of effective cost: a basis has no meaning in it.", example=EXAMPLE, field="lines")
        return found.filters

    def _taken(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first word that is such a size, taken out."""
        for at, word in enumerate(self.rest):
            found = pattern.fullmatch(word.text) if word.tokens[0].kind is Kind.WORD else None
            if found:
                del self.rest[at]
                return found
        return None

    def _percent(self) -> Decimal | None:
        found = self._taken(_PERCENT)
        if found is None:
            return None
        size = Decimal(found["size"]) / 100
        return -size if found["sign"] in ("-", "−") else size

    def _number(self) -> Decimal | None:
        for at, word in enumerate(self.rest):
            if word.tokens[0].kind is Kind.WORD and re.match(r"[$€£¥]?\d", word.text) and "%" not in word.text:
                del self.rest[at]
                return _plain(word.text)
        return None

    def _hours(self) -> Decimal:
        found = self._taken(_HOURS)
        hours = Decimal(found[1]) if found else Decimal(-1)
        if not 0 <= hours <= _MOST_HOURS:
            raise self._missing(f"hours a week from 0 to {_MOST_HOURS}, such as 50h")
        return hours

    def _missing(self, what: str) -> UsageError:
        said = cut(" ".join(word.text for word in self.words), 60)
        return UsageError(f"“{said}” needs {what}.", f"For example: `{SHAPES[self.kind]}`.", field="lines")


def _plain(text: str) -> Decimal:
    """`0.035`, `$0.035/h`, `3k`. Raises UsageError."""
    found = _NUMBER.fullmatch(text)
    return Decimal(found[1]) if found else amount(text)[0]


def _as_typed(word: Word) -> str:
    """A word as it can be read again: quoted tokens in quotes."""
    parts = []
    for token in word.tokens:
        escaped = token.text.replace("\\", "\\\\").replace('"', '\\"')
        parts.append(f'"{escaped}"' if token.kind is Kind.QUOTED else token.text)
    return "".join(parts)
