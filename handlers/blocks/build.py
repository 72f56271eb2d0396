"""Builders of blocks and elements as Slack's JSON. slack_sdk's models do not know the blocks of 2026, so these are plain dicts.

Each keeps Slack's limits whatever it is given: text is cut visibly, lists are split, an empty text becomes a dash. What is called
`text` is mrkdwn (escape names before they come here); what is called `plain` or `label` is plain text and is only cleaned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.blocks import ids, limits
from handlers.blocks.mrkdwn import BLANK, clean, cut, cut_mrkdwn, size, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handlers.request import Block


def plain_text(text: str, limit: int) -> Block:
    """A plain text object. Emoji names stay text: a service called `:fire:` is not on fire."""
    return {"type": "plain_text", "text": cut(clean(text), limit) or BLANK, "emoji": False}


def mrkdwn(text: str, limit: int) -> Block:
    """A mrkdwn text object. Verbatim: Slack finds no channels, people or links of its own in it."""
    return {"type": "mrkdwn", "text": cut_mrkdwn(text, limit) if text.strip() else BLANK, "verbatim": True}


def fallback(text: str) -> str:
    """A message's `text`: what notifications and screen readers say. Never empty, and short enough to be edited later."""
    return cut_mrkdwn(text.strip(), limits.FALLBACK_TEXT) or BLANK


def header(plain: str) -> Block:
    """A large plain line."""
    return {"type": "header", "text": plain_text(plain, limits.HEADER_TEXT)}


def section(text: str, *, fields: Sequence[str] = (), accessory: Block | None = None, block_id: str = "") -> Block:
    """A paragraph, up to ten fields in two columns, and one element beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text, limits.SECTION_TEXT)}
    if fields:
        block["fields"] = _fields(fields)
    return _with(block, accessory=accessory, block_id=block_id)


def field_sections(fields: Sequence[str]) -> list[Block]:
    """Short texts in two columns; as many sections as they need."""
    step = limits.SECTION_FIELDS
    return [{"type": "section", "fields": _fields(fields[at : at + step])} for at in range(0, len(fields), step)]


def _fields(fields: Sequence[str]) -> list[Block]:
    shown = [mrkdwn(each, limits.FIELD_TEXT) for each in fields[: limits.SECTION_FIELDS]]
    left = len(fields) - len(shown) + 1
    return shown if left == 1 else [*shown[:-1], mrkdwn(f"… and {left} more", limits.FIELD_TEXT)]


def sections(text: str) -> list[Block]:
    """A text of any length, broken between lines into as many sections as it needs."""
    return [section(piece) for piece in split_lines(text, limits.SECTION_TEXT)]


def context(*texts: str) -> Block:
    """Small grey lines; empty ones are left out, those beyond the tenth are joined to it."""
    shown = [text for text in texts if text.strip()] or [BLANK]
    last = limits.CONTEXT_ELEMENTS - 1
    lines = shown if len(shown) <= last else [*shown[:last], " · ".join(shown[last:])]
    return {"type": "context", "elements": [mrkdwn(line, limits.CONTEXT_TEXT) for line in lines]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(elements: Sequence[Block], *, per_row: int = limits.ACTIONS_ELEMENTS) -> list[Block]:
    """Buttons and menus, `per_row` to a block; nothing for none, because Slack refuses an empty row."""
    step = min(per_row, limits.ACTIONS_ELEMENTS)
    rows = [list(elements[at : at + step]) for at in range(0, len(elements), step)]
    return [{"type": "actions", "elements": row} for row in rows]


def button(
    label: str,
    action: str,
    values: Mapping[str, str] | None = None,
    *,
    style: str = "",
    url: str = "",
    confirm: Block | None = None,
    spoken: str = "",
) -> Block:
    """A button that remembers `values`. `style`: "primary" or "danger"; `spoken`: what a screen reader says instead.

    Raises ValueError when the values do not fit (see `ids.fits`): cut, they would mean something else.
    """
    block: Block = {"type": "button", "text": plain_text(label, limits.BUTTON_TEXT), "action_id": action}
    if values:
        block["value"] = ids.encode(values)
    if size(url) > limits.URL:
        msg = "a link longer than Slack takes"
        raise ValueError(msg)
    label_text = cut(clean(spoken), limits.ACCESSIBILITY_LABEL)
    return _with(block, style=style, url=url, confirm=confirm, accessibility_label=label_text)


def confirm(title: str, text: str, yes: str, no: str = "Cancel", *, danger: bool = False) -> Block:
    """The question before something is done. `text` (plain) names the object and the effect."""
    block: Block = {
        "title": plain_text(title, limits.CONFIRM_TITLE),
        "text": plain_text(text, limits.CONFIRM_TEXT),
        "confirm": plain_text(yes, limits.CONFIRM_BUTTON),
        "deny": plain_text(no, limits.CONFIRM_BUTTON),
    }
    return _with(block, style="danger" if danger else "")


def option(label: str, values: Mapping[str, str], description: str = "") -> Block:
    """One entry of a menu. Raises ValueError when the values do not fit into an option's 150 characters."""
    block: Block = {
        "text": plain_text(label, limits.OPTION_TEXT),
        "value": ids.encode(values, limits.OPTION_VALUE),
    }
    return _with(block, description=plain_text(description, limits.OPTION_DESCRIPTION) if description else None)


