"""The words of `/budget set`: a name, an amount, how often, on what, when to tell and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.parse.mentions import channel
from handlers.parse.narrowing import Narrowed, narrowed
from handlers.parse.words import Kind, cut
from services.budgets.terms import Wanted
from services.errors import UsageError
from storage.model.budget import Cadence, Measure, Threshold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.parse.command import Grammar
    from handlers.parse.narrowing import Word
    from storage.model.query import Filter

EXAMPLE = "/budget set web 12000 USD monthly for team=web at 80%,100% forecast 100% in #payments"
CADENCES = {
    "monthly": Cadence.MONTHLY,
    "month": Cadence.MONTHLY,
    "quarterly": Cadence.QUARTERLY,
    "quarter": Cadence.QUARTERLY,
    "yearly": Cadence.YEARLY,
    "annual": Cadence.YEARLY,
    "annually": Cadence.YEARLY,
    "year": Cadence.YEARLY,
}
_EACH = frozenset(("a", "per", "each", "every"))
_MEASURES = {"at": Measure.ACTUAL, "actual": Measure.ACTUAL, "forecast": Measure.FORECAST}
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_AMOUNT = re.compile(r"(?P<symbol>[$€£¥])?(?P<digits>\d[\d.,_' ]*)(?P<unit>[kKmM])?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[,_' ]\d{3})+(?:\.\d+)?|\d+(?:\.\d{1,2}|\.\d{4,})?", re.ASCII)
_UNITS = {"k": Decimal(1000), "m": Decimal(1_000_000)}
_CURRENCY = re.compile(r"[A-Z]{3}|usd|eur|gbp|chf|jpy|inr|aud|cad|sek|nok|dkk|pln", re.ASCII)
"""In small letters only the usual ones: “for” would be a currency else."""
_SHARE = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s?%?", re.ASCII)
_MOST_SHARE = 1000


def narrowing(rest: Sequence[Word], grammar: Grammar, today: date) -> tuple[tuple[Filter, ...] | None, Narrowed]:
    """What it is for (None: not said; `for everything` says it), and the rest of the words, by the common grammar."""
    plain = [word for word in rest if word.folded not in ("everything", "all")]
    if len(plain) < len(rest):
        plain = [word for word in plain if word.folded != "for"]
    more = narrowed(plain, grammar, today, EXAMPLE, ("at", "forecast", "in", "everything", *CADENCES)) if plain else Narrowed()
    return more.filters or (() if len(plain) < len(rest) else None), more


@dataclass(slots=True)
class _Said:
    """What has been understood so far."""

    amount: Decimal | None = None
    currency: str = ""
    cadence: Cadence | None = None
    thresholds: list[Threshold] = field(default_factory=list)
    channel: str | None = None
    rest: list[Word] = field(default_factory=list)


def wanted(words: Sequence[Word], grammar: Grammar, today: date) -> Wanted:
    """What somebody wants. Raises UsageError that quotes the word which cannot be."""
    is_named = bool(words) and (words[0].tokens[0].kind is Kind.QUOTED or not _AMOUNT.fullmatch(words[0].text))
    if not is_named:
        raise UsageError("A budget needs a name and then an amount.", example=EXAMPLE)
    said = _Said()
    at = 1
    while at < len(words):
        at += _taken(said, words, at)
    filters, more = narrowing(said.rest, grammar, today)
    return Wanted(
        name=" ".join(words[0].text.split()),
        amount=said.amount,
        currency=said.currency,
        cadence=said.cadence,
        filters=filters,
        basis=more.basis,
        charges=more.charges,
        thresholds=tuple(said.thresholds) or None,
        channel=said.channel,
    )


def _taken(said: _Said, words: Sequence[Word], at: int) -> int:
    """Read what stands at a place; how many words it takes."""
    used = _cadence(said, words, at) or _thresholds(said, words, at) or _place(said, words, at) or _money(said, words, at)
    if not used:
        said.rest.append(words[at])
    return used or 1


def _next(words: Sequence[Word], at: int) -> Word | None:
    return words[at + 1] if at + 1 < len(words) else None


def _cadence(said: _Said, words: Sequence[Word], at: int) -> int:
    """`monthly`, `a month`."""
    word, after = words[at].folded, _next(words, at)
    if word in _EACH and after and after.folded in CADENCES:
        said.cadence = CADENCES[after.folded]
        return 2
    if word in CADENCES and word.endswith(("ly", "l")):
        said.cadence = CADENCES[word]
        return 1
    return 0


def _place(said: _Said, words: Sequence[Word], at: int) -> int:
    """`in #channel`."""
    after = _next(words, at)
    if words[at].folded != "in" or after is None:
        return 0
    said.channel = channel(after.text, example=EXAMPLE)
    return 2


def _money(said: _Said, words: Sequence[Word], at: int) -> int:
    """`12000`, `$12k`, and a currency behind it."""
    if said.amount is None and _AMOUNT.fullmatch(words[at].text):
        said.amount, said.currency = amount(words[at].text)
        return 1
    if _AMOUNT.fullmatch(words[at - 1].text) and _CURRENCY.fullmatch(words[at].text) and not said.currency:
        said.currency = words[at].text.upper()
        return 1
    return 0


def _thresholds(said: _Said, words: Sequence[Word], at: int) -> int:
    """`at 80%,100% forecast 100%`: shares follow a measure; `at` means what was billed."""
    if words[at].folded not in _MEASURES:
        return 0
    measure, used = _MEASURES[words[at].folded], 1
    if words[at].folded == "at" and at + 1 < len(words) and words[at + 1].folded in ("actual", "forecast"):
        measure, used = _MEASURES[words[at + 1].folded], 2
    found: list[Threshold] = []
    while at + used < len(words) and (shares := _shares(words[at + used].text)):
        found += [Threshold(measure, share) for share in shares]
        used += 1
    if not found:
        raise UsageError(f"“{words[at].folded}” needs a share after it, such as 80%.", word=words[at].text, example=EXAMPLE)
    said.thresholds += found
    return used


def _shares(text: str) -> list[Decimal]:
    """`80%,100%` as shares of 1; nothing where it is something else."""
    parts = [part for part in text.split(",") if part]
    found = [_SHARE.fullmatch(part) for part in parts]
    shares = [Decimal(each[1]) for each in found if each]
    if len(shares) < len(parts) or not all(0 < each <= _MOST_SHARE for each in shares):
        return []
    return [each / 100 for each in shares]


def amount(text: str) -> tuple[Decimal, str]:
    """`12000`, `$12,000.50`, `€15k` as the amount and the currency that its sign says. Raises UsageError, with the field."""
    found = _AMOUNT.fullmatch(text.strip())
    digits = found["digits"].strip() if found else ""
    if not found or not _GROUPED.fullmatch(digits):
        hint = "Write it like 12000, 12,000 or 12.5k."
        raise UsageError(f"“{cut(text)}” is not an amount I can read without doubt.", hint, word=cut(text), field="amount")
    value = Decimal(re.sub(r"[,_' ]", "", digits)) * _UNITS.get((found["unit"] or "").lower(), Decimal(1))
    return value, _SYMBOLS.get(found["symbol"] or "", "")


def thresholds(text: str) -> tuple[Threshold, ...]:
    """A window's field: `80%, 100%, forecast 100%`. Raises UsageError, with the field."""
    found: list[Threshold] = []
    measure = Measure.ACTUAL
    for word in text.replace(",", " ").split():
        if word.casefold() in _MEASURES:
            measure = _MEASURES[word.casefold()]
            continue
        shares = _shares(word)
        if not shares:
            remedy = "Write them like 80%, 100%, forecast 100%."
            raise UsageError(f"“{cut(word)}” is not a share.", remedy, word=cut(word), field="thresholds")
        found += [Threshold(measure, share) for share in shares]
    return tuple(found)


def share_words(threshold: Threshold) -> str:
    """`80%`, as it is typed."""
    return f"{(threshold.share * 100).normalize():f}%"


def thresholds_words(given: Sequence[Threshold]) -> str:
    """The thresholds as a window's field has them."""
    parts = [share_words(each) for each in given if each.measure is Measure.ACTUAL]
    ahead = [share_words(each) for each in given if each.measure is Measure.FORECAST]
    return ", ".join([*parts, *(["forecast " + ", ".join(ahead)] if ahead else [])])
