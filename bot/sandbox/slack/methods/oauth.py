"""Installing: a code becomes a token, and every twelve hours the token the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.methods.method import method
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.tokens import LIFE

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Json


@method("oauth.v2.access", key="client")
def access(call: Call) -> Json:
    """Redeem a code, or rotate with a refresh token; either works once."""
    keys = call.slack.keys
    if call.text("client_id") != keys.client:
        raise RefusedError("invalid_client_id")
    if call.text("client_secret") != keys.client_secret:
        raise RefusedError("bad_client_secret")
    is_renewal = call.text("grant_type") == "refresh_token"
    tokens = call.slack.tokens
    token, refresh = tokens.renew(call.needed("refresh_token")) if is_renewal else tokens.redeem(call.needed("code"))
    return {
        "app_id": call.workspace.app,
        "access_token": token,
        "refresh_token": refresh,
        "expires_in": LIFE,
        "token_type": "bot",
        "scope": ",".join(sorted(call.slack.manifest.scopes)),
        "bot_user_id": call.workspace.bot_user,
        "team": {"id": call.workspace.team, "name": call.workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": next(iter(call.workspace.people))},
    }


@method("auth.revoke")
def revoke(call: Call) -> Json:
    """Give the token back: nothing works with it any more."""
    call.slack.tokens.is_revoked = True
    return {"revoked": True}
