"""Given what comes back from a button, when it is read, then it is texts or a clear refusal."""

from __future__ import annotations

import json

import pytest

from handlers.blocks import ids
from services.errors import UsageError


def test_values_come_back_as_they_went() -> None:
    values = {"q": 'for service="Amazon \\"EC2\\"" top 20', "n": "ü<&"}
    assert ids.decode(ids.encode(values)) == values
    assert ids.encode({"q": "ü"}) == '{"q":"ü"}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"q"',
        "{",
        '{"q": 1}',
        '{"q": {"a": "b"}}',
        '{"q": null}',
        "[" * 2000,
        '{"q": "\\ud800"}',
        "\ud800",
        json.dumps({"q": "x" * 2000}),
        "{'q': 'x'}",
        '{"q": NaN}',
    ],
)
def test_a_garbled_or_hostile_value_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        ids.decode(text)
    assert "button" in refused.value.sentence
    assert "fresh buttons" in refused.value.remedy


def test_a_value_that_is_too_long_is_never_cut() -> None:
    assert not ids.fits({"q": "x" * 2000})
    assert ids.fits({"q": "x" * 1900})
    with pytest.raises(ValueError, match="do not fit"):
        ids.encode({"q": "x" * 200}, limit=150)


def test_action_ids_name_the_feature_the_verb_and_their_place() -> None:
    assert ids.action("costs.page", "next") == "costs.page#next"
    assert ids.action("costs.share") == "costs.share"
    assert ids.action_name("costs.page#next") == "costs.page"
    assert ids.action_name("costs.share") == "costs.share"


@pytest.mark.parametrize(
    "name", ["", "costs", "costs.", "Costs.Page", "costs.page#", "costs.page#a b", "x.y#" + "z" * 300, "a.b.c"]
)
def test_what_is_no_action_id_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        ids.action_name(name)


def test_a_bad_action_id_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="not an action id"):
        ids.action("Costs Page")
