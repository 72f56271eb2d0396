"""The page of the local Slack: HTML, CSS and JavaScript modules as they lie here, and the routes that serve them.

Nothing is built and nothing comes from elsewhere; the policy below makes the browser hold the page to that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

FOLDER: Final = Path(__file__).parent
TYPES: Final = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes() -> list[web.RouteDef]:
    """`/` is the page, `/page/…` what it loads."""
    return [web.get("/", _index), web.get("/page/{name:.+}", _asset)]


def files() -> dict[str, Path]:
    """Every file of the page by its path under `/page/`. Looked up, never joined, so no address leads out of the folder."""
    found = sorted(path for path in FOLDER.rglob("*") if path.suffix in TYPES)
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


async def _index(_: web.Request) -> web.Response:
    return _sent(FOLDER / "index.html")


async def _asset(request: web.Request) -> web.Response:
    path = files().get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound(text="The page has no such file.")
    return _sent(path)


def _sent(path: Path) -> web.Response:
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8", headers=HEADERS)
