"""How AWS says no: a code, a sentence, a status. Sentences that were seen in the wild are quoted as they were."""

from __future__ import annotations

from typing import Any

VALIDATION = "ValidationException"
ACCESS_DENIED = "AccessDeniedException"
THROTTLING = "ThrottlingException"
DATA_UNAVAILABLE = "DataUnavailableException"
INVALID_TOKEN = "InvalidNextTokenException"  # noqa: S105 - the name of an error
UNKNOWN_OPERATION = "UnknownOperationException"

SENTENCES = {
    THROTTLING: "Rate exceeded",
    "LimitExceededException": "Rate limit exceeded",
    DATA_UNAVAILABLE: "The requested data is unavailable.",
    "ExpiredTokenException": "The security token included in the request is expired",
    "UnrecognizedClientException": "The security token included in the request is invalid.",
    "InternalFailure": "The request processing has failed because of an unknown error, exception or failure.",
    "ServiceUnavailableException": "Service is unavailable.",
}
"""What AWS says where nothing about the request is to blame."""

_STATUS = {
    "InternalFailure": 500,
    "ServiceUnavailableException": 503,
    "MissingAuthenticationTokenException": 403,
    "InvalidSignatureException": 403,
}
_BAD_REQUEST = 400


class RefusedError(Exception):
    """A request that AWS would refuse, with its code and its sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message

    @property
    def status(self) -> int:
        """HTTP status. JSON services answer nearly everything with 400, the throttled included."""
        return _STATUS.get(self.code, _BAD_REQUEST)


def invalid(message: str) -> RefusedError:
    """The request is wrong in itself."""
    return RefusedError(VALIDATION, message)


def struct(part: object) -> dict[str, Any]:
    """A part of a request that has to be a JSON object. Raises RefusedError where it is something else."""
    if not isinstance(part, dict):
        raise RefusedError("SerializationException", "Start of structure or map found where not expected.")
    return part
