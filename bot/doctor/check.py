"""Check: one thing that was looked at, in one of four states. What could not be looked at is never called well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """From well to wrong. Only what is wrong keeps the program from doing its work."""

    OK = "ok"
    NOT_CHECKED = "not checked"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: what was looked at, how it is, and what to do about it. Holds no secret."""

    name: str
    state: State
    sentence: str
    remedy: str = ""


def ok(name: str, sentence: str) -> Check:
    """It is as it should be."""
    return Check(name, State.OK, sentence)


def not_checked(name: str, why: str, remedy: str = "") -> Check:
    """It could not be looked at."""
    return Check(name, State.NOT_CHECKED, why, remedy)


def warning(name: str, sentence: str, remedy: str = "") -> Check:
    """It works, but somebody should look at it."""
    return Check(name, State.WARNING, sentence, remedy)


def wrong(name: str, sentence: str, remedy: str = "") -> Check:
    """It does not work."""
    return Check(name, State.WRONG, sentence, remedy)
