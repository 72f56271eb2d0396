"""Which verbs a question for help is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.parse.command import HELP, HELP_ROOT
from handlers.parse.vocabulary import nearest, phrase
from handlers.parse.words import cut
from services.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.feature import Verb
    from handlers.parse.command import Grammar


FIRST = "cost"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is explained: everything (`root` is ""), one root, or some verbs of it."""

    root: str
    verbs: tuple[Verb, ...]
    admins: tuple[str, ...] = ()


def topic_of(grammar: Grammar, words: tuple[str, ...]) -> Topic:
    """The topic that the words name: none, a root, a root and a verb. Raises UsageError with the nearest that there is."""
    named = [phrase(word.removeprefix("/").removeprefix(grammar.prefix)) for word in words]
    if not named or named == [HELP]:
        return Topic("", grammar.verbs)
    root = named[0] if named[0] in grammar.roots() else HELP_ROOT
    rest = " ".join(named[1:] if named[0] in grammar.roots() else named)
    verbs = verbs_of(grammar.verbs, root)
    if not rest:
        return Topic(root, verbs)
    found = tuple(verb for verb in verbs if rest in map(phrase, (verb.name, *verb.aliases)))
    if not found:
        raise _unknown(
            rest, (*grammar.roots(), *(name for verb in verbs for name in (verb.name, *verb.aliases) if name)), grammar
        )
    return Topic(root, found)


def verbs_of(verbs: Iterable[Verb], root: str) -> tuple[Verb, ...]:
    """The verbs of a root: the bare command first, then in the order declared."""
    own = [verb for verb in verbs if verb.root == root]
    return tuple(sorted(own, key=lambda verb: bool(verb.name)))


def roots_of(verbs: Iterable[Verb]) -> tuple[str, ...]:
    """The roots in the order declared, but for what people come for first, and the program's own, which comes last."""
    return tuple(sorted(dict.fromkeys(verb.root for verb in verbs), key=lambda root: (root == HELP_ROOT, root != FIRST)))


def _unknown(word: str, known: tuple[str, ...], grammar: Grammar) -> UsageError:
    suggestion = nearest(word, known)
    hint = f"Did you mean “{suggestion}”?" if suggestion else ""
    example = f"/{grammar.prefix}{HELP_ROOT} {HELP}"
    return UsageError(f"There is no help about “{cut(word)}”.", hint, word=cut(word), suggestion=suggestion, example=example)
