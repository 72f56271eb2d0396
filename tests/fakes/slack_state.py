"""What the fake Slack remembers: calls, faults to answer with, and files on their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the Web API, or a post to a response URL (`response_url`), with its parameters decoded."""

    method: str
    params: Json
    at: float


@dataclass(slots=True)
class Fault:
    """What to answer instead, and how often: an HTTP status, or a Slack error code."""

    status: int = 200
    error: str = ""
    retry_after: str = "0"
    times: int = 1


@dataclass(slots=True)
class Upload:
    """A file on its way: its bytes, and how often `files.info` still says that it is being looked at."""

    name: str
    length: int
    alt_text: str
    content: bytes = b""
    complete: bool = False
    polls_left: int = 0
    channel: str = ""
    thread: str = ""
    title: str = ""
    kind: str = ""
