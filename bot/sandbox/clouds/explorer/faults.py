"""Switches for what goes wrong with a real Cost Explorer: throttling, outages, credentials that end, permissions that miss."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.clouds.explorer.errors import ACCESS_DENIED, SENTENCES, RefusedError

PAYER_USER = "arn:aws:sts::{account}:assumed-role/local/session"


@dataclass(slots=True)
class Faults:
    """What is switched on. `delay` is seconds before every answer; `denied` are operations that nobody gave permission for."""

    account: str
    delay: float = 0.0
    denied: set[str] = field(default_factory=set)
    coming: list[str] = field(default_factory=list)

    def refuse(self, code: str, times: int = 1) -> None:
        """The next so many requests are refused with one of errors.SENTENCES; after that all is well."""
        if code not in SENTENCES:
            msg = f"{code} is none of {', '.join(SENTENCES)}"
            raise ValueError(msg)
        self.coming.extend([code] * times)

    def off(self) -> None:
        """All is well."""
        self.delay = 0.0
        self.denied.clear()
        self.coming.clear()

    def check(self, operation: str) -> None:
        """Raise RefusedError when this request is one that goes wrong."""
        if self.coming:
            code = self.coming.pop(0)
            raise RefusedError(code, SENTENCES[code])
        if operation in self.denied:
            raise RefusedError(ACCESS_DENIED, self._denial(operation))

    def _denial(self, operation: str) -> str:
        return (
            f"User: {PAYER_USER.format(account=self.account)} is not authorized to perform: ce:{operation} on resource: "
            f"arn:aws:ce:us-east-1:{self.account}:/{operation} because no identity-based policy allows the ce:{operation} action"
        )
