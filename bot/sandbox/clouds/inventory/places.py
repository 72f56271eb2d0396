"""Clients for every account and region: as the payer by keys, elsewhere by the role that Organizations leaves in an account."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from bot.sandbox.ledger.organisation import PAYERS

if TYPE_CHECKING:
    from collections.abc import Callable

ROLE = "OrganizationAccountAccessRole"
KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
HOME = "us-east-1"


class Places:
    """All accounts behind one endpoint. A client is made once."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._session = boto3.session.Session()
        self.client: Callable[..., Any] = cache(self._client)
        self._keys = cache(self._assumed)

    def of(self, account: str, region: str) -> Callable[[str], Any]:
        """The clients of one account and region, by service."""
        return partial(self.client, account, region)

    def _client(self, account: str, region: str, service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes while it runs
        keys = KEYS if account == PAYERS["aws"].id else self._keys(account)
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return self._session.client(service, region_name=region, endpoint_url=self._endpoint, config=config, **keys)

    def _assumed(self, account: str) -> dict[str, str]:
        sts = self.client(PAYERS["aws"].id, HOME, "sts")
        role = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="stock")
        given = role["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
