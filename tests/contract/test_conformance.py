"""Everything the program can send, sent: Slack's own strict rules take it, with a fallback text and only granted scopes.

The scenarios press every button over one small bill; here stands what such a bill does not have: late, hostile, empty and very
long answers, two currencies, every error. Each goes through the real way out to the local Slack, which refuses what Slack would.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import SlackDirectory
from bot.sandbox.slack.delivery import payloads
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.methods.method import all_methods
from bot.sandbox.slack.seed import FINOPS, LEADS, VIEWER, WITH_PARTNER
from bot.sandbox.slack.server import LocalSlack
from handlers.access import render as access
from handlers.failures import broken, failed
from handlers.feature import load_features
from handlers.help import render as help_render
from handlers.help.topics import Topic, topic_of
from handlers.home.render import hello, home
from handlers.incoming import Incoming, Kind
from handlers.outbound.notifier import Notifier
from handlers.outbound.work import Work
from handlers.parse.command import Grammar
from handlers.request import Place, Reply, Surface, Visibility
from handlers.status.render import status
from services import errors
from services.access.results import Person, Role
from services.charts.service import Charts
from services.summary.results import MonthSummary
from storage.model.people import Subject, SubjectKind
from storage.model.scope import Scope
from tests.fakes import cost_answers as answers
from tests.fakes import forecast_answers
from tests.render.test_cost_answers import ANSWERS
from tests.render.test_forecast_answers import ANSWERS as FORECASTS
from tests.render.test_roles_render import CASES as ROLES
from tests.render.test_roles_render import line
from tests.unit.handlers.test_status import AWS, AZURE, NEW, ONLY_WEB, TODAY
from tests.unit.handlers.test_status import state as bills

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.sandbox.slack.workspace import Message

ROOT = Path(__file__).parents[2]
QUICK = Limits(processing=0.01, channel_gap=0.0)
MEANT = frozenset({"files.info"})
"""What may be asked before it is so: a picture that Slack still looks at."""
HOSTILE = "<!channel> `*boo*` &amp; <https://x|y>\n" * 3
GRAMMAR = Grammar(verbs=tuple(verb for feature in load_features() for verb in feature.verbs.values()))
PEOPLE = {role.word: Person(VIEWER, "T1", HOSTILE, role, Scope.only(account=("1" * 80,))) for role in Role}
SLASH = Place("T1", FINOPS, surface=Surface.SLASH)


# What the program can say.


def _helped() -> Iterator[tuple[str, Reply]]:
    yield "help", help_render.overview(replace(topic_of(GRAMMAR, ()), admins=(HOSTILE,) * 30), GRAMMAR, PEOPLE["admin"])
    for verb in GRAMMAR.verbs:
        words = tuple(filter(None, (verb.root, verb.name)))
        yield f"help {' '.join(words)}", help_render.of_root(topic_of(GRAMMAR, words), GRAMMAR, PEOPLE["viewer"])
    many = GRAMMAR.verbs * 12
    yield "help of very many commands", help_render.overview(Topic("", many, (HOSTILE,) * 30), GRAMMAR, PEOPLE["viewer"])


def _failures(place: Place) -> Iterator[tuple[str, Reply]]:
    asked = Incoming(Kind.COMMAND, place, "T1", VIEWER, request_id="3f2a9c")
    yield f"broken, {place.surface}", broken(asked)
    for name in errors.__all__:
        kind = getattr(errors, name)
        yield f"{name}, {place.surface}", failed(kind(HOSTILE * 90, HOSTILE * 30), asked)
        yield f"{name} in short, {place.surface}", failed(kind("No."), asked)
    usage = errors.UsageError("I do not know that.", word=HOSTILE, suggestion=HOSTILE, example=HOSTILE)
    yield f"usage, {place.surface}", failed(usage, asked)


def _states() -> Iterator[tuple[str, Reply]]:
    for name, sources in {"none": (), "two": (AWS, AZURE), "hostile": (NEW,), "many": (AWS, AZURE, NEW) * 60}.items():
        yield f"status, {name}", status(bills(*sources), PEOPLE["viewer"], TODAY)
        yield f"status, limited, {name}", status(bills(*sources, charges=None), ONLY_WEB, TODAY)


def _access() -> Iterator[tuple[str, Reply]]:
    for name, lines in ROLES.items():
        yield f"roles, {name}", access.roles(lines)
    limited = Scope.only(account=tuple(str(number) * 12 for number in range(100)))
    yield "a role given", access.given(line("Ana"))
    yield "a limited role given to a hostile name", access.given(line(HOSTILE, scope=limited), [("account", (HOSTILE,) * 40)])
    yield "a role removed", access.removed(Subject(SubjectKind.PERSON, VIEWER))
    text, blocks = hello()
    yield "hello", Reply(text, blocks=tuple(blocks))


AHEAD = {f"forecast, {name}": reply for name, reply in FORECASTS.items()}
REPLIES = {**ANSWERS, **AHEAD, **dict(_helped()), **dict(_failures(SLASH)), **dict(_states()), **dict(_access())}
FIGURES = {
    "two currencies": answers.month_so_far(answers.figure(), answers.figure("0.1", "EUR")),
    "normal": answers.month_so_far(),
    "nothing": replace(answers.month_so_far(), figures=(), top=()),
    "late": answers.month_so_far(state=answers.LATE),
}
MONTHS = {name: MonthSummary(each) for name, each in FIGURES.items()}
MONTHS |= {"with a forecast": MonthSummary(answers.month_so_far(), forecast_answers.month())}
HOMES = {f"{name}, {role}": home(each, person, TODAY) for name, each in MONTHS.items() for role, person in PEOPLE.items()} | {
    name: reply.home for name, reply in _failures(replace(SLASH, surface=Surface.HOME))
}


# The way out.


@dataclass(slots=True)
class Sent:
    """The local Slack and the real way out to it."""

    slack: LocalSlack
    client: AsyncWebClient
    notifier: Notifier
    work: Work

    async def send(self, reply: Reply, channel: str = FINOPS, surface: Surface = Surface.SLASH) -> Message:
        """Send it; the message that stands there when everything has settled."""
        url = payloads.response_url(self.slack.state, channel, VIEWER) if surface is Surface.SLASH else ""
        await self.notifier.send(reply, Place("T0EXAMPLE", channel, surface=surface, response_url=url), VIEWER)
        await self.work.idle()
        return self.slack.state.workspace.messages[channel][-1]

    def refused(self) -> list[str]:
        """Everything that was asked of this Slack and refused, with the reason."""
        return [
            f"{each.name}: {each.response}"
            for each in self.slack.state.traffic._entries
            if each.direction == "in" and each.name not in MEANT and (each.status != 200 or _says_no(each.response))
        ]


def _says_no(answer: object) -> bool:
    return isinstance(answer, dict) and answer.get("ok") is False


@asynccontextmanager
async def way_out() -> AsyncIterator[Sent]:
    """Everything real but the waiting."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.02))

    charts, work = Charts(), Work()
    async with LocalSlack(limits=QUICK) as slack:
        client = AsyncWebClient(slack.keys.bot, base_url=slack.api_url)
        try:
            yield Sent(slack, client, Notifier(client, charts, work, sleep=sleep), work)
        finally:
            await work.drain(5)
            charts.close()


