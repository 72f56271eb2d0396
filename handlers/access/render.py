"""Who has what, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, room, text_table
from handlers.blocks.words import join_names, plural
from handlers.request import Reply
from storage.model.people import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.access.results import RoleLine
    from storage.model.people import Subject

HEADER = ("Who", "Role", "Only", "Given by")
EVERYBODY = "Every other full member of the workspace is a viewer. Guests and people from other companies see nothing."
SETTINGS = "settings"
LIST_CHARACTERS = 8000
"""Of the 10,000 that a message may hold."""


def roles(lines: Sequence[RoleLine]) -> Reply:
    """The list."""
    title = f"{plural(len(lines), 'role')} given" if lines else "No roles given yet"
    rows = tuple(_cells(line) for line in lines)
    shown = rows[: room(HEADER, rows, LIST_CHARACTERS)]
    table = text_table(Grid("Roles", HEADER, shown)) if lines else ()
    left = f"… and {len(rows) - len(shown)} more, of lower roles." if len(rows) > len(shown) else ""
    result = {"roles": [_plain(line) for line in lines]}
    blocks = (build.section(bold(title)), *table, build.context(left, EVERYBODY))
    return Reply(text=build.fallback(f"{title}. {EVERYBODY}"), blocks=blocks, result=result)


def given(line: RoleLine, unknown: Sequence[tuple[str, tuple[str, ...]]] = ()) -> Reply:
    """What somebody may do from now on. `unknown`: limits of which no bill has every value."""
    limits = f", limited to {escape(line.scope.text())}" if line.scope.is_limited else ""
    text = f"{bold(line.name)} is now {bold(line.role.word)}{limits}."
    notes = [f"Not every value is in a bill so far: {escape(f'{name} {join_names(values, 5)}')}." for name, values in unknown]
    blocks = (build.section(text), *([build.context(*notes)] if notes else []))
    return Reply(text=build.fallback(" ".join([text, *notes])), blocks=blocks, result=_plain(line))


def removed(subject: Subject) -> Reply:
    """What is left."""
    who = "The group's members have" if subject.kind is SubjectKind.GROUP else "That person has"
    text = f"Removed. {who} what other grants give; a full member stays a viewer."
    return Reply(text=text, blocks=(build.section(text),), result={"removed": {"kind": subject.kind.value, "id": subject.id}})


def _cells(line: RoleLine) -> tuple[str, ...]:
    return line.name, line.role.word, line.scope.text() or "everything", line.given_by or SETTINGS


def _plain(line: RoleLine) -> dict[str, object]:
    return {
        "kind": line.subject.kind.value,
        "id": line.subject.id,
        "name": line.name,
        "role": line.role.word,
        "only": {name: list(values) for name, values in line.scope.limits},
        "given_by": line.given_by or SETTINGS,
        "given_at": line.given_at.isoformat() if line.given_at else None,
    }
