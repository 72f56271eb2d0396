"""What somebody typed, cut into tokens: Slack's escapes undone, quotes of every kind read, typography forgiven.

Phones turn `"` into curly quotes and `--` into a long dash, Slack wraps links and mentions in angle brackets; none of that is
the person's fault, so all of it is undone here and the grammar sees plain tokens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

_MARKUP = re.compile(r"<([@#!][^<>|]*|(?:https?|mailto|tel):[^<>|]*)(?:\|([^<>]*))?>|&(lt|gt|amp);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}
_OPERATOR = re.compile(r"(?P<differs>!=|！＝|!＝|≠|<>)|(?:==|=|＝)")
_ESCAPED = re.compile(r"\\([\\\"'“”„‘’‚«»‹›])")
_EMPHASIS = {marker: re.compile(re.escape(marker) + r"(?![^\s,，、])") for marker in ("```", "`", "*", "_", "~")}
_COMMAS = ",，、"
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
_CLOSERS = {
    '"': '"',
    "＂": "＂",
    "“": "”",
    "”": "”",
    "„": "“”",
    "'": "'",
    "‘": "’",
    "’": "’",
    "‚": "‘’",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
}
_SINGLE = "'‘’‚"
_FAMILIES = ('"＂“”„', _SINGLE, "«»", "‹›")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))


class Kind(Enum):
    """What a token is. A quoted word is always a value or a name, never a keyword."""

    WORD = auto()
    QUOTED = auto()
    COMMA = auto()
    EQUALS = auto()
    DIFFERS = auto()


OPERATORS = (Kind.EQUALS, Kind.DIFFERS)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of what was typed. `glued`: nothing stands between it and the token before."""

    kind: Kind
    text: str
    glued: bool = False

    @property
    def folded(self) -> str:
        """The word as the grammar compares it; empty for whatever cannot be a keyword."""
        return fold(self.text) if self.kind is Kind.WORD else ""

    @property
    def is_unclosed(self) -> bool:
        """A word that starts with a quote is a quotation that was never closed."""
        return self.kind is Kind.WORD and self.text[0] in _CLOSERS


def fold(word: str) -> str:
    """A keyword as it is compared: no case, no full-width letters, one kind of dash, no `--` before, no `?` after."""
    plain = unicodedata.normalize("NFKC", word.translate(_DASHES)).translate(_DASHES).casefold().lstrip("-")
    return plain if plain.endswith("..") else plain.rstrip("?!.;:")


def unescape(text: str, *, ids: bool) -> str:
    """Undo what Slack does to typed text: `&lt;`, `<http://x|x>`, `<#C123|name>`.

    A link becomes what was typed. A mention becomes its name where Slack sent one or, with `ids`, stays `<@U123>` without it.
    """

    def plain(found: re.Match[str]) -> str:
        target, label, entity = found.groups()
        if entity:
            return _ENTITIES[entity]
        if target[0] in "@#!":
            return f"<{target}>" if ids or not label else label
        return label or str(target).removeprefix("mailto:").removeprefix("tel:")

    return _MARKUP.sub(plain, text)


