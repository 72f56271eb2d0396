"""What people type after `/budget simulate`, line by line, and that it is read again as it was written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.budgets.scenario_words import SHAPES, lines, typed_lines, written
from handlers.parse.command import Grammar
from handlers.parse.narrowing import words_of
from services.errors import UsageError
from storage.model.query import Filter
from storage.model.scenario import LineKind, ScenarioLine

GRAMMAR = Grammar(tags={"team": ("team",), "env": ("env",)})
TODAY = date(2026, 11, 22)
DEV, S3, EC2 = Filter("tag:env", ("dev",)), Filter("service", ("s3",)), Filter("service", ("ec2",))


def read(text: str) -> tuple[ScenarioLine, ...]:
    """As typed after the verb."""
    return lines(words_of(text), GRAMMAR, TODAY)


def line(kind: LineKind, words: str, *filters: Filter, **sizes: object) -> ScenarioLine:
    """What is expected."""
    return ScenarioLine(kind, words, filters, **sizes)  # type: ignore[arg-type]  # the dataclass checks the names itself


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stop for env=dev", line(LineKind.STOP, "stop for env=dev", DEV)),
        ("stop everything", line(LineKind.STOP, "stop everything")),
        ("stop resource=i-1,i-2", line(LineKind.STOP, "stop resource=i-1,i-2", Filter("resource", ("i-1", "i-2")))),
        ("grow 20% for service=s3", line(LineKind.GROW, "grow 20% for service=s3", S3, change=Decimal("0.2"))),
        ("grow service=s3 by 2.5 %", line(LineKind.GROW, "grow service=s3 by 2.5%", S3, change=Decimal("0.025"))),
        ("shrink 20% for service=s3", line(LineKind.GROW, "shrink 20% for service=s3", S3, change=Decimal("-0.2"))),
        ("price −10% for service=s3", line(LineKind.PRICE, "price −10% for service=s3", S3, change=Decimal("-0.1"))),
        ("price to $0.021 for service=s3", line(LineKind.PRICE, "price to $0.021 for service=s3", S3, rate=Decimal("0.021"))),
        ("schedule 50h a week for env=dev", line(LineKind.SCHEDULE, "schedule 50h a week for env=dev", DEV, hours=Decimal(50))),
        ("schedule 50 hours for env=dev", line(LineKind.SCHEDULE, "schedule 50 hours for env=dev", DEV, hours=Decimal(50))),
        (
            "commit 3k a month at 30% off for service=ec2",
            line(
                LineKind.COMMIT,
                "commit 3k a month at 30% off for service=ec2",
                EC2,
                amount=Decimal(3000),
                change=Decimal("0.3"),
            ),
        ),
        (
            "commit $3,000 at 0.035/h for service=ec2",
            line(
                LineKind.COMMIT,
                "commit $3,000 at 0.035/h for service=ec2",
                EC2,
                amount=Decimal(3000),
                rate=Decimal("0.035"),
            ),
        ),
        ("move service=ec2 to 0.05", line(LineKind.MOVE, "move service=ec2 to 0.05", EC2, rate=Decimal("0.05"))),
        (
            "move service=ec2 to the rate of env=dev",
            line(LineKind.MOVE, "move service=ec2 to the rate of env=dev", EC2, target=(DEV,)),
        ),
    ],
)
def test_a_line(text: str, found: ScenarioLine) -> None:
    (each,) = read(text.replace("2.5 %", "2.5%"))
    assert each == found
    assert read(written([each])) == (each,)


def test_lines_are_separated_by_semicolons_by_then_and_by_rows() -> None:
    assert [each.words for each in read("stop for env=dev; grow 5% for service=s3 then stop service=ec2;")] == [
        "stop for env=dev",
        "grow 5% for service=s3",
        "stop service=ec2",
    ]
    assert len(typed_lines("stop for env=dev\n\n  grow 5% for service=s3; stop service=ec2", GRAMMAR, TODAY)) == 3


def test_quoted_names_are_written_as_they_were() -> None:
    (each,) = read('stop for service="Amazon EC2; really",s3 tag:app="a b"')
    assert each.filters == (Filter("service", ("Amazon EC2; really", "s3")), Filter("tag:app", ("a b",)))
    assert read(each.words) == (each,)


@pytest.mark.parametrize("kind", LineKind)
def test_every_example_works(kind: LineKind) -> None:
    assert read(SHAPES[kind].split(", or ", maxsplit=1)[0])[0].kind is kind


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stopp env=dev", "nothing I can simulate"),
        ("stop", "what it is about"),
        ("stop for", "needs a key and a value"),
        ("grow for service=s3", "a share"),
        ("price for service=s3", "a unit price"),
        ("schedule 169h for env=dev", "hours a week from 0 to 168"),
        ("commit 300 for service=ec2", "an amount a month and a rate"),
        ("commit 300 at 100% off for service=ec2", "between 0 and 100"),
        ("commit 300 at 0 for service=ec2", "between 0 and 100"),
        ("move service=ec2", "“to” and a rate"),
        ("stop for env=dev net", "a basis has no meaning"),
        ("stop for env=dev 2026-03", "has a period"),
    ],
)
def test_what_cannot_be_read_is_quoted(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read(text)


@given(
    st.lists(
        st.sampled_from(("stop", "grow", "commit", "move", "to", "for", "env=dev", "5%", "3", ";", "then", '"a', "=", "at")),
        max_size=9,
    )
)
def test_any_words_are_lines_or_a_usage_error(words: list[str]) -> None:
    try:
        found = read(" ".join(words))
    except UsageError:
        return
    assert read(written(found)) == found