def static_select(placeholder: str, action: str, options: Sequence[Block], *, chosen: Block | None = None) -> Block:
    """A menu of up to 100 options; those beyond are left out, so give the important ones first."""
    _some(options)
    block: Block = {
        "type": "static_select",
        "placeholder": plain_text(placeholder, limits.PLACEHOLDER),
        "action_id": action,
        "options": list(options[: limits.SELECT_OPTIONS]),
    }
    return _with(block, initial_option=chosen)


def overflow(action: str, options: Sequence[Block]) -> Block:
    """A menu behind three dots, up to five options."""
    _some(options)
    return {"type": "overflow", "action_id": action, "options": list(options[: limits.OVERFLOW_OPTIONS])}


def _some(options: Sequence[Block]) -> None:
    if not options:
        msg = "Slack refuses a menu without options"
        raise ValueError(msg)


def image(file_id: str, alt_text: str, title: str = "") -> Block:
    """A picture that was uploaded to Slack; never a public address, which would leak what it shows."""
    block: Block = {"type": "image", "slack_file": {"id": file_id}, "alt_text": cut(clean(alt_text), limits.ALT_TEXT) or BLANK}
    return _with(block, title=plain_text(title, limits.IMAGE_TITLE) if title else None)


def home(blocks: Sequence[Block]) -> Block:
    """An App Home view."""
    return {"type": "home", "blocks": fitted(blocks, limits.VIEW_BLOCKS)}


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback: str = "",
    submit: str = "",
    close: str = "Close",
    metadata: Mapping[str, str] | None = None,
) -> Block:
    """A modal view. `callback` is the declared submission's name; `metadata` comes back with it, and is not secret."""
    block: Block = {
        "type": "modal",
        "title": plain_text(title, limits.VIEW_TITLE),
        "close": plain_text(close, limits.VIEW_TITLE),
        "blocks": fitted(blocks, limits.VIEW_BLOCKS),
    }
    kept = ids.encode(metadata, limits.PRIVATE_METADATA) if metadata else ""
    shown = plain_text(submit, limits.VIEW_TITLE) if submit else None
    return _with(block, callback_id=callback, private_metadata=kept, submit=shown)


def fitted(blocks: Sequence[Block], most: int = limits.MESSAGE_BLOCKS, characters: int | None = None) -> list[Block]:
    """At most so many blocks, with so many characters of text; what was left out is said in the last one."""
    shown = list(blocks) if characters is None else list(_within(blocks, characters - limits.CUT_NOTE))
    if len(shown) == len(blocks) <= most:
        return shown
    shown = shown[: most - 1]
    return [*shown, context(f"… and {len(blocks) - len(shown)} more parts that do not fit here")]


def _within(blocks: Sequence[Block], characters: int) -> Iterator[Block]:
    """The first blocks, as long as their text fits."""
    for block in blocks:
        characters -= sum(map(size, texts(block)))
        if characters < 0:
            return
        yield block


def has_chart(blocks: Sequence[Block]) -> bool:
    """Whether a native chart stands among the blocks, so that no picture of the same numbers is needed."""
    return any(block["type"] == "data_visualization" for block in blocks)


def texts(node: Any) -> Iterator[str]:  # noqa: ANN401  # any piece of Slack's JSON
    """Every text that is shown at once, in order: what counts against a message's length. Menus show theirs when opened."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in {"options", "initial_option", "confirm"}:
                continue
            if name in {"text", "title", "caption", "alt_text", "label", "name"} and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from texts(each)


def _with(block: Block, **extras: str | Block | None) -> Block:
    """The block with those extras that are not empty: Slack refuses empty ones."""
    return block | {name: value for name, value in extras.items() if value}
