"""From "/cost by service last month for tag:team=web" to typed arguments, or to an error that quotes the word.

One grammar for every command, on every surface: `[verb] [period] [by DIMENSION, …] [for key=value …] [options]`, in any order.
Nothing is guessed: a word is known, or the answer is a UsageError with the nearest known word and one example that works.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.parse.clauses import Lexicon, read_clauses
from handlers.parse.periods import Calendar
from handlers.parse.vocabulary import DimensionNames, nearest, phrase
from handlers.parse.words import Token, cut, joined, lex, unescape
from services.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from handlers.feature import Verb
    from storage.model.period import Period
    from storage.model.query import Axis, Basis, Charges, Filter, Granularity

LONGEST = 2000
"""Characters of the longest command that is read at all."""
HELP_ROOT, HELP = "tuppence", "help"
_LONGEST_VERB = 3  # words


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the words said, typed. None and () mean "not said": each verb has its own default."""

    root: str = ""
    verb: str = ""
    period: Period | None = None
    compare: Period | None = None
    by: tuple[str, ...] = ()
    granularity: Granularity | None = None
    filters: tuple[Filter, ...] = ()
    basis: Basis | None = None
    charges: Charges | None = None
    axis: Axis | None = None
    top: int | None = None
    page: int | None = None
    words: tuple[str, ...] = ()
    """What stands after the verb, for verbs that take their own words; as typed, unquoted."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Everything the words can mean: the verbs of all roots, and this company's settings.

    `tags` gives short names to tag keys: `{"team": ("team", "Team", "owner-team")}` makes all of them the dimension `tag:team`.
    `week_start`: 0 is Monday. `fiscal_year_start`: the month that quarters and years begin with. `prefix` stands before every
    root in this workspace's slash commands.
    """

    verbs: tuple[Verb, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    week_start: int = 0
    fiscal_year_start: int = 1
    prefix: str = ""

    def roots(self) -> tuple[str, ...]:
        """Every root command, in the order declared."""
        return tuple(dict.fromkeys(verb.root for verb in self.verbs))

    def of(self, root: str) -> dict[str, Verb]:
        """The verbs of a root by every phrase that means them; the bare command is ""."""
        own = [verb for verb in self.verbs if verb.root == root]
        return {phrase(alias): verb for verb in own for alias in verb.aliases} | {phrase(verb.name): verb for verb in own}

    def example(self, root: str, verb: Verb | None = None) -> str:
        """A whole command that works: the verb's own, else the bare command's, else help."""
        own = self.of(root)
        shown = verb or own.get("") or next(iter(own.values()), None)
        return f"/{self.prefix}{root} {shown.example if shown and shown.example else HELP}".strip()

    def calendar(self, today: date) -> Calendar:
        """What relative periods hang on."""
        return Calendar(today, self.week_start, self.fiscal_year_start)


@dataclass(frozen=True, slots=True)
class _Typed:
    """The same text in its two readings: whole words (mentions kept as ids) and tokens (mentions by name)."""

    words: tuple[str, ...]
    tokens: tuple[Token, ...]

    def after(self, count: int) -> _Typed:
        """Without the first words; they must be plain ones, which are one token each in both readings."""
        return _Typed(self.words[count:], self.tokens[count:])


def parse(root: str, text: str, grammar: Grammar, today: date, *, escaped: bool = True) -> tuple[Verb, Arguments]:
    """Read what follows a root command. `today` is the UTC day.

    `escaped`: the text came from a person, so Slack's escapes and `*bold*` are undone; False for words that this program wrote
    itself (a button's value). Raises UsageError, and nothing else, for any text it cannot read.
    """
    if len(text) > LONGEST:
        raise UsageError(f"That is longer than {LONGEST} characters.", f"For example: `{grammar.example(root)}`")
    typed = _typed(text, escaped=escaped)
    root, typed = _rerouted(root, typed, grammar)
    verbs = grammar.of(root)
    if not verbs:
        raise _no_root(root, grammar)
    if _asks_help(typed, verbs):
        return _help(root, typed, grammar)
    verb, used = _first_verb(typed, verbs)
    if verb is not None and verb.takes_words:
        return verb, Arguments(root, verb.name, words=typed.after(used).words)
    return _read(root, verb, typed.after(used), grammar, today)


def _typed(text: str, *, escaped: bool) -> _Typed:
    by_id, by_name = (unescape(text, ids=ids) if escaped else text for ids in (True, False))
    return _Typed(joined(lex(by_id, emphasis=escaped)), lex(by_name, emphasis=escaped))


def _rerouted(root: str, typed: _Typed, grammar: Grammar) -> tuple[str, _Typed]:
    """`/tuppence cost by service` is `/cost by service`; so is a mention that begins with the name of a root, its own too."""
    first = phrase(typed.words[0]) if typed.words else ""
    if root == HELP_ROOT and first in grammar.roots() and first not in grammar.of(root):
        return first, typed.after(1)
    return root, typed


def _asks_help(typed: _Typed, verbs: dict[str, Verb]) -> bool:
    """`help`, `?`, `trend help`: on every root, unless it has a `help` of its own."""
    if not typed.words or (HELP in verbs and typed.words[0] != "?"):
        return False
    return _is_help(typed.words[0]) or (len(typed.words) > 1 and _is_help(typed.words[-1]) and _first_verb(typed, verbs)[1] > 0)


def _is_help(word: str) -> bool:
    return word == "?" or phrase(word) == HELP


def _help(root: str, typed: _Typed, grammar: Grammar) -> tuple[Verb, Arguments]:
    """The one help verb, asked about this root and, where words stand beside `help`, about that verb."""
    verb = grammar.of(HELP_ROOT).get(HELP)
    if verb is None:
        raise UsageError("There is no help here.", f"For example: `{grammar.example(root)}`")
    about = tuple(word for word in typed.words if not _is_help(word))
    return verb, Arguments(verb.root, verb.name, words=about if root == HELP_ROOT else (root, *about))


def _first_verb(typed: _Typed, verbs: dict[str, Verb]) -> tuple[Verb | None, int]:
    """The verb that the words begin with (the longest name wins) and how many words it takes; a bare one that takes words."""
    for used in range(min(_LONGEST_VERB, len(typed.words)), 0, -1):
        verb = verbs.get(phrase(" ".join(typed.words[:used])))
        if verb is not None and verb.name:
            return verb, used
    bare = verbs.get("")
    return (bare if bare and bare.takes_words else None), 0


def _lexicon(root: str, verb: Verb | None, grammar: Grammar, today: date) -> Lexicon:
    """What the words may mean; where no verb came first, one may still stand among them."""
    verbs = grammar.of(root)
    movable = {name: each.name for name, each in verbs.items() if name and not each.takes_words}
    return Lexicon(
        dimensions=DimensionNames(grammar.tags),
        calendar=grammar.calendar(today),
        verbs=movable if verb is None else {},
        others=(*verbs, *(grammar.roots() if root == HELP_ROOT else ()), HELP),
        example=grammar.example(root, verb),
    )


def _read(root: str, verb: Verb | None, typed: _Typed, grammar: Grammar, today: date) -> tuple[Verb, Arguments]:
    verbs = grammar.of(root)
    draft = read_clauses(typed.tokens, _lexicon(root, verb, grammar, today))
    meant = verb or verbs.get(phrase(draft.verb or ""))
    if meant is None:
        raise UsageError(f"/{grammar.prefix}{root} needs a verb.", f"For example: `{grammar.example(root)}`")
    return meant, Arguments(
        root=root,
        verb=meant.name,
        period=draft.period,
        compare=draft.compare,
        by=tuple(draft.by),
        granularity=draft.granularity,
        filters=tuple(draft.filters),
        basis=draft.basis,
        charges=draft.charges,
        axis=draft.axis,
        top=draft.top,
        page=draft.page,
    )


def _no_root(root: str, grammar: Grammar) -> UsageError:
    suggestion = nearest(root, grammar.roots())
    hint = f"Did you mean “{suggestion}”?" if suggestion else ""
    return UsageError(f"“{cut(root)}” is not a command.", hint, word=cut(root), suggestion=suggestion)
