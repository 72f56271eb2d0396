"""The error tree: every error a person may see knows its sentence and its remedy.

::

    TuppenceError                what happened (`str(error)`), what to do (`remedy`)
    ├── UsageError               the words were not understood; quotes the word, suggests, gives an example
    ├── DeniedError              the asker may not do this here
    ├── NotFoundError            what was named does not exist, or may not be seen
    ├── ConflictError            somebody else was first, or what was to be changed is not in that state any more
    ├── DataError                the input (a bill, a file) cannot be used as it is
    ├── ConfigurationError       a setting or a credential is missing or wrong
    ├── StoreError               a database or file cannot be used: newer version, read-only, locked, full
    └── TemporaryError           worth trying again later
        └── BusyError            too many questions at once, or a rate limit
"""

from __future__ import annotations

from storage.model.errors import DataError, StoreError, TuppenceError

__all__ = [
    "BusyError",
    "ConfigurationError",
    "ConflictError",
    "DataError",
    "DeniedError",
    "NotFoundError",
    "StoreError",
    "TemporaryError",
    "TuppenceError",
    "UsageError",
]


class UsageError(TuppenceError):
    """The words were not understood."""

    def __init__(
        self, sentence: str, remedy: str = "", *, word: str = "", suggestion: str = "", example: str = "", field: str = ""
    ) -> None:
        """`word` is quoted back, `suggestion` is the nearest known word, `example` is one that works.

        `field` is the input of a window below which it is said.
        """
        super().__init__(sentence, remedy)
        self.word, self.suggestion, self.example, self.field = word, suggestion, example, field


class DeniedError(TuppenceError):
    """The asker may not do this here."""

    remedy = "Ask an admin of Tuppence: `/tuppence help` names them."


class NotFoundError(TuppenceError):
    """What was named does not exist, or may not be seen by this person."""


class ConflictError(TuppenceError):
    """Somebody else was first, or what was to be changed is not in that state any more."""


class ConfigurationError(TuppenceError):
    """A setting or a credential is missing or wrong."""


class TemporaryError(TuppenceError):
    """Worth trying again later."""

    remedy = "Try again in a moment."


class BusyError(TemporaryError):
    """Too many questions at once."""
