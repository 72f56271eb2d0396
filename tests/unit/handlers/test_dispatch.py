"""Given verbs, buttons, windows and events, when something comes in, then the right handler answers, or words say why not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from handlers.blocks import ids
from handlers.dispatch import Dispatcher, declared
from handlers.feature import Feature
from handlers.incoming import Incoming, Kind
from handlers.parse.command import Grammar
from handlers.request import Place, Reply, Request, Surface
from services.access.results import Role
from services.errors import BusyError, DeniedError, NotFoundError, StoreError, TuppenceError, UsageError
from storage.model.people import ChannelFacts, Subject, SubjectKind
from tests.fakes.directory import HOME, member
from tests.fakes.house import ANA, BOSS, NOON, House, house, typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handlers.incoming import Next


@pytest.fixture
def company(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as each:
        yield each


class Till:
    """A feature of every kind of declaration, which keeps what its handlers were asked."""

    def __init__(self, *, needs: Role = Role.VIEWER, error: BaseException | None = None) -> None:
        self.requests: list[Request] = []
        self.feature = Feature("tills", root="till", summary="tills")
        self._error = error
        for declare in (
            self.feature.verb("", summary="the till", example="by service", needs=needs),
            self.feature.verb("note", summary="a note", example="note hello", needs=needs, takes_words=True),
            self.feature.verb("help", summary="help", example="help", root="tuppence", takes_words=True),
            self.feature.action("press", needs=needs),
            self.feature.submission("submit", needs=needs),
            self.feature.event("app_home_opened", needs=needs),
        ):
            declare(self.handle)

    async def handle(self, request: Request) -> Reply:
        """Keep the request and answer with its words."""
        self.requests.append(request)
        if self._error:
            raise self._error
        return Reply(
            f"{request.arguments.root} {request.arguments.verb} {' '.join(request.arguments.words)}".strip() or "pressed"
        )


def clicked(name: str = "tills.press", user: str = BOSS, **more: object) -> Incoming:
    place = Place(HOME.team, "C1", surface=Surface.BUTTON)
    return Incoming(**{"kind": Kind.ACTION, "place": place, "team": HOME.team, "user": user, "name": name} | more)


async def text_of(dispatcher: Dispatcher, incoming: Incoming) -> str:
    reply = await dispatcher.dispatch(incoming)
    assert reply is not None
    return reply.text


# Finding what is meant


async def test_a_command_reaches_its_verb_with_typed_arguments(company: House) -> None:
    till = Till()
    await company.dispatcher(till.feature).dispatch(typed("by service last month", root="till"))
    (request,) = till.requests
    assert (request.arguments.by, str(request.arguments.period.start)) == (("service",), "2026-10-01")
    assert (request.person.id, request.now, str(request.today)) == (ANA, NOON, "2026-11-21")
    assert request.text == "by service last month"


@pytest.mark.parametrize("text", ["till note hello there", "till  note  hello there"])
async def test_the_same_words_work_after_tuppence_and_after_a_mention(company: House, text: str) -> None:
    assert await text_of(company.dispatcher(Till().feature), typed(text)) == "till note hello there"


async def test_help_on_a_root_is_the_one_help(company: House) -> None:
    assert await text_of(company.dispatcher(Till().feature), typed("help", root="till")) == "tuppence help till"


async def test_an_unknown_word_is_quoted_with_the_nearest_known_one(company: House) -> None:
    text = await text_of(company.dispatcher(Till().feature), typed("by servcie", root="till"))
    assert "servcie" in text
    assert "service" in text


async def test_a_question_that_begins_with_no_root_gets_help_in_words(company: House) -> None:
    reply = await company.dispatcher(Till().feature).dispatch(typed("tlil by service"))
    assert reply is not None
    assert "tlil" in reply.text
    assert "till" in reply.text


async def test_an_unknown_root_is_a_usage_error(company: House) -> None:
    assert "“tilll” is not a command" in await text_of(company.dispatcher(Till().feature), typed("", root="tilll"))


async def test_a_button_reaches_its_action_with_what_it_remembered(company: House) -> None:
    till = Till()
    await company.dispatcher(till.feature).dispatch(clicked("tills.press#2", value=ids.encode({"q": "by service"})))
    assert till.requests[0].values == {"q": "by service"}


async def test_a_window_gives_what_it_remembered_and_what_was_filled_in(company: House) -> None:
    till = Till()
    submitted = clicked("tills.submit", kind=Kind.VIEW, value=ids.encode({"id": "7"}), state={"note": "hello"})
    await company.dispatcher(till.feature).dispatch(submitted)
    assert till.requests[0].values == {"id": "7", "note": "hello"}


async def test_what_is_filled_in_cannot_replace_what_the_window_remembered(company: House) -> None:
    till = Till()
    submitted = clicked("tills.submit", kind=Kind.VIEW, value=ids.encode({"id": "7"}), state={"id": "8"})
    await company.dispatcher(till.feature).dispatch(submitted)
    assert till.requests[0].values == {"id": "7"}


async def test_an_event_reaches_its_handler(company: House) -> None:
    till = Till()
    await company.dispatcher(till.feature).dispatch(clicked("app_home_opened", kind=Kind.EVENT, user=ANA))
    assert len(till.requests) == 1


@pytest.mark.parametrize(
    "incoming",
    [clicked("tills.gone"), clicked("nonsense"), clicked("tills.gone", kind=Kind.VIEW), clicked("gone", kind=Kind.EVENT)],
    ids=["unknown action", "no action", "unknown view", "unknown event"],
)
async def test_what_nobody_declared_is_said_to_be_old(company: House, incoming: Incoming) -> None:
    assert "not one of mine" in await text_of(company.dispatcher(Till().feature), incoming)


async def test_a_forged_value_is_refused_in_words(company: House) -> None:
    till = Till()
    assert "could not be read" in await text_of(company.dispatcher(till.feature), clicked(value='{"q": ["not", "text"]}'))
    assert till.requests == []


async def test_the_companys_settings_shape_the_grammar(company: House) -> None:
    till = Till()
    dispatcher = company.dispatcher(till.feature, grammar=Grammar(tags={"team": ("team", "owner-team")}))
    await dispatcher.dispatch(typed("by owner-team", root="till"))
    assert till.requests[0].arguments.by == ("tag:team",)
    assert till.requests[0].grammar is dispatcher.grammar


async def test_two_features_cannot_declare_one_name(company: House) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        company.dispatcher(Till().feature, Till().feature)


def test_what_is_declared_is_known_by_name() -> None:
    assert declared([Till().feature]) == {"till", "tuppence", "tills.press", "tills.submit", "app_home_opened"}


# Who may


async def test_whoever_has_too_low_a_role_is_refused_and_it_is_on_record(company: House) -> None:
    till = Till(needs=Role.OPERATOR)
    text = await text_of(company.dispatcher(till.feature), typed("note pay Ben", root="till"))
    assert "needs the role operator; yours is viewer" in text
    assert "Ask an admin" in text
    assert till.requests == []
    (entry,) = await company.access.history()
    assert (entry.actor, entry.action, entry.target, entry.outcome) == (ANA, "command till", "note pay Ben", "refused")
    assert (entry.origin.team, entry.origin.channel, entry.origin.surface) == (HOME.team, "C1", "slash")
    assert len(entry.origin.request_id) == 12


async def test_a_guest_learns_nothing_but_that_they_are_one(company: House) -> None:
    company.directory.add(member(ANA, is_restricted=True))
    till = Till()
    dispatcher = company.dispatcher(till.feature)
    texts = {await text_of(dispatcher, typed(words, root="till")) for words in ("", "by servcie", "help")}
    assert len(texts) == 1
    assert "Guests" in texts.pop()
    assert [each.outcome for each in await company.access.history()] == ["refused"] * 3


async def test_a_refused_person_sees_why_in_their_home_tab(company: House) -> None:
    company.directory.add(member(ANA, is_restricted=True))
    home = Place(HOME.team, surface=Surface.HOME)
    opened = clicked("app_home_opened", kind=Kind.EVENT, user=ANA, place=home)
    reply = await company.dispatcher(Till().feature).dispatch(opened)
    assert reply is not None
    assert reply.home is not None
    assert "Guests" in str(reply.home)


async def test_what_an_operator_did_is_on_record(company: House) -> None:
    till = Till(needs=Role.OPERATOR)
    await company.dispatcher(till.feature).dispatch(typed("note hello", BOSS, root="till"))
    (entry,) = await company.access.history()
    assert (entry.action, entry.outcome) == ("command till", "done")


async def test_what_a_viewer_reads_is_not_on_record(company: House) -> None:
    await company.dispatcher(Till().feature).dispatch(typed("", root="till"))
    assert await company.access.history() == ()


@pytest.mark.parametrize("surface", [Surface.MENTION, Surface.BUTTON])
async def test_an_operators_work_is_not_done_before_the_eyes_of_another_company(company: House, surface: Surface) -> None:
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=True, is_member=True)
    till = Till(needs=Role.OPERATOR)
    asked = typed("note hello", BOSS, root="till", place=Place(HOME.team, "C1", surface=surface))
    assert "shared with another company" in await text_of(company.dispatcher(till.feature), asked)
    assert till.requests == []


async def test_an_answer_only_the_operator_sees_may_be_asked_for_anywhere(company: House) -> None:
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=True, is_member=True)
    till = Till(needs=Role.OPERATOR)
    await company.dispatcher(till.feature).dispatch(typed("note hello", BOSS, root="till"))
    own = Place(HOME.team, "C1", surface=Surface.BUTTON, is_ephemeral=True)
    await company.dispatcher(till.feature).dispatch(clicked(place=own))
    assert len(till.requests) == 2


async def test_a_role_that_was_just_taken_counts_at_the_click(company: House) -> None:
    boss = await company.access.person(HOME.team, BOSS)
    ana = Subject(SubjectKind.PERSON, ANA)
    dispatcher = company.dispatcher(Till(needs=Role.ANALYST).feature)
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=False, is_member=True)
    await company.access.set_role(boss, ana, Role.ANALYST)
    assert await text_of(dispatcher, clicked(user=ANA)) == "pressed"
    await company.access.remove_role(boss, ana)
    assert "needs the role analyst" in await text_of(dispatcher, clicked(user=ANA))


async def test_while_slack_is_silent_everybody_is_told_to_try_again(company: House) -> None:
    company.directory.is_silent = True
    assert "Try again" in await text_of(company.dispatcher(Till().feature), typed("", root="till"))


# The error boundary

EXPECTED = {
    "usage": (
        UsageError("No.", suggestion="service", example="/till by service"),
        ["Did you mean “service”?", "`/till by service`"],
    ),
    "denied": (DeniedError("You may not.", "Ask Ben."), ["You may not.", "Ask Ben."]),
    "not found": (NotFoundError("No account “x”."), ["No account “x”."]),
    "busy": (BusyError("Too many."), ["Too many.", "Try again in a moment."]),
    "store": (StoreError("The disk is full.", "Free some space."), ["The disk is full.", "Free some space."]),
}


@pytest.mark.parametrize("case", EXPECTED)
async def test_an_expected_error_is_a_sentence_and_a_remedy(company: House, case: str) -> None:
    error, words = EXPECTED[case]
    with capture_logs() as logs:
        reply = await company.dispatcher(Till(error=error).feature).dispatch(typed("", root="till"))
    assert reply is not None
    for word in words:
        assert word in reply.text
        assert word in str(reply.blocks)
    assert reply.visibility.value == "ephemeral"
    assert logs == []


async def test_an_unexpected_error_shows_an_id_that_stands_in_the_log_with_the_traceback(company: House) -> None:
    secret = "arn:aws:iam::123456789012:role/billing"
    incoming = typed("", root="till")
    with capture_logs() as logs:
        reply = await company.dispatcher(Till(error=KeyError(secret)).feature).dispatch(incoming)
    assert reply is not None
    shown = f"{reply.text} {reply.blocks} {reply.result}"
    assert incoming.request_id in shown
    assert not {secret, "123456789012", "Traceback", "KeyError"} & set(shown.replace("'", " ").split())
    (line,) = logs
    assert (line["log_level"], line["request_id"], line["exc_info"]) == ("error", incoming.request_id, True)
    (entry,) = await company.access.history()
    assert (entry.outcome, entry.origin.request_id) == ("failed", incoming.request_id)


async def test_what_somebody_typed_cannot_call_a_channel_through_an_error(company: House) -> None:
    error = UsageError("“<!channel>” is not a word.", "<https://evil.example|Click>", example="/till <@U1>")
    reply = await company.dispatcher(Till(error=error).feature).dispatch(typed("", root="till"))
    assert reply is not None
    assert "<" not in f"{reply.text}{reply.blocks}"


async def test_a_stop_of_the_program_is_not_swallowed(company: House) -> None:
    with pytest.raises(asyncio.CancelledError):
        await company.dispatcher(Till(error=asyncio.CancelledError()).feature).dispatch(typed("", root="till"))


async def test_where_the_audit_cannot_be_written_the_refusal_stands_and_the_log_says_so(company: House) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    company.access.record = full
    with capture_logs() as logs:
        text = await text_of(company.dispatcher(Till(needs=Role.ADMIN).feature), typed("", root="till"))
    assert "needs the role admin" in text
    assert [(each["event"], each["outcome"]) for each in logs] == [("audit failed", "refused")]


# Around it


async def test_middleware_runs_in_order_and_its_errors_are_put_into_words(company: House) -> None:
    seen: list[str] = []

    def step(name: str, error: TuppenceError | None = None) -> object:
        async def run(incoming: Incoming, proceed: Next) -> Reply | None:
            seen.append(name)
            if error:
                raise error
            return await proceed(incoming)

        return run

    till = Till()
    chain = (step("outer"), step("inner"))
    assert await text_of(company.dispatcher(till.feature, middleware=chain), typed("", root="till")) == "till"
    assert seen == ["outer", "inner"]
    limited = company.dispatcher(till.feature, middleware=(step("limit", BusyError("Too many.")),))
    assert "Too many." in await text_of(limited, typed("", root="till"))
    assert len(till.requests) == 1
