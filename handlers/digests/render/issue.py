"""Ten lines: how much it was, how the month goes, what moved, what is open; one chart; one line of what it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, words
from handlers.blocks.mrkdwn import bold, cut_mrkdwn, escape
from handlers.digests.render import chart, outlook
from handlers.request import Reply
from storage.model.anomaly import AnomalyKind
from storage.model.digest import DigestKind, Part
from storage.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.costs.results import Mover, MoverSection
    from services.digests.results import DigestAnswer, DigestFigure
    from storage.model.anomaly import Anomaly

CURRENCIES, MOVED, NAMED, LINE = 2, 3, 3, 600
TITLES = {
    DigestKind.DAILY: "Cloud cost",
    DigestKind.WEEKLY: "The week's cloud cost",
    DigestKind.MONTHLY: "The month's cloud cost",
}
MEANS = {DigestKind.DAILY: "7-day mean", DigestKind.WEEKLY: "mean of four weeks", DigestKind.MONTHLY: "mean of three months"}


def issue(answer: DigestAnswer) -> Reply:
    """The message in the channel."""
    said = [cut_mrkdwn(line, LINE) for line in lines(answer)]
    foot = [escape(line) for line in foot_of(answer)]
    return Reply(
        text=build.fallback("\n".join([*said, *foot])),
        blocks=(*build.sections("\n".join(said)), build.context(*foot)),
        chart=chart.daily(answer),
    )


def lines(answer: DigestAnswer) -> Iterator[str]:
    """The ten lines, as mrkdwn."""
    yield from _amounts(answer)
    yield from _to_date(answer)
    yield from outlook.lines(answer)
    if Part.MOVERS in answer.digest.parts:
        yield from _moved(answer)
    if Part.ANOMALIES in answer.digest.parts:
        yield from _anomalies(answer.anomalies)
    if answer.is_late:
        yield f"The bill is late: nothing newer than {escape(words.day(answer.spans.days.last))} has come in."


def _amounts(answer: DigestAnswer) -> Iterator[str]:
    where = words.filters_words(answer.query.filters)
    about = f"{TITLES[answer.digest.kind]}{f' for {where}' if where else ''}, {words.period(answer.spans.days)}"
    said = "; ".join(_amount(each, answer) for each in answer.figures[:CURRENCIES])
    yield f"{bold(about)}: {said or 'no charges.'}"
    if answer.told:
        told = " and ".join(words.money(each) for each in answer.told[:CURRENCIES])
        yield f"Corrected: the bill has changed since this was posted, with {escape(told)}."


def _amount(each: DigestFigure, answer: DigestAnswer) -> str:
    before = words.change(each.amount, each.before)
    compared = f"{before} against {words.period(answer.spans.before)}" if before else ""
    mean = f"{MEANS[answer.digest.kind]} {words.money(each.mean)}" if each.mean is not None else ""
    return ", ".join(filter(None, (bold(words.money(each.amount)), escape(compared), escape(mean))))


def _to_date(answer: DigestAnswer) -> Iterator[str]:
    figures = [each for each in answer.figures[:CURRENCIES] if each.to_date is not None]
    if not figures or answer.to_date is None or answer.to_date_before is None:
        return
    said = []
    for each in figures:
        moved = words.change(each.to_date, each.to_date_before) if each.to_date else ""
        compared = f", {moved} against {words.period(answer.to_date_before)}" if moved else ""
        said.append(f"{bold(words.money(each.to_date or Money.zero('USD')))}{escape(compared)}")
    yield f"Month to date, {escape(words.period(answer.to_date))}: {'; '.join(said)}"


def _moved(answer: DigestAnswer) -> Iterator[str]:
    for section in answer.movers[:1]:
        for title, found in (("Up", _ups(section)), ("Down", _downs(section))):
            if found:
                yield f"{title}: {' · '.join(map(_mover, found[:MOVED]))}"


def _ups(section: MoverSection) -> list[Mover]:
    return sorted((each for each in section.movers if each.change.amount > 0), key=lambda each: -each.change.amount)


def _downs(section: MoverSection) -> list[Mover]:
    return sorted((each for each in section.movers if each.change.amount < 0), key=lambda each: each.change.amount)


def _mover(each: Mover) -> str:
    name = words.cut_middle(words.key_words(each.key, each.label), 60)
    return f"{bold(name)} {escape(words.change(each.after, each.before))}"


def _anomalies(found: tuple[Anomaly, ...]) -> Iterator[str]:
    if not found:
        yield "No open anomaly."
        return
    named = "; ".join(map(anomaly, found[:NAMED]))
    more = f"; and {len(found) - NAMED} more" if found[NAMED:] else ""
    yield f"{bold(words.plural(len(found), 'open anomaly', 'open anomalies'))}: {named}{more}"


def anomaly(each: Anomaly) -> str:
    """`#17 High: spike, Amazon EC2, prod: +$1,204 since 18 Nov, new`; of data that is missing no amount is known."""
    named = [words.key_words({name: value}, each.label if name == "account" else None) for name, value in each.series.parts]
    excess = "no data" if each.kind is AnomalyKind.SILENCE else words.money(each.excess, sign=True)
    about = f"{each.kind.replace('_', ' ')}, {words.cut_middle(', '.join(named), 80)}"
    return escape(
        f"#{each.id} {each.severity.word}: {about}: {excess} since {words.day(each.since)}, {each.status.replace('_', ' ')}"
    )


def foot_of(answer: DigestAnswer) -> list[str]:
    """What the numbers stand on, and where to change it."""
    usual = (
        words.basis_words(answer.query),
        words.freshness(answer.completeness, answer.spans.days.last),
        "estimated: the month is not closed yet" if answer.is_estimated else "",
        words.scope_words(answer.query.scope),
    )
    return [" · ".join(filter(None, usual)), f"Digest {answer.digest.id} · change it with /tuppence digest"]
