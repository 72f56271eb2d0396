"""The words of `/tuppence digest set`: where, when, about what. What is not said stays as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.parse.command import parse
from handlers.parse.mentions import as_channel, channel
from handlers.parse.vocabulary import nearest
from handlers.parse.words import cut, fold
from services.errors import UsageError
from storage.model.digest import MOST_WAIT, WORKDAYS, DigestKind, Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.parse.command import Grammar
    from storage.model.digest import Digest
    from storage.model.query import Filter

EXAMPLE = "/tuppence digest set in #finops at 09:00 Europe/Berlin mon-fri for team=payments"
CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))?")
WAIT = re.compile(r"(?P<number>\d{1,4})(?P<unit>m|h)")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY = {"everyday": tuple(range(7)), "weekdays": WORKDAYS, "workdays": WORKDAYS}
KINDS = {kind.value: kind for kind in DigestKind}
KNOWN = ("in", "at", "for", "with", "without", "quiet", "wait", *KINDS, *DAYS)


@dataclass(slots=True)
class _Reading:
    """The words that are left, and the digest as far as it is read."""

    left: list[str]
    digest: Digest
    grammar: Grammar
    today: date

    def take(self, after: str) -> str:
        """The next word. Raises UsageError when there is none."""
        if not self.left:
            raise UsageError(f"After “{after}” something is missing.", word=after, example=EXAMPLE)
        return self.left.pop(0)


def read(words: Sequence[str], digest: Digest, grammar: Grammar, today: date) -> Digest:
    """The digest with what the words change. Raises UsageError, which names the word that was not understood."""
    reading = _Reading([word for word in words if word], digest, grammar, today)
    while reading.left:
        _one(reading)
    return checked(reading.digest)


def _one(reading: _Reading) -> None:
    word = reading.left.pop(0)
    said = fold(word)
    if said in KINDS:
        reading.digest = reading.digest.but(kind=KINDS[said])
    elif said == "in" or as_channel(word):
        named = reading.take("in") if said == "in" else word
        reading.digest = reading.digest.but(channel=channel(named, example=EXAMPLE))
    elif said == "at" or ":" in word:
        reading.digest = reading.digest.but(at=clock(reading.take("at") if said == "at" else word))
    elif said == "for":
        reading.digest = reading.digest.but(filters=filters(" ".join(reading.left), reading.grammar, reading.today))
        reading.left.clear()
    elif said in {"with", "without"}:
        reading.digest = _parts(reading.digest, reading.take(word), is_wanted=said == "with")
    elif said == "quiet":
        reading.digest = reading.digest.but(quiet_below=_quiet(reading))
    elif said == "wait":
        reading.digest = reading.digest.but(wait=_wait(reading.take("wait")))
    else:
        _when(reading, word, said)


def _when(reading: _Reading, word: str, said: str) -> None:
    """Weekdays or a time zone: what stands without a word before it."""
    weekdays = _weekdays(said)
    if weekdays is not None:
        reading.digest = reading.digest.but(weekdays=weekdays)
    elif "/" in word or said == "utc":
        reading.digest = reading.digest.but(zone=zone(word))
    else:
        remedy = "For whom it is comes last: `for team=payments`."
        raise UsageError(f"“{cut(word)}” is not understood.", remedy, word=word, suggestion=nearest(said, KNOWN), example=EXAMPLE)


def clock(word: str) -> time:
    """`9`, `09:30`."""
    found = CLOCK.fullmatch(word)
    if not found:
        raise UsageError(f"“{cut(word)}” is not a time of day.", "Write 09:30.", word=word, field="at", example=EXAMPLE)
    return time(int(found["hour"]), int(found["minute"] or 0))


def zone(word: str) -> str:
    """A time zone's name as the tz database spells it."""
    try:
        return ZoneInfo(word.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        remedy = "Write one such as Europe/Berlin, America/New_York or UTC."
        raise UsageError(f"“{cut(word)}” is not a time zone.", remedy, word=word, field="zone", example=EXAMPLE) from None


def filters(words: str, grammar: Grammar, today: date) -> tuple[Filter, ...]:
    """`team=payments account!=prod` as `/cost` reads it after `for`."""
    if not words.strip():
        return ()
    _, said = parse("cost", f"for {words}", grammar, today, escaped=False)
    if replace(said, filters=()) != replace(parse("cost", "", grammar, today)[1], filters=()):
        remedy = "After `for` come only filters: dimension=value."
        raise UsageError(f"“{cut(words)}” says more than whose money it is.", remedy, word=words, field="for", example=EXAMPLE)
    return said.filters


def amount(word: str) -> Decimal:
    """An amount of money, not negative."""
    try:
        found = Decimal(word.replace(",", "").lstrip("$€£"))
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or found < 0:
        raise UsageError(
            f"“{cut(word)}” is not an amount.", "Write a number, such as 50.", word=word, field="quiet", example=EXAMPLE
        )
    return found


def checked(digest: Digest) -> Digest:
    """The digest, when it can be told at all. Raises UsageError."""
    if not digest.channel:
        raise UsageError("In which channel?", "Say `in #channel`.", field="channel", example=EXAMPLE)
    if not digest.weekdays:
        raise UsageError("On which days?", "Choose one weekday at least.", field="weekdays", example=EXAMPLE)
    if not 0 <= digest.wait <= MOST_WAIT:
        raise UsageError("It waits for late data for 12 hours at most.", field="wait", example=EXAMPLE)
    return digest.but(weekdays=digest.weekdays[:1]) if digest.kind is DigestKind.WEEKLY else digest


def _quiet(reading: _Reading) -> Decimal:
    word = reading.take("quiet")
    return amount(reading.take("below") if fold(word) == "below" else word)


def _wait(word: str) -> int:
    found = WAIT.fullmatch(fold(word))
    if not found:
        raise UsageError(f"“{cut(word)}” is not a time to wait.", "Write 90m or 3h.", word=word, field="wait", example=EXAMPLE)
    return int(found["number"]) * (60 if found["unit"] == "h" else 1)


def _parts(digest: Digest, word: str, *, is_wanted: bool) -> Digest:
    """`without chart,movers`."""
    named = set()
    for each in filter(None, (piece.strip() for piece in fold(word).split(","))):
        if each not in set(Part):
            remedy = f"It may tell {', '.join(Part)}."
            suggestion = nearest(each, tuple(Part))
            raise UsageError(
                f"“{cut(each)}” is not a part of a digest.", remedy, word=each, suggestion=suggestion, example=EXAMPLE
            )
        named.add(Part(each))
    return digest.but(
        parts=tuple(part for part in Part if (part in named if is_wanted else part in digest.parts and part not in named))
    )


def _weekdays(said: str) -> tuple[int, ...] | None:
    """`mon-fri`, `tue,thu`, `weekdays`; None for anything else."""
    if said in EVERY:
        return EVERY[said]
    found: set[int] = set()
    for piece in said.split(","):
        first, dash, last = piece.replace("–", "-").partition("-")
        ends = [_weekday(first), _weekday(last) if dash else _weekday(first)]
        if None in ends:
            return None
        start, end = (each or 0 for each in ends)
        found.update((start + at) % 7 for at in range((end - start) % 7 + 1))
    return tuple(sorted(found))


def _weekday(word: str) -> int | None:
    return DAYS.index(word[:3]) if word[:3] in DAYS and len(word) >= 3 else None  # noqa: PLR2004  # mon, monday
