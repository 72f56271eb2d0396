"""The generated parts of the README: what can be asked, and what can be set. `python -m bot.readme` writes them.

Each stands between `<!-- name -->` and `<!-- /name -->`; the rest is written by hand. A test says when a part is stale.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import settings_markdown
from handlers.feature import load_features
from handlers.help.markdown import commands_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

README = Path(__file__).parent.parent / "README.md"


def parts() -> dict[str, str]:
    """Name of a part → its Markdown as it should be now."""
    return {"commands": commands_markdown(load_features()), "configuration": settings_markdown()}


def refreshed(text: str, made: Mapping[str, str]) -> str:
    """The text with each part as it was made. Raises ValueError where a part's two markers are not there exactly once."""
    for name, part in made.items():
        places = list(re.finditer(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", text, re.DOTALL))
        if len(places) != 1:
            msg = f"the README has {len(places)} places between <!-- {name} --> and <!-- /{name} -->, and needs one"
            raise ValueError(msg)
        start, end = places[0].span()
        text = f"{text[:start]}\n{part.strip()}\n\n{text[end:]}"
    return text


def main() -> None:
    """Write the README anew."""
    README.write_text(refreshed(README.read_text(encoding="utf-8"), parts()), encoding="utf-8")
    sys.stdout.write(f"written: {README.name}\n")


if __name__ == "__main__":
    main()
