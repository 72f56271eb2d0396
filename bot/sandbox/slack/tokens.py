"""Bot tokens: the one the demo starts with, and those of OAuth, which end after twelve hours, are renewed, and can be revoked."""

from __future__ import annotations

import math
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.keys import Keys

LIFE = 12 * 60 * 60


@dataclass(slots=True)
class Tokens:
    """Which tokens are taken. `codes` are grants that somebody gave on the consent page and that were not redeemed yet."""

    keys: Keys
    is_revoked: bool = False
    codes: set[str] = field(default_factory=set)
    _ends: dict[str, float] = field(default_factory=dict)
    """Rotating token → when it ends (monotonic)."""
    _refresh: dict[str, str] = field(default_factory=dict)
    """Refresh token → the token it came with."""

    def grant(self) -> str:
        """Somebody pressed Allow: the code that the browser brings back."""
        code = f"100000000000.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.codes.add(code)
        return code

    def check(self, token: str) -> None:
        """Go on only with a bot token. Raises RefusedError."""
        if token == self.keys.app:
            raise RefusedError("not_allowed_token_type")
        if token != self.keys.bot and token not in self._ends:
            raise RefusedError("invalid_auth")
        if self.is_revoked:
            raise RefusedError("token_revoked")
        if self._ends.get(token, math.inf) < time.monotonic():
            raise RefusedError("token_expired")

    def redeem(self, code: str) -> tuple[str, str]:
        """A code becomes a token and its refresh token. Raises RefusedError."""
        if code not in self.codes:
            raise RefusedError("invalid_code")
        self.codes.discard(code)
        return self._made()

    def renew(self, refresh: str) -> tuple[str, str]:
        """A refresh token becomes the next pair, once. Raises RefusedError."""
        if refresh not in self._refresh:
            raise RefusedError("invalid_refresh_token")
        del self._refresh[refresh]
        return self._made()

    def _made(self) -> tuple[str, str]:
        token = f"xoxe.xoxb-1-{secrets.token_hex(24)}"
        refresh = f"xoxe-1-{secrets.token_hex(24)}"
        self._ends[token] = time.monotonic() + LIFE
        self._refresh[refresh] = token
        return token, refresh
