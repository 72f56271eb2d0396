"""Help as blocks: examples that work first, because people copy them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, limits
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.words import join_names
from handlers.help.topics import Topic, roots_of, verbs_of
from handlers.parse.command import HELP, HELP_ROOT
from handlers.request import Reply

if TYPE_CHECKING:
    from handlers.feature import Verb
    from handlers.parse.command import Grammar
    from services.access.results import Person

FIRST_VERBS = 6
"""Of a root, in the overview."""
PERIODS = "today · yesterday · 7d · week · month · last month · quarter · year · march · 2026-03 · 2026-03-01..2026-03-15"
DIMENSIONS = (
    "service · account · region · provider · category · charge · pricing · purchase · commitment · resource · meter · tag:<key>"
)
OPTIONS = (
    "effective · billed · contracted · list · gross · net · billing · daily · weekly · monthly · top 20 · page 2 · vs last month"
)


def overview(topic: Topic, grammar: Grammar, person: Person) -> Reply:
    """Every root with its verbs, the common words, and whom to ask."""
    blocks = [build.section(f"{bold('What you can ask')} Type it after `/`, after a mention of me, or here in a direct message.")]
    roots = roots_of(topic.verbs)
    for root in roots:
        blocks += build.sections("\n".join([bold(f"/{grammar.prefix}{root}"), *_first(root, topic, grammar, person)]))
    blocks += [*build.sections(_words(grammar)), build.context(_whom(topic, person))]
    text = f"What you can ask: {join_names([_command(root, '', grammar) for root in roots], 12)}"
    return Reply(
        text=build.fallback(text), blocks=tuple(build.fitted(blocks, characters=limits.MESSAGE_CHARACTERS)), result=_result(topic)
    )


def of_root(topic: Topic, grammar: Grammar, person: Person) -> Reply:
    """One root, or one verb of it."""
    lines = [bold(_command(topic.root, "", grammar)), *_lines(topic.verbs, grammar, person, aliases=True)]
    blocks = [*build.sections("\n".join(lines))]
    if not all(verb.takes_words for verb in topic.verbs):
        blocks += build.sections(_words(grammar))
    blocks.append(build.context(f"Everything else: `{_command(HELP_ROOT, HELP, grammar)}`"))
    text = f"{_command(topic.root, '', grammar)}: " + "; ".join(
        _command(verb.root, verb.example, grammar) for verb in topic.verbs
    )
    return Reply(
        text=build.fallback(text), blocks=tuple(build.fitted(blocks, characters=limits.MESSAGE_CHARACTERS)), result=_result(topic)
    )


def _first(root: str, topic: Topic, grammar: Grammar, person: Person) -> list[str]:
    """The first verbs of a root, and where the others are: a page of fifty lines is read by nobody."""
    verbs = verbs_of(topic.verbs, root)
    shown, left = verbs[:FIRST_VERBS], len(verbs) - FIRST_VERBS
    names = join_names([verb.name for verb in verbs[FIRST_VERBS:]], left)
    more = [f"• and {escape(names)}: `{_command(HELP_ROOT, f'{HELP} {root}', grammar)}`"] if left > 0 else []
    return [*_lines(shown, grammar, person), *more]


def _lines(verbs: tuple[Verb, ...], grammar: Grammar, person: Person, *, aliases: bool = False) -> list[str]:
    return [_line(verb, grammar, person, aliases=aliases) for verb in verbs]


def _line(verb: Verb, grammar: Grammar, person: Person, *, aliases: bool) -> str:
    needs = f" (needs {verb.needs.word})" if verb.needs > person.role else ""
    also = f"; also {join_names([f'`{name}`' for name in verb.aliases], 8)}" if aliases and verb.aliases else ""
    shown = _command(verb.root, verb.name, grammar)
    example = _command(verb.root, verb.example, grammar)
    lead = f"• `{shown}`" if shown == example else f"• `{shown}`, like `{example}`"
    return f"{lead}: {escape(verb.summary)}{also}{needs}"


def _command(root: str, words: str, grammar: Grammar) -> str:
    return f"/{grammar.prefix}{root} {words}".strip()


def _words(grammar: Grammar) -> str:
    """The words that every command understands, with this company's own tags among the dimensions."""
    own = "".join(f" · {escape(short)}" for short in list(grammar.tags)[:12])
    return "\n".join(
        [
            f"{bold('Periods')} {PERIODS}",
            f"{bold('by')} {escape(DIMENSIONS)}{own}",
            f'{bold("for")} team=web · account=1,2 · region!=eu-west-1 · service="Amazon EC2" · team=none for what has no value',
            f"{bold('Also')} {OPTIONS}",
        ]
    )


def _whom(topic: Topic, person: Person) -> str:
    admins = f" Admins: {escape(join_names(topic.admins, 10))}." if topic.admins else ""
    return f"Your role: {person.role.word}.{admins}"


def _result(topic: Topic) -> dict[str, object]:
    return {
        "commands": [
            {"root": verb.root, "verb": verb.name, "example": verb.example, "summary": verb.summary, "needs": verb.needs.word}
            for verb in topic.verbs
        ]
    }
