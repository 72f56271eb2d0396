"""Slack's error codes in words: what happened, what to do. A code that means "these blocks" is an error of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.errors import DeniedError, TemporaryError, TuppenceError

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError

BUSY = "Slack is not taking messages just now."
INVITE = "Invite me with `/invite @tuppence` in that channel, then try again."
BLOCKS = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "invalid_attachments",
    "block_mismatch",
    "slack_file_not_found",
}
SPENT = {"used_url", "expired_url", "expired_trigger_id", "exchanged_trigger_id"}
GONE = {"not_found", "hash_conflict"}
DELETED = {"message_not_found", "thread_not_found"}
LOCKED_OUT = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "team_access_not_granted"}
LATER = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
DENIED = {
    "not_in_channel": ("I am not in this channel.", INVITE),
    "channel_not_found": ("I am not in this channel.", INVITE),
    "is_archived": ("This channel is archived.", "Ask in another channel."),
    "restricted_action": (
        "The workspace's rules do not let me post in this channel.",
        "Ask a workspace admin, or use another channel.",
    ),
    "restricted_action_read_only_channel": ("Only some people may post in this channel.", "Use another channel."),
    "restricted_action_thread_only_channel": ("This channel takes answers in threads only.", "Use another channel."),
    "cannot_dm_bot": ("A bot cannot be written to directly.", ""),
    "user_not_found": ("Slack does not know this person.", ""),
}


class BlocksRefusedError(TuppenceError):
    """Slack does not take these blocks (too new for the workspace, too long, a file not ready); plainer ones may do."""


class UncertainError(TemporaryError):
    """Whether a message stands there, Slack did not say; a second try could be a second message."""

    def __init__(self) -> None:
        super().__init__("Slack did not say whether it took the message.", "Look whether it is there before you ask again.")


class SpentError(TuppenceError):
    """A response URL or trigger was used up or came too late; the message has to go another way."""


class OvertakenError(TuppenceError):
    """The window is closed, or shows something else than it did when somebody clicked in it."""

    def __init__(self, *, is_open: bool) -> None:
        super().__init__("The window shows something else by now." if is_open else "The window is closed by now.")
        self.is_open = is_open


class DeletedError(TuppenceError):
    """The message that was to be changed, or the one to be answered, was deleted."""


class LockedOutError(TuppenceError):
    """Slack does not accept us at all; nothing is wrong with what was to be said."""


class PacedError(TemporaryError):
    """Slack said how many seconds to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(BUSY)
        self.seconds = seconds


def refusal(error: SlackApiError) -> TuppenceError:
    """The Web API's error as one of ours."""
    wait = _asked_to_wait(error)
    return PacedError(wait) if wait else in_words(code_of(error))


def _asked_to_wait(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    wait = next((str(value) for name, value in dict(headers).items() if name.lower() == "retry-after"), "")
    return float(wait) if wait.isdigit() else 0.0


def code_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong; none where a gateway answered in its place."""
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error") or "") if isinstance(answer, dict) else ""


def in_words(code: str) -> TuppenceError:
    """An error code as one of ours; an empty code (no JSON came back) is a server error."""
    if code in BLOCKS:
        return BlocksRefusedError(f"Slack refused the layout ({code}).")
    if code in SPENT:
        return SpentError(f"Slack no longer takes an answer at this address ({code}).")
    if code in GONE:
        return OvertakenError(is_open=code == "hash_conflict")
    if not code or code in LATER:
        return TemporaryError(BUSY)
    if code in DENIED:
        return DeniedError(*DENIED[code])
    kind = DeletedError if code in DELETED else LockedOutError if code in LOCKED_OUT else TuppenceError
    return kind(f"Slack refused the message ({code}).", "Tell an admin of Tuppence if this goes on.")
