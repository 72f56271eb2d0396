"""Loaded dice and a stopped clock for moto: what is made inside gets the id and the hour that it is told.

moto draws ids and reads the clock by names in its modules. They are replaced for one birth at a time; only one thread may do it.
"""

from __future__ import annotations

import importlib
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_EC2 = "moto.ec2.models"
_CLOCKS = (
    f"{_EC2}.elastic_block_store",
    f"{_EC2}.instances",
    f"{_EC2}.nat_gateways",
    "moto.organizations.models",
    "moto.rds.models",
)
_WRITTEN_CLOCKS = {
    "moto.awslambda.models": ("iso_8601_datetime_with_nanoseconds", "%Y-%m-%dT%H:%M:%S.000+0000"),
    "moto.elbv2.models": ("iso_8601_datetime_with_milliseconds", "%Y-%m-%dT%H:%M:%S.000Z"),
}
DICE = {
    "account": ("moto.organizations.utils", "make_random_account_id"),
    "instance": (f"{_EC2}.instances", "random_instance_id"),
    "volume": (f"{_EC2}.elastic_block_store", "random_volume_id"),
    "natgateway": (f"{_EC2}.nat_gateways", "random_nat_gateway_id"),
}
_STRANGERS = "DEFAULT_ACCOUNT_ID"


@contextmanager
def _replaced(module: str, name: str, by: object) -> Iterator[None]:
    """Replace a name of a module. AttributeError where moto has it no longer, which is better than a wrong age."""
    where = importlib.import_module(module)
    was = getattr(where, name)
    setattr(where, name, by)
    try:
        yield
    finally:
        setattr(where, name, was)


def _always(value: object) -> Callable[..., object]:
    return lambda *_, **__: value


@contextmanager
def born(moment: datetime, kind: str = "", short: str = "") -> Iterator[None]:
    """Within, it is that moment, and the next thing of a kind of DICE, or load balancer, has that id."""
    with ExitStack() as stack:
        for module in _CLOCKS:
            # moto's moments know no zone; it means UTC.
            stack.enter_context(_replaced(module, "utcnow", _always(moment.replace(tzinfo=None))))
        for module, (name, form) in _WRITTEN_CLOCKS.items():
            stack.enter_context(_replaced(module, name, _always(moment.strftime(form))))
        if kind in DICE:
            stack.enter_context(_replaced(*DICE[kind], _always(short)))
        if kind == "loadbalancer":
            stack.enter_context(_replaced("moto.elbv2.models", "mock_random", SimpleNamespace(get_random_hex=_always(short))))
        yield


def strangers_are(account: str) -> None:
    """Keys that no account gave out are that account's. moto's own variable for it would take all accounts for one."""
    setattr(importlib.import_module("moto.iam.models"), _STRANGERS, account)
