"""Channels, people and user groups as they are written: Slack's own links, or the ids that the terminal and files have."""

from __future__ import annotations

import re

from handlers.parse.words import cut
from services.errors import UsageError
from storage.model.people import Subject, SubjectKind

_CHANNEL = re.compile(r"<#(?P<linked>[CG][A-Z0-9]+)(?:\|[^>]*)?>|#?(?P<plain>[CG][A-Z0-9]{7,})", re.ASCII)
_SUBJECT = re.compile(
    r"<@(?P<person>[UW][A-Z0-9]+)(?:\|[^>]*)?>|<!subteam\^(?P<group>S[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|@?(?:(?P<plain_person>[UW][A-Z0-9]{7,})|(?P<plain_group>S[A-Z0-9]{7,}))",
    re.ASCII,
)


def as_channel(word: str) -> str:
    """The channel's id; "" for a word that is none."""
    found = _CHANNEL.fullmatch(word)
    return (found["linked"] or found["plain"]) if found else ""


def channel(
    word: str, *, example: str = "", field: str = "channel", remedy: str = "Type # and choose the channel from Slack's list."
) -> str:
    """The channel's id. Raises UsageError for a word that is none."""
    found = as_channel(word)
    if not found:
        raise UsageError(
            f"“{cut(word)}” is not a channel that Slack knows.", remedy, word=cut(word), field=field, example=example
        )
    return found


def subject(
    word: str, *, example: str = "", field: str = "", remedy: str = "Type @ and choose the person or group from Slack's list."
) -> Subject:
    """The person or user group. Raises UsageError for a word that is neither."""
    found = _SUBJECT.fullmatch(word)
    if not found:
        raise UsageError(f"“{cut(word)}” is not a mention that Slack knows.", remedy, word=word, field=field, example=example)
    group = found["group"] or found["plain_group"]
    return Subject(SubjectKind.GROUP, group) if group else Subject(SubjectKind.PERSON, found["person"] or found["plain_person"])
