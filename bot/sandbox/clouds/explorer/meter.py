"""What the questions cost: every answered request is a cent, each page of an answer too."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Request:
    """One request that came in: the operation, its body, and the error it was refused with, or nothing."""

    operation: str
    body: dict[str, Any]
    refused: str = ""


@dataclass(slots=True)
class Meter:
    """Every request since the start. What was refused costs nothing here; nobody outside knows whether AWS agrees."""

    requests: list[Request] = field(default_factory=list)

    @property
    def answered(self) -> list[Request]:
        """Those that are paid for."""
        return [request for request in self.requests if not request.refused]

    @property
    def dollars(self) -> Decimal:
        """What AWS would put on the bill."""
        return _CENT * len(self.answered)
