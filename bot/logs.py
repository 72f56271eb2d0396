"""Log lines: one event each, with the request id, and never a secret. Libraries' own lines take the same way out."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, TextIO

import structlog
from structlog.contextvars import merge_contextvars

if TYPE_CHECKING:
    from collections.abc import Mapping

    from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
NO_REQUEST = "-"
SECRETS = re.compile(
    r"""
      -----BEGIN[ ][A-Z0-9 ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][A-Z0-9 ]*PRIVATE[ ]KEY-----|\Z)   # a key, whole or cut off
    | \bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]+          # Slack tokens
    | \bxapp-[A-Za-z0-9-]+
    | \bhttps?://[^\s/"']+/(?:commands|actions|services|workflows|upload)/[^\s"'<>]+   # response_url and upload URLs are keys
    | \b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}           # AWS key ids
    | (?i:\b(?:bearer|basic)[ ]+[A-Za-z0-9._~+/=-]{6,})
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?   # JWT
    | (?i:(?<![A-Za-z0-9])(?:secret|password|passwd|token|api_?key)["']?[ ]*[=:][ ]*["']?)[^\s"',;&\[]{6,}
    | (?<![A-Za-z0-9/+])(?=[A-Za-z0-9/+]*[/+0-9])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])
    | (?<![A-Za-z0-9])[0-9a-fA-F]{32,}(?![A-Za-z0-9])  # signing secrets, digests, signatures
    """,
    re.VERBOSE | re.DOTALL,
)
SECRET_NAME = re.compile(r"(?i)(token|secret|password|passwd|authorization|cookie|private_key|api_?key|response_url|signature)$")
QUIET = ("slack_sdk", "slack_bolt", "aiohttp.access", "asyncio", "matplotlib", "PIL")
"""Libraries whose debugging lines hold tokens or whole requests: never below INFO."""


def scrub_text(text: str) -> str:
    """The text with everything that looks like a secret replaced by `[hidden]`."""
    return SECRETS.sub(HIDDEN, text)


def scrub(value: object) -> object:
    """The value with every secret in it hidden, however deep; what is not plain data becomes its scrubbed `repr`."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, dict):
        return {scrub_text(str(name)): _scrub_named(str(name), each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(each) for each in value]
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    return scrub_text(repr(value))


def _scrub_named(name: str, value: object) -> object:
    return HIDDEN if value and SECRET_NAME.search(name) else scrub(value)


def scrubber(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The structlog processor: runs last before rendering, so that tracebacks are scrubbed too."""
    kept = {name: event[name] for name in ("_record", "_from_structlog") if name in event}
    return {name: kept[name] if name in kept else _scrub_named(name, value) for name, value in event.items()}


def with_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every line has a request id; `-` where nobody asked (start, jobs, health)."""
    event.setdefault("request_id", NO_REQUEST)
    return event


def configure_logs(level: str = "INFO", form: str = "console", stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's lines through the same processors to `stream` (standard error)."""
    shared = _shared()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last(form)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))


def _shared() -> list[Processor]:
    return [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_request_id,
    ]


def _last(form: str) -> list[Processor]:
    renderer: Processor = structlog.processors.JSONRenderer(default=repr) if form == "json" else _console()
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        scrubber,
        renderer,
    ]


def _console() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def bind(**values: str) -> Mapping[str, object]:
    """Put values (request_id, person, command) into every line of the running task and what it starts."""
    return structlog.contextvars.bind_contextvars(**values)
