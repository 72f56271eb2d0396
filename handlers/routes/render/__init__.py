"""Routes as people see them: the list, the window in which one is filled in, and those that ask before something is done."""

from __future__ import annotations

from handlers.routes.render.form import Choices, form
from handlers.routes.render.listing import exported, listing, saved
from handlers.routes.render.paste import bad_lines, paste
from handlers.routes.render.removal import removal, removed

__all__ = ["Choices", "bad_lines", "exported", "form", "listing", "paste", "removal", "removed", "saved"]
