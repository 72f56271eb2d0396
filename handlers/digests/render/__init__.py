"""Digests as blocks."""

from handlers.digests.render.details import details
from handlers.digests.render.form import form
from handlers.digests.render.issue import issue
from handlers.digests.render.listing import changed, listing

__all__ = ["changed", "details", "form", "issue", "listing"]
