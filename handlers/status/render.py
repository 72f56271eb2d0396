"""The state of the service in words."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from handlers.blocks import build, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, room, text_table
from handlers.request import Reply
from services.access.results import Role

if TYPE_CHECKING:
    from datetime import date

    from services.access.results import Person
    from services.status.results import SourceStatus, Status

HEADER = ("Source", "Complete through", "Since", "Charges", "Read in (UTC)", "Left out")
LIST_CHARACTERS = 8000
NOTHING = "No bill has been read yet. An admin reads one in with `tuppence ingest`."


def status(state: Status, person: Person, today: date) -> Reply:
    """One line a source, late ones named first in the answer; for an admin, how many messages did not arrive."""
    late = [source.name for source in state.sources if source.late]
    title = f"{words.plural(len(state.sources), 'source')}, {_lateness(late)}" if state.sources else _nothing(person)
    rows = tuple(_cells(source, today) for source in state.sources)
    shown = rows[: room(HEADER, rows, LIST_CHARACTERS)]
    left = f"… and {len(rows) - len(shown)} more sources." if len(rows) > len(shown) else ""
    table = text_table(Grid("Sources", HEADER, shown)) if rows else ()
    counted = f"{state.charges:,} charges · " if state.charges is not None else ""
    context = f"{counted}you are {bold(person.role.word)} · version {state.version}"
    blocks = (
        build.section(bold(title) if rows else title),
        *table,
        build.context(left, context, _limits(person), _undelivered(state, person)),
    )
    return Reply(text=build.fallback(title), blocks=blocks, result=_plain(state, person))


def _nothing(person: Person) -> str:
    return "There is no bill of what you may see." if person.scope.is_limited else NOTHING


def _lateness(late: list[str]) -> str:
    return f"{len(late)} late: {escape(words.join_names(late))}" if late else "none late"


def _limits(person: Person) -> str:
    return f"You see {escape(person.scope.text())} only." if person.scope.is_limited else ""


def _undelivered(state: Status, person: Person) -> str:
    """Of what is said without being asked: what waits, and what was given up."""
    if person.role is not Role.ADMIN:
        return ""
    waiting = f"{words.plural(state.waiting, 'message')} waiting to be posted" if state.waiting else ""
    lost = f"{words.plural(state.undelivered, 'message')} not delivered" if state.undelivered else ""
    return ", ".join(filter(None, (waiting, lost)))


def _cells(source: SourceStatus, today: date) -> tuple[str, ...]:
    through = words.day(source.through, today) if source.through else "no complete day"
    read_in = f"{source.ingested_at.astimezone(UTC):%Y-%m-%d %H:%M}" if source.ingested_at else "–"
    return (
        source.name,
        f"{through} (late)" if source.late else through,
        words.day(source.first, today),
        words.NOTHING if source.charges is None else f"{source.charges:,}",
        read_in,
        words.NOTHING if source.rejected is None else words.plural(source.rejected, "row") if source.rejected else "nothing",
    )


def _plain(state: Status, person: Person) -> dict[str, Any]:
    return {
        "sources": [
            {
                "name": source.name,
                "complete_through": source.through and source.through.isoformat(),
                "late": source.late,
                "first_day": source.first.isoformat(),
                "charges": source.charges,
                "ingested_at": source.ingested_at and source.ingested_at.isoformat(),
                "rejected_rows": source.rejected,
            }
            for source in state.sources
        ],
        "charges": state.charges,
        "generation": state.generation,
        "version": state.version,
        "role": person.role.word,
    }
