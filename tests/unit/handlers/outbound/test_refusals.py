"""Slack's codes become sentences with a remedy; what a code means decides what happens next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.outbound.refusals import BLOCKS, DENIED, LATER, SPENT, BlocksRefusedError, SpentError, in_words, refusal
from services.errors import DeniedError, TemporaryError, TuppenceError


@pytest.mark.parametrize("code", sorted(BLOCKS))
def test_a_code_about_blocks_means_plainer_ones(code: str) -> None:
    assert isinstance(in_words(code), BlocksRefusedError)


@pytest.mark.parametrize("code", sorted(SPENT))
def test_a_spent_address_means_another_way(code: str) -> None:
    assert isinstance(in_words(code), SpentError)


@pytest.mark.parametrize("code", ["", *sorted(LATER)])
def test_what_may_pass_is_temporary(code: str) -> None:
    assert isinstance(in_words(code), TemporaryError)
    assert in_words(code).remedy


@pytest.mark.parametrize("code", sorted(DENIED))
def test_what_is_not_allowed_says_so_in_words(code: str) -> None:
    error = in_words(code)
    assert isinstance(error, DeniedError)
    assert code not in error.sentence
    assert error.sentence.endswith(".")


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found"])
def test_where_we_are_not_the_remedy_is_an_invitation(code: str) -> None:
    assert "/invite @tuppence" in in_words(code).remedy


@given(st.text(min_size=1))
def test_any_other_code_is_still_an_error_of_ours(code: str) -> None:
    assert isinstance(in_words(code), TuppenceError)


def test_an_answer_that_was_no_json_is_a_server_error() -> None:
    assert isinstance(refusal(SlackApiError("unexpected", "<html>")), TemporaryError)
    assert isinstance(refusal(SlackApiError("unexpected", {"ok": False})), TemporaryError)
    for data in ("upstream connect error", None):
        assert isinstance(refusal(SlackApiError("unexpected", answered(data))), TemporaryError)
    assert isinstance(refusal(SlackApiError("refused", answered({"error": "is_archived"}))), DeniedError)


def answered(data: object) -> AsyncSlackResponse:
    """As the SDK hands it over: a gateway's plain text too."""
    request = {"client": None, "http_verb": "POST", "api_url": "x", "req_args": {}, "headers": {}}
    return AsyncSlackResponse(**request, data=data, status_code=503)  # type: ignore[arg-type]  # what the SDK does not promise
