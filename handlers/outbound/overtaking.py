"""What is still to be edited into a message, and whether something newer stands there by now.

A picture may take Slack half a minute. Whoever clicks on meanwhile sees another answer by then, and the picture of the one before
must not bring that back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.request import Place


@dataclass(eq=False, slots=True)
class Due:
    """One edit that is still to come, and the message it is for."""

    message: str
    is_overtaken: bool = False


class Overtaking:
    """The edits that are still to come."""

    def __init__(self) -> None:
        self._due: set[Due] = set()

    def expect(self, message: str) -> Due:
        """An edit of this message is on its way from now on."""
        due = Due(message)
        self._due.add(due)
        return due

    def settle(self, due: Due) -> bool:
        """It is here; whether it may be shown."""
        self._due.discard(due)
        return not due.is_overtaken

    def overtake(self, place: Place, user: str) -> None:
        """Something else is shown now in place of the message that was clicked on."""
        gone = {message_at(place.channel, place.message)} | ({unnamed(place, user)} if place.is_ephemeral else set())
        for each in self._due:
            each.is_overtaken |= each.message in gone


def message_at(channel: str, ts: str) -> str:
    """A message that has a ts."""
    return f"{channel} {ts}"


def unnamed(place: Place, user: str) -> str:
    """Whatever was answered to one person in a channel: Slack does not say the ts of an answer to a command."""
    return f"{place.channel} of {user}"