@pytest.fixture
async def sent() -> AsyncIterator[Sent]:
    """The way out, for one test; nothing may have been refused on it."""
    async with way_out() as opened:
        yield opened
        assert opened.refused() == []


def _kinds(blocks: object) -> list[str]:
    return [block["type"] for block in blocks] if isinstance(blocks, list | tuple) else []


def without_ids(blocks: list[dict[str, Any]] | tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """The blocks without the names that Slack gives to those that have none."""
    return [{name: value for name, value in block.items() if name != "block_id"} for block in blocks]


@pytest.mark.parametrize("name", REPLIES)
async def test_what_is_said_is_taken_as_it_is(sent: Sent, name: str) -> None:
    """In private and shared, rich and plain: what stands there is what was sent, not something plainer."""
    reply = replace(REPLIES[name], chart=None)
    assert reply.text.strip()
    plain = [replace(reply, blocks=reply.plain, plain=())] if reply.plain else []
    for each in (reply, *plain):
        for shown in (each, replace(each, visibility=Visibility.CHANNEL), replace(each, visibility=Visibility.DIRECT)):
            place = FINOPS if shown.visibility is not Visibility.DIRECT else sent.slack.state.workspace.direct(VIEWER).id
            if shown.visibility is Visibility.DIRECT:
                await sent.notifier.send(shown, SLASH, VIEWER)
                message = sent.slack.state.workspace.messages[place][-1]
            else:
                message = await sent.send(shown)
            assert without_ids(message.blocks) == without_ids(each.blocks)
            assert message.text.strip()


@pytest.mark.parametrize("name", [name for name, reply in REPLIES.items() if reply.chart])
async def test_a_picture_is_taken_with_its_numbers(sent: Sent, name: str) -> None:
    has_own = "data_visualization" in _kinds(REPLIES[name].blocks)
    message = await sent.send(replace(REPLIES[name], visibility=Visibility.CHANNEL))
    assert ("image" in _kinds(message.blocks)) is not has_own
    private = await sent.send(replace(REPLIES[name], blocks=REPLIES[name].plain))
    assert "image" in _kinds(private.blocks)
    assert private.text.strip()


@pytest.mark.parametrize("name", HOMES)
async def test_every_home_is_taken(sent: Sent, name: str) -> None:
    view = HOMES[name]
    assert view is not None
    await sent.notifier.send(Reply("Home", home=view), SLASH, VIEWER)
    assert sent.slack.state.workspace.homes[VIEWER].content["blocks"]


@pytest.mark.parametrize("surface", [Surface.MENTION, Surface.SLASH, Surface.BUTTON])
@pytest.mark.parametrize("channel", [FINOPS, LEADS, WITH_PARTNER], ids=["public", "private", "shared"])
async def test_wherever_it_is_asked_our_scopes_suffice(sent: Sent, channel: str, surface: Surface) -> None:
    directory = SlackDirectory(sent.client)
    assert (await directory.channel(channel)).is_external is (channel == WITH_PARTNER)
    assert (await directory.user(VIEWER)).name
    assert await directory.groups()
    sent.slack.state.workspace.channels[channel].members.add(VIEWER)
    threaded = replace(REPLIES["by service"], visibility=Visibility.THREAD)
    assert (await sent.send(threaded, channel, surface)).text.strip()


# What our code calls.


def _sources() -> Iterator[ast.Module]:
    """The program without its sandbox, which is Slack's side."""
    for folder in ("bot", "handlers"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.relative_to(ROOT).as_posix().startswith("bot/sandbox/"):
                yield ast.parse(path.read_text(encoding="utf-8"))


def called() -> set[str]:
    """Every method of the Web API that our code names, directly or by the SDK's name for it."""
    found: set[str] = set()
    for module in _sources():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                found |= _of_call(node, node.func.attr)
    return found


def _of_call(node: ast.Call, name: str) -> set[str]:
    first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if name in {"call", "api_call"} and isinstance(first, str):
        return {first}
    return _behind(name) if "_" in name and not name.startswith("_") else set()


def _behind(name: str) -> set[str]:
    """The methods that one of the SDK's functions calls, itself or through others."""
    function = inspect.getattr_static(AsyncWebClient, name, None)
    if not inspect.iscoroutinefunction(function) or name == "api_call":
        return set()
    text = inspect.getsource(function)
    inner = [_behind(each) for each in re.findall(r"self\.([a-z]\w*_\w+)\(", text) if each not in {name, "api_call"}]
    return set(re.findall(r'api_call\(\s*"([\w.]+)"', text)).union(*inner)


def test_every_method_we_call_is_there_and_granted() -> None:
    granted, methods = Manifest.read().scopes, all_methods()
    names = called()
    assert {"chat.postMessage", "views.publish", "files.completeUploadExternal", "users.info", "apps.connections.open"} <= names
    assert names - methods.keys() == set()
    short = {name: methods[name].scopes for name in names if methods[name].scopes and not granted & set(methods[name].scopes)}
    assert short == {}
