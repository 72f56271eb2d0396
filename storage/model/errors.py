"""The root of the error tree, and the two errors that storage itself raises. `services/errors.py` draws the whole tree."""

from __future__ import annotations


class TuppenceError(Exception):
    """An expected failure: a sentence for the person, and what they can do about it."""

    remedy: str = ""

    def __init__(self, sentence: str, remedy: str = "") -> None:
        """`sentence` says what happened; `remedy` says what to do. Neither may hold a secret, an ARN or a traceback."""
        super().__init__(sentence)
        self.remedy = remedy or self.remedy

    @property
    def sentence(self) -> str:
        """What happened."""
        return str(self)


class DataError(TuppenceError):
    """The input (a bill, a file, an archive) cannot be used as it is."""


class StoreError(TuppenceError):
    """A database or file under TUPPENCE_HOME cannot be used; nothing was touched."""
