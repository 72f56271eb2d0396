"""Given what the features declare, when somebody asks for help, then every command is there with an example that works."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from handlers.blocks.validate import problems
from handlers.feature import Feature, load_features
from handlers.help.markdown import commands_markdown
from handlers.help.render import FIRST_VERBS
from handlers.help.topics import topic_of, verbs_of
from handlers.parse.command import Grammar, parse
from services.access.results import Role
from services.errors import UsageError
from tests.fakes.asked_costs import ANA, GRAMMAR, AskedCosts, request, type_in
from tests.fakes.grammars import TODAY, verb

if TYPE_CHECKING:
    from handlers.request import Reply


def everything(reply: Reply) -> str:
    """All text of a reply."""
    return str(reply.blocks)


@pytest.mark.parametrize("words", ["", "help", "?"])
async def test_the_overview_names_every_verb_and_shows_the_first_of_each_root(words: str) -> None:
    reply = await type_in(words, AskedCosts(), root="tuppence")

    for root in GRAMMAR.roots():
        verbs = verbs_of(GRAMMAR.verbs, root)
        assert all(each.name in everything(reply) for each in verbs)
        assert all(f"/{root} {each.example}".strip() in everything(reply) for each in verbs[:FIRST_VERBS])
        assert (f"`/tuppence help {root}`" in everything(reply)) is (len(verbs) > FIRST_VERBS)
    assert not problems(reply.blocks)
    assert reply.result
    assert len(reply.result["commands"]) == len(GRAMMAR.verbs)


async def test_the_overview_names_the_admins_once_and_my_role() -> None:
    said = everything(await type_in("help", AskedCosts(), root="tuppence"))

    assert "Your role: viewer." in said
    assert "Boss" in said
    assert "finops" in said
    assert said.count("Boss") == 1


@pytest.mark.parametrize(
    ("root", "words"), [("cost", "help"), ("tuppence", "help cost"), ("tuppence", "help /cost"), ("tuppence", "cost help")]
)
async def test_help_on_a_root_has_its_verbs_and_the_words_they_take(root: str, words: str) -> None:
    said = everything(await type_in(words, AskedCosts(), root=root))

    assert "/cost by service last month" in said
    assert "/tuppence role" not in said
    assert all(word in said for word in ("last month", "2026-03-01..2026-03-15", "tag:", "team", "effective", "top 20"))


async def test_help_on_one_verb_names_its_aliases() -> None:
    said = everything(await type_in("movers help", AskedCosts()))

    assert "/cost movers" in said
    assert "`why`" in said
    assert "/cost bases" not in said
    assert everything(await type_in("help why", AskedCosts())) == said


async def test_what_needs_another_role_says_so() -> None:
    by_viewer = everything(await type_in("help", AskedCosts(), root="tuppence"))
    by_admin = everything(await type_in("help", AskedCosts(), replace(ANA, role=Role.ADMIN), root="tuppence"))

    assert "(needs admin)" in by_viewer
    assert "(needs" not in by_admin


async def test_help_for_what_does_not_exist_suggests() -> None:
    with pytest.raises(UsageError) as refused:
        await type_in("help movrs", AskedCosts())

    assert refused.value.suggestion == "movers"
    assert "movrs" in refused.value.sentence


async def test_a_question_without_its_root_is_not_taken_for_a_call_for_help() -> None:
    with pytest.raises(UsageError) as refused:
        await type_in("by service", AskedCosts(), root="tuppence")

    assert parse("tuppence", refused.value.example, GRAMMAR, TODAY)[0].root == "cost"


async def test_the_prefix_of_the_workspace_stands_before_every_command() -> None:
    found, arguments = parse("cost", "help", GRAMMAR, TODAY)
    asked = replace(request(AskedCosts(), arguments=arguments), grammar=replace(GRAMMAR, prefix="acme-"))

    said = everything(await found.handler(asked))

    assert "/acme-cost movers" in said
    assert "/cost" not in said


async def test_a_summary_is_shown_as_text_not_as_markup() -> None:
    grammar = Grammar(
        (verb("odd", "", "x"), replace(verb("odd", "loud", "loud"), summary="<!channel> *now*")), tags={"<!here>": ("h",)}
    )
    found, arguments = parse("cost", "help", GRAMMAR, TODAY)
    asked = replace(request(AskedCosts(), arguments=replace(arguments, words=("odd",))), grammar=grammar)

    said = everything(await found.handler(asked))

    assert "<!channel>" not in said
    assert "<!here>" not in said


async def test_very_many_commands_stay_within_slacks_limits() -> None:
    verbs = tuple(verb(f"root{at % 40}", f"verb{at}" if at >= 40 else "", f"verb{at} by service") for at in range(600))
    found, arguments = parse("tuppence", "help", GRAMMAR, TODAY)
    reply = await found.handler(replace(request(AskedCosts(), arguments=arguments), grammar=Grammar(verbs)))

    assert not [each for each in problems(reply.blocks) if "block" in str(each).lower() and "50" in str(each)]


def test_a_topic_is_all_a_root_or_a_verb() -> None:
    assert topic_of(GRAMMAR, ()).root == ""
    assert {each.root for each in topic_of(GRAMMAR, ("cost",)).verbs} == {"cost"}
    assert [each.name for each in topic_of(GRAMMAR, ("cost", "Why")).verbs] == ["movers"]
    assert topic_of(GRAMMAR, ("cost",)).verbs[0].name == ""
    assert topic_of(GRAMMAR, ("help",)).root == ""


def test_every_declared_example_means_its_own_verb() -> None:
    for each in GRAMMAR.verbs:
        found, _ = parse(each.root, each.example, GRAMMAR, TODAY)
        assert each.name in (found.name, ""), f"the example of /{each.root} {each.name} means {found.name!r}: mend its example"


def test_the_markdown_has_a_table_a_root_and_a_row_a_verb() -> None:
    text = commands_markdown(load_features())

    assert text.startswith("### `/cost`")
    assert text.endswith("\n")
    assert "| `/cost movers last month` | what changed, and what each part contributed (also `why`, `changes`) | viewer |" in text
    assert sum(line.startswith("| `/") for line in text.splitlines()) == len(GRAMMAR.verbs)


def test_a_bar_in_a_summary_does_not_break_the_table() -> None:
    feature = Feature("odd", root="odd")
    feature.verb("x", summary="this | that", example="x")(verb("odd", "x", "x").handler)

    assert "this \\| that" in commands_markdown((feature,))
