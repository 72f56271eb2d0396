"""The routes as a file, and back: a bad line is named with its number and what is wrong with it, and then nothing is taken."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.blocks.sheets import as_it_was, defused
from handlers.blocks.words import plural
from handlers.parse.words import cut
from handlers.request import File
from handlers.routes.words import COLUMNS, written
from services.errors import UsageError
from storage.model.route import Route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handlers.routes.words import Reader

NEEDED = ("name", "channel")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that could be read: its number in the text, and its route."""

    number: int
    route: Route


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a text holds. `bad` are sentences, each with the number of its line; a sheet with any is not to be taken."""

    lines: tuple[Line, ...]
    bad: tuple[str, ...]


def exported(routes: Iterable[Route]) -> File:
    """All of them, in order; read back, they are the same."""
    rows = [written(each) for each in routes]
    text = as_text(rows)
    return File("routes.csv", text.encode(errors="replace"), "Alert routes", f"Alert routes: {plural(len(rows), 'route')}")


def as_text(rows: Iterable[Mapping[str, str]]) -> str:
    """RFC 4180, with nothing in it that a spreadsheet would run."""
    found = io.StringIO(newline="")
    writer = csv.DictWriter(found, list(COLUMNS))
    writer.writeheader()
    writer.writerows({name: defused(value) for name, value in row.items()} for row in rows)
    return found.getvalue()


def read(text: str, reader: Reader) -> Sheet:
    """Every line, good or bad. Columns may be left out (then the default counts) and stand in any order."""
    rows = csv.reader(io.StringIO(text.strip("\ufeff \t\r\n")), strict=True)
    try:
        found = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        return Sheet((), (f"Line {rows.line_num}: this is no CSV ({error}).",))
    header = [cell.strip().casefold() for cell in found[0][1]] if found else []
    if problem := _header_problem(header):
        return Sheet((), (f"Line 1: {problem}",))
    lines, bad = list[Line](), list[str]()
    for number, row in found[1:]:
        try:
            lines.append(Line(number, _route(header, row, reader)))
        except UsageError as error:
            bad.append(said(number, error))
    return Sheet(tuple(lines), (*bad, *_twice(lines)) or (() if lines else ("There is no route in it.",)))


def said(number: int, error: UsageError) -> str:
    """What is wrong with a line."""
    return f"Line {number}: {error.sentence} {error.remedy}".strip()


def _header_problem(header: list[str]) -> str:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in header]
    if missing or unknown:
        wrong = f"“{cut(unknown[0])}” is not a column" if unknown else f"the column “{missing[0]}” is missing"
        return f"it names the columns, and {wrong}. They are {', '.join(COLUMNS)}."
    return "a column stands there twice." if len(set(header)) < len(header) else ""


def _route(header: list[str], row: list[str], reader: Reader) -> Route:
    if len(row) != len(header):
        raise UsageError(f"{plural(len(row), 'value')} for {plural(len(header), 'column')}.")
    route = Route(0, "", "")
    for column, cell in zip(header, row, strict=True):
        text = as_it_was(cell).strip()
        if text or column in NEEDED:
            route = reader.changed(route, column, text)
    return route


def _twice(lines: Iterable[Line]) -> Iterator[str]:
    """Names, and fallbacks: of each there may be one."""
    names, fallback = dict[str, int](), 0
    for each in lines:
        name = each.route.name.casefold()
        if name in names:
            yield f"Line {each.number}: line {names[name]} has that name too."
        names.setdefault(name, each.number)
        if each.route.takes_everything:
            if fallback:
                yield f"Line {each.number}: line {fallback} is the fallback already. Say in `match` what this one is for."
            fallback = fallback or each.number
