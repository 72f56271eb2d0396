"""What a feature declares: verbs, buttons, views, events, jobs and letters, each with what it needs, beside its code.

A feature is a package of handlers with a `feature` object in its `__init__`; `command.py`, `actions.py`, `views.py`, `jobs.py`
and `letters.py`, where they exist, hang their functions on it. `load_features` finds the packages by looking, so nothing
central is edited.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import handlers
from services.access.results import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Reply, Request
    from services import Services

Handler = Callable[["Request"], Awaitable["Reply | None"]]
"""None: there is nothing to say to whoever asked, because what everybody sees changes (a letter was queued anew)."""
JobFunction = Callable[["Services"], Awaitable[None]]
Writer = Callable[["Services", "Mapping[str, str]"], Awaitable["Reply | None"]]
"""Puts a letter into words when it is sent; None: there is nothing to say any more."""
RefusedHook = Callable[["Services", "Mapping[str, str]", str], Awaitable[None]]
"""What follows when Slack says no for good; with the letter's args and the reason in words."""
Decorator = Callable[[Handler], Handler]
PARTS = ("command", "actions", "views", "events", "jobs", "letters")


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of one root command. `name` is "" for the bare command. `example` is words that work, after the root."""

    root: str
    name: str
    handler: Handler
    needs: Role
    summary: str
    example: str
    aliases: tuple[str, ...] = ()
    takes_words: bool = False
    """The words after the verb are the handler's own (an id, a person): the common grammar is not applied."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button or menu; `name` is its action id, `<feature>.<verb>`."""

    name: str
    handler: Handler
    needs: Role


@dataclass(frozen=True, slots=True)
class View:
    """A modal's submission; `name` is its callback id."""

    name: str
    handler: Handler
    needs: Role


@dataclass(frozen=True, slots=True)
class Event:
    """An Events API event that the feature answers (`app_home_opened`)."""

    name: str
    handler: Handler
    needs: Role


@dataclass(frozen=True, slots=True)
class Job:
    """Something done by the clock. `cron` is a five-field expression, UTC."""

    name: str
    cron: str
    run: JobFunction


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter; `name` is its template. `repeats`: one that may have been sent, nobody can tell, is sent again."""

    name: str
    write: Writer
    repeats: bool
    refused: RefusedHook | None = None


@dataclass(slots=True)
class Feature:
    """One feature's declarations; filled by its own modules when they are imported."""

    name: str
    root: str = ""
    summary: str = ""
    verbs: dict[str, Verb] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    letters: dict[str, LetterKind] = field(default_factory=dict)
    bot_scopes: tuple[str, ...] = ()
    """OAuth scopes that only this feature needs; the manifest adds them up."""

    def verb(
        self,
        name: str,
        *,
        summary: str,
        example: str,
        needs: Role = Role.VIEWER,
        aliases: tuple[str, ...] = (),
        takes_words: bool = False,
        root: str = "",
    ) -> Decorator:
        """Declare a verb of the feature's root command (or of another root: `root="tuppence"`)."""

        def declare(handler: Handler) -> Handler:
            verb = Verb(root or self.root, name, handler, needs, summary, example, aliases, takes_words)
            self.verbs[f"{verb.root} {name}".strip()] = verb
            return handler

        return declare

    def action(self, name: str, *, needs: Role = Role.VIEWER) -> Decorator:
        """Declare a button or menu; its action id is `<feature>.<name>`."""

        def declare(handler: Handler) -> Handler:
            self.actions[f"{self.name}.{name}"] = Action(f"{self.name}.{name}", handler, needs)
            return handler

        return declare

    def submission(self, name: str, *, needs: Role = Role.VIEWER) -> Decorator:
        """Declare what happens when a modal is submitted; its callback id is `<feature>.<name>`."""

        def declare(handler: Handler) -> Handler:
            self.views[f"{self.name}.{name}"] = View(f"{self.name}.{name}", handler, needs)
            return handler

        return declare

    def event(self, name: str, *, needs: Role = Role.VIEWER) -> Decorator:
        """Declare an answer to an Events API event."""

        def declare(handler: Handler) -> Handler:
            self.events[name] = Event(name, handler, needs)
            return handler

        return declare

    def job(self, name: str, *, cron: str) -> Callable[[JobFunction], JobFunction]:
        """Declare something done by the clock; its id is `<feature>.<name>`."""

        def declare(run: JobFunction) -> JobFunction:
            self.jobs[f"{self.name}.{name}"] = Job(f"{self.name}.{name}", cron, run)
            return run

        return declare

    def letter(self, name: str, *, repeats: bool, refused: RefusedHook | None = None) -> Callable[[Writer], Writer]:
        """Declare how a letter is put into words; its template is `<feature>.<name>`.

        `repeats`: twice is better than never (an alert), or the other way round (a digest). `refused` is called when it may not
        be said where it was to be said, so that whatever produces such letters can pause.
        """

        def declare(write: Writer) -> Writer:
            self.letters[f"{self.name}.{name}"] = LetterKind(f"{self.name}.{name}", write, repeats, refused)
            return write

        return declare


def load_features() -> tuple[Feature, ...]:
    """Import every feature package under `handlers` and return what they declared, by name."""
    found = []
    for module in sorted(pkgutil.iter_modules(handlers.__path__), key=lambda each: each.name):
        if not module.ispkg:
            continue
        package = importlib.import_module(f"handlers.{module.name}")
        feature = getattr(package, "feature", None)
        if not isinstance(feature, Feature):
            continue
        for part in PARTS:
            if importlib.util.find_spec(f"handlers.{module.name}.{part}"):
                importlib.import_module(f"handlers.{module.name}.{part}")
        found.append(feature)
    return tuple(found)
