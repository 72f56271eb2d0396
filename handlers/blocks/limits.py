"""Every Slack limit by name, so that a number in a builder always says which rule it keeps.

Read from slack-sdk 3.47 and docs.slack.dev (November 2026). Where sources disagree the smaller number stands here.
Lengths are counted in UTF-16 units, the strictest reading of "characters".
"""

from __future__ import annotations

# Surfaces
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# https://github.com/slackapi/bolt-js/issues/2867 (11,341 characters of text were refused), 2026-04-11
MESSAGE_CHARACTERS = 10_000
"""All text of all blocks of one message together."""
CUT_NOTE = 100
"""Kept for saying that something was left out."""
FALLBACK_TEXT = 4_000
"""A message's `text`; chat.update refuses more."""
VIEW_BYTES = 250_000

# Ids and values
BLOCK_ID = 255
ACTION_ID = 255
CALLBACK_ID = 255
PRIVATE_METADATA = 3_000
BUTTON_VALUE = 2_000
OPTION_VALUE = 150

# Texts
HEADER_TEXT = 150
SECTION_TEXT = 3_000
FIELD_TEXT = 2_000
CONTEXT_TEXT = 2_000
BUTTON_TEXT = 75
ACCESSIBILITY_LABEL = 75
OPTION_TEXT = 75
OPTION_DESCRIPTION = 75
PLACEHOLDER = 150
LABEL = 2_000
HINT = 2_000
URL = 3_000
ALT_TEXT = 2_000
IMAGE_TITLE = 2_000
VIEW_TITLE = 24
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
CAPTION = 200
"""Slack names no limit for a table's caption; screen readers read all of it aloud, so it stays one sentence."""

INPUT_TEXT = 3_000
"""What a text input takes, and what it can begin with."""
INPUT_ERROR = 2_000
"""Slack names no limit for the sentence below an input; this is that of the input's hint, which stands in the same place."""

# Counts
SECTION_FIELDS = 10
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
SELECT_OPTIONS = 100
OVERFLOW_OPTIONS = 5
CHOICES = 10
"""Options of radio buttons and checkboxes."""

# Tables. https://docs.slack.dev/reference/block-kit/blocks/data-table-block/ (November 2026)
MESSAGE_TABLES = 1
"""`table` and `data_table` together: a second one is refused."""
TABLE_ROWS = 100
"""`table`, the header included."""
TABLE_COLUMNS = 20
DATA_TABLE_ROWS = 100
"""Without the header, which stands in row 0."""
TABLE_CHARACTERS = 10_000
"""All cells of all tables of a message."""
PAGE_SIZE = 100

# Native charts. https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block (November 2026)
MESSAGE_CHARTS = 2
CHART_SERIES = 6
CHART_SEGMENTS = 6
CHART_POINTS = 20
CHART_TITLE = 50
CHART_NAME = 20
CHART_LABEL = 20
CHART_AXIS = 50
