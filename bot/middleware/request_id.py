"""The request id in every log line of a request, and of the tasks it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from structlog.contextvars import bound_contextvars

if TYPE_CHECKING:
    from handlers.incoming import Incoming, Next
    from handlers.request import Reply


class RequestId:
    """Binds the id, who asks and what was meant; unbinds them at the end."""

    async def __call__(self, incoming: Incoming, proceed: Next) -> Reply | None:
        """Go on, with every line marked."""
        with bound_contextvars(request_id=incoming.request_id, person=incoming.user, what=incoming.label):
            return await proceed(incoming)
