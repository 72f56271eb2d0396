"""Request and Reply: what goes into a handler and what comes out. No Slack client in sight, so the terminal is an equal."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from handlers.parse.command import Grammar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from handlers.parse.command import Arguments
    from services import Services
    from services.access.results import Person
    from services.charts.results import ChartSpec

Block = dict[str, Any]
"""A Block Kit block as Slack's JSON has it."""


class Surface(StrEnum):
    """Where the words came from."""

    SLASH = "slash"
    MENTION = "mention"
    DIRECT = "direct"
    BUTTON = "button"
    VIEW = "view"
    HOME = "home"
    TERMINAL = "terminal"


class Visibility(StrEnum):
    """Who sees the reply."""

    EPHEMERAL = "ephemeral"
    THREAD = "thread"
    CHANNEL = "channel"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was asked. Empty strings in the terminal."""

    team: str = ""
    channel: str = ""
    thread: str = ""
    message: str = ""
    """The ts of the message a button stands on."""
    surface: Surface = Surface.TERMINAL
    response_url: str = ""
    trigger: str = ""
    is_ephemeral: bool = False
    """The message a button stands on is seen by one person only."""
    view: str = ""
    """The id of the modal that was submitted or in which something was clicked; `view_hash` is the state it was seen in."""
    view_hash: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Who, where, what words, which values. `arguments` for commands; `values` for buttons and views.

    Inside a modal the values are what is filled in by now, what the modal remembered and what the button remembered; where two
    share a name the later counts. Several choices come in one text: `handlers.blocks.forms.chosen` takes them apart.
    """

    person: Person
    place: Place
    services: Services
    now: datetime
    today: date
    request_id: str
    arguments: Arguments
    text: str = ""
    """The words as typed, for the audit and for a button that repeats the question."""
    values: Mapping[str, str] = field(default_factory=dict)
    grammar: Grammar = field(default_factory=Grammar)
    """What words mean in this installation, for a button that asks a question again and for the help."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over (CSV, PNG)."""

    name: str
    content: bytes
    title: str
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to show. `text` is the fallback for notifications and screen readers and is never empty.

    `blocks` may hold data tables and native charts; `plain` is what is sent instead when Slack refuses those. `chart` is drawn
    and edited in after the numbers are out. `result` is what `--json` prints. `replace` edits the message a button stands on.
    `view` takes the place of the modal in which somebody clicked or which they submitted, else it is opened; `push` puts it on
    top. `errors` keeps a submitted modal open with a sentence below each named input (block id → sentence); the text tells the
    same where the modal is gone.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    plain: tuple[Block, ...] = ()
    chart: ChartSpec | None = None
    files: tuple[File, ...] = ()
    to_asker: bool = False
    """Its files go to the asker directly, also where others read the answer."""
    visibility: Visibility = Visibility.EPHEMERAL
    replace: bool = False
    view: Block | None = None
    push: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    home: Block | None = None
    result: Mapping[str, Any] | None = None
    metadata: Mapping[str, Any] | None = None
