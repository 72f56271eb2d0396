"""The words of an act, for threads and the terminal: `17 until 2026-12-01 load test`, `17 7d service`, `17 to #payments`.

A number, what the act needs, and whatever follows is the note. Nothing is guessed: what is missing is asked for with an example.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.parse.mentions import as_channel
from handlers.parse.words import cut, fold
from services.anomalies.results import Act, Reach, Wish
from services.errors import UsageError
from storage.model.period import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storage.model.route import Route

LONGEST_NUMBER = 12
UNTIL = frozenset({"until", "till", "for", "to"})
MONTHLY = (("each", "month"), ("every", "month"), ("monthly",), ("remember",))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(?P<count>\d{1,3})(?P<unit>[dw])")
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
EXAMPLES = {
    Act.ACKNOWLEDGE: "ack 17",
    Act.CLAIM: "claim 17",
    Act.TAKE_OVER: "take over 17",
    Act.INVESTIGATE: "investigate 17",
    Act.EXPECTED: "expected 17 until 2026-12-01 load test",
    Act.FALSE_POSITIVE: "false positive 17 a test account",
    Act.SNOOZE: "snooze 17 7d",
    Act.ESCALATE: "escalate 17",
    Act.REROUTE: "reroute 17 to #payments",
    Act.FIXED: "fixed 17 stopped them",
    Act.REOPEN: "reopen 17",
}
ROOT = "anomalies"


def number(said: Sequence[str], example: str) -> int:
    """The anomaly that is meant: `17` or `#17`. Raises UsageError."""
    word = said[0].removeprefix("#") if said else ""
    if not word.isascii() or not word.isdigit() or len(word) > LONGEST_NUMBER:
        sentence = f"“{cut(said[0])}” is not the number of an anomaly." if said else "Which anomaly?"
        raise UsageError(
            sentence, "`/anomalies` lists the open ones with their numbers.", word=word, example=f"/{ROOT} {example}"
        )
    return int(word)


def wish(act: Act, said: Sequence[str], today: date, routes: Sequence[Route] = ()) -> Wish:
    """What somebody wants done, out of the words behind the verb. Raises UsageError with an example."""
    found = Wish(act, number(said, EXAMPLES[act]))
    rest = list(said[1:])
    read: Callable[[Wish, list[str], date], tuple[Wish, list[str]]] | None = _READERS.get(act)
    if act is Act.REROUTE:
        found, rest = _place(found, rest, routes)
    elif read is not None:
        found, rest = read(found, rest, today)
    return replace(found, note=" ".join(rest))


def _expected(found: Wish, rest: list[str], today: date) -> tuple[Wish, list[str]]:
    until, rest = _until(found.act, rest, today)
    monthly = next((each for each in MONTHLY if tuple(map(fold, rest[: len(each)])) == each), ())
    return replace(found, until=until, remember=bool(monthly)), rest[len(monthly) :]


def _snooze(found: Wish, rest: list[str], today: date) -> tuple[Wish, list[str]]:
    until, rest = _until(found.act, rest, today)
    reach = next((each for each in Reach if rest and fold(rest[0]) == each.value), None)
    return replace(found, until=until, reach=reach or Reach.SERIES), rest[1:] if reach else rest


def _false_positive(found: Wish, rest: list[str], _: date) -> tuple[Wish, list[str]]:
    """`amount 50`: by how much the floor is raised a day."""
    if not rest or fold(rest[0]) != "amount":
        return found, rest
    if len(rest) == 1 or not _AMOUNT.fullmatch(rest[1]):
        raise UsageError("After `amount` comes a number.", example=f"/{ROOT} false positive 17 amount 50")
    return replace(found, amount=Decimal(rest[1])), rest[2:]


_READERS: dict[Act, Callable[[Wish, list[str], date], tuple[Wish, list[str]]]] = {
    Act.EXPECTED: _expected,
    Act.SNOOZE: _snooze,
    Act.FALSE_POSITIVE: _false_positive,
}


def _until(act: Act, rest: list[str], today: date) -> tuple[date, list[str]]:
    if rest and fold(rest[0]) in UNTIL:
        rest = rest[1:]
    day = _day(fold(rest[0]), today) if rest else None
    if day is None:
        sentence = f"“{cut(rest[0])}” is not a day." if rest else "Until when?"
        remedy = "Write a day (`2026-12-01`, `friday`, `tomorrow`) or how long (`7d`, `2w`)."
        raise UsageError(sentence, remedy, word=rest[0] if rest else "", example=f"/{ROOT} {EXAMPLES[act]}")
    return day, rest[1:]


def _day(word: str, today: date) -> date | None:
    """A day, the next one of that name, or so many days from now; None for anything else."""
    span = _SPAN.fullmatch(word)
    if span:
        return today + DAY * int(span["count"]) * (7 if span["unit"] == "w" else 1)
    if word in {"today", "tomorrow"}:
        return today if word == "today" else today + DAY
    if word in WEEKDAYS:
        return today + DAY * ((WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _place(found: Wish, rest: list[str], routes: Sequence[Route]) -> tuple[Wish, list[str]]:
    """`to #payments`, or `to` and the name of a route, which may have blanks."""
    if rest and fold(rest[0]) == "to":
        rest = rest[1:]
    channel = as_channel(rest[0]) if rest else ""
    if channel:
        return replace(found, channel=channel), rest[1:]
    for route in sorted(routes, key=lambda each: -len(each.name)):
        name = route.name.split()
        if [each.casefold() for each in rest[: len(name)]] == [each.casefold() for each in name]:
            return replace(found, route=route.id), rest[len(name) :]
    sentence = f"“{cut(' '.join(rest))}” is neither a channel nor a route." if rest else "To where?"
    remedy = f"The routes are {', '.join(route.name for route in routes)}." if routes else "Name a channel."
    raise UsageError(sentence, remedy, word=" ".join(rest), example=f"/{ROOT} {EXAMPLES[Act.REROUTE]}")
