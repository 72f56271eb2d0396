"""What everybody who carries letters needs, in one place, made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from handlers.feature import LetterKind
    from handlers.outbound.audience import Audience
    from handlers.outbound.pictures import Uploads
    from handlers.outbound.routes import Wire
    from handlers.outbound.work import Work
    from services import Services
    from services.outbox.sending import Sending


@dataclass(frozen=True, slots=True)
class PostOffice:
    """`kinds` by template; `wire` asks once (`impatient`); `bot` is our bot id; `count` hears how errands end.

    `admit` raises DeniedError for a person who may not be written to, TemporaryError while that cannot be known.
    """

    kinds: Mapping[str, LetterKind]
    services: Services
    sending: Sending
    wire: Wire
    uploads: Uploads
    audience: Audience
    work: Work
    admit: Callable[[str], Awaitable[None]]
    bot: str
    count: Callable[[str], None]


def impatient(client: AsyncWebClient) -> AsyncWebClient:
    """The same client, but it asks once: between two tries of a letter its claim is looked at, so the outbox itself waits."""
    made = AsyncWebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        headers=client.headers,
    )
    made.retry_handlers = []
    return made
