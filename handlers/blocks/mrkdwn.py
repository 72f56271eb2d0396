"""Text that came from elsewhere made safe to show, and cut so that people see that it was cut.

A tag may be called `<!channel>`, an account `*all*`, a resource may hold a right-to-left override or a newline. Words are plain
text everywhere; what goes into mrkdwn passes `escape` once, at the place where it is put there.
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
BLANK = "–"
FENCE = "```"
_JOINERS = "\u200c\u200d"  # some scripts and emoji are spelled with them
_WORD_JOINER = "\u2060"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Formatting signs have no escape in mrkdwn, so each is shown as the sign that looks like it.
_LOOKALIKES = {"*": "\u2217", "~": "\u223c", "`": "\u02cb"}
_LOW_LINE, _AT = "\u02cd", "\uff20"
_OUTER_LOW_LINE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_OUTER_AT = re.compile(r"(?<!\w)@")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_HALF_ENTITY = re.compile(r"(&[a-z]{0,4}|<[^<>]*)$")


def clean(text: str) -> str:
    """One line without control characters, direction overrides, invisible characters and halves of characters."""
    return " ".join(_without_hidden(text).split())


def _without_hidden(text: str) -> str:
    """Most names hold nothing but printable characters, and a table has hundreds of them."""
    return text if text.isprintable() else "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    hidden = category in {"Cf", "Cs", "Co", "Cn"} and character not in _JOINERS
    return "" if hidden else character


def escape(text: str) -> str:
    """Cleaned and inert in mrkdwn: it mentions nobody, links nowhere, formats nothing and becomes no emoji."""
    safe = _entities(clean(text))
    for sign, lookalike in _LOOKALIKES.items():
        safe = safe.replace(sign, lookalike)
    safe = _OUTER_AT.sub(_AT, _OUTER_LOW_LINE.sub(_LOW_LINE, safe))
    return _EMOJI.sub(":" + _WORD_JOINER, safe)


def escape_code(text: str) -> str:
    """Safe within a code block, where spaces count: entities are still read there, and a backtick would end it."""
    return _entities(_without_hidden(text)).replace("`", _LOOKALIKES["`"])


def _entities(text: str) -> str:
    for sign, entity in _ENTITIES.items():
        text = text.replace(sign, entity)
    return text


def unescape(text: str) -> str:
    """What a reader sees of mrkdwn text: entities and invisible joiners undone."""
    for sign, entity in reversed(_ENTITIES.items()):
        text = text.replace(entity, sign)
    return text.replace(_WORD_JOINER, "")


def bold(text: str) -> str:
    """Escaped and bold. Nothing stays nothing: two stars around nothing would be shown."""
    safe = escape(text)
    return f"*{safe}*" if safe else ""


def size(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` long; what was cut off is replaced by an ellipsis."""
    return text if size(text) <= limit else _head(text, limit - 1).rstrip() + ELLIPSIS


def cut_middle(text: str, limit: int) -> str:
    """At most `limit` long, keeping both ends: resource ids differ in their last characters."""
    if size(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return _head(text, limit - 1 - tail) + ELLIPSIS + _head(text[::-1], tail)[::-1]


def cut_mrkdwn(text: str, limit: int) -> str:
    """Like `cut`, leaving no half of an entity or of a link, and no open code block."""
    if size(text) <= limit:
        return text
    kept = _HALF_ENTITY.sub("", _head(text, limit - len(FENCE) - 2)).rstrip()
    closing = "\n" + FENCE if kept.count(FENCE) % 2 else ""
    return kept + ELLIPSIS + closing


def _head(text: str, limit: int) -> str:
    kept = text[:limit]
    while size(kept) > limit:
        kept = kept[:-1]
    return kept


def split_lines(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit`, broken between lines; a line longer than that is cut visibly."""
    pieces: list[str] = []
    for line in (cut_mrkdwn(line, limit) for line in text.split("\n")):
        if pieces and size(pieces[-1]) + 1 + size(line) <= limit:
            pieces[-1] += "\n" + line
        else:
            pieces.append(line)
    return pieces