def cut(text: str, longest: int = 40) -> str:
    """A word as an error quotes it: on one line, printable, never longer than `longest` and an ellipsis."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: longest * 4]).split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()}…"


def lex(text: str, *, emphasis: bool = True) -> tuple[Token, ...]:
    """Cut plain text into tokens. `emphasis`: `*bold*` and backticks around words are dropped. Never raises."""
    scanner = _Scanner(text, emphasis=emphasis)
    while scanner.step():
        pass
    return tuple(scanner.tokens)


def joined(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """The tokens as the words they were typed in, unquoted: `account="my app",2` is one word, `account=my app,2`."""
    words: list[str] = []
    for token in tokens:
        if token.glued and words:
            words[-1] += token.text
        else:
            words.append(token.text)
    return tuple(words)


def _is_space(char: str) -> bool:
    return char.isspace() or char in _INVISIBLE or unicodedata.category(char) == "Cc"


class _Scanner:
    """Reads a text from left to right, one token a step."""

    def __init__(self, text: str, *, emphasis: bool) -> None:
        self.text, self.emphasis = text, emphasis
        self.at = 0
        self.tokens: list[Token] = []
        self.gap = True
        self.dropped: set[int] = set()
        self.in_value = False
        self.may_quote = True

    def step(self) -> bool:
        """Read one token, or skip one character that is none; False at the end."""
        if self.at >= len(self.text):
            return False
        char = self.text[self.at]
        if self.at in self.dropped:
            self.at += 1
        elif _is_space(char):
            self.at, self.gap = self.at + 1, True
        elif self.gap and self.emphasis and (marker := self._opens_emphasis()):
            self.at += len(marker)
        elif char in _COMMAS:
            self._add(Kind.COMMA, ",", self.at + 1)
        elif not self.in_value and (found := _OPERATOR.match(self.text, self.at)):
            self._add_operator(found)
        elif not self._quoted():
            self._word()
        return True

    def _add(self, kind: Kind, text: str, end: int) -> None:
        self.tokens.append(Token(kind, text, glued=not self.gap))
        self.at, self.gap, self.in_value = end, False, kind in OPERATORS

    def _add_operator(self, found: re.Match[str]) -> None:
        differs = found["differs"] is not None
        self._add(Kind.DIFFERS if differs else Kind.EQUALS, "!=" if differs else "=", found.end())

    def _opens_emphasis(self) -> str:
        """The marker that opens here when its closing one stands before a gap; that one is then dropped when reached."""
        for marker, closing in _EMPHASIS.items():
            if not self.text.startswith(marker, self.at):
                continue
            start = self.at + len(marker)
            end = closing.search(self.text, start + 1)
            if end is None or _is_space(self.text[start]):
                return ""
            self.dropped.update(range(*end.span()))
            return marker
        return ""

    def _is_edge(self, at: int) -> bool:
        return at >= len(self.text) or _is_space(self.text[at]) or self.text[at] in _COMMAS

    def _quoted(self) -> bool:
        """Read a quotation; False when none starts here or it is never closed."""
        if not self.may_quote or self.text[self.at] not in _CLOSERS:
            return False
        end = self._closing(_CLOSERS[self.text[self.at]])
        if end is None:
            family = next(family for family in _FAMILIES if self.text[self.at] in family)
            end = self._closing(family)
        if end is None:
            self.may_quote = False
            return False
        self._add(Kind.QUOTED, _ESCAPED.sub(r"\1", self.text[self.at + 1 : end]), end + 1)
        return True

    def _closing(self, closers: str) -> int | None:
        """Where the quotation that starts here ends. A single quote ends only before a gap: an apostrophe is none."""
        at = self.at + 1
        if all(self.text.find(closer, at) < 0 for closer in closers):
            return None
        while at < len(self.text):
            if self.text[at] == "\\":
                at += 2
                continue
            if self.text[at] in closers and (self.text[at] not in _SINGLE or self._ends_single(at + 1)):
                return at
            at += 1
        return None

    def _ends_single(self, at: int) -> bool:
        return self._is_edge(at) or at in self.dropped or _OPERATOR.match(self.text, at) is not None

    def _word(self) -> None:
        start = self.at
        at = start
        while at < len(self.text) and not self._stops(at, start):
            at += 1
        self._add(Kind.WORD, self.text[start:at], at)

    def _stops(self, at: int, start: int) -> bool:
        """Whether a word that began at `start` ends before `at`: its first character always belongs to it."""
        if at == start:
            return False
        char = self.text[at]
        if at in self.dropped or _is_space(char) or char in _COMMAS:
            return True
        if not self.in_value and _OPERATOR.match(self.text, at):
            return True
        return self.may_quote and char in _CLOSERS and self.text[at - 1] in ":：" and at - start <= len("labels:")
