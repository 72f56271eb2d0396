// Slack's simple table, and the cells that both kinds of table have.

import { el } from '../dom.js';
import { richText } from './rich_text.js';

export function table(block) {
  const settings = block.column_settings ?? [];
  const [head, ...rows] = block.rows;
  return scrolled(
    el(
      'table',
      { class: 'table' },
      el('thead', {}, el('tr', {}, head.map((each, at) => cell('th', each, settings[at], { scope: 'col' })))),
      el('tbody', {}, rows.map((row) => el('tr', {}, row.map((each, at) => cell('td', each, settings[at]))))),
    ),
    'Table',
  );
}

/** A frame that scrolls sideways where the table is too wide, reachable by keyboard. */
export function scrolled(inner, name) {
  return el('div', { class: 'table-frame', tabindex: 0, role: 'group', 'aria-label': name }, inner);
}

function cell(tag, given, { align = 'left', is_wrapped: isWrapped = false } = {}, more = {}) {
  return el(tag, { class: `align-${align} ${isWrapped ? 'is-wrapped' : ''}`.trim(), ...more }, cellContent(given));
}

export function cellContent(given) {
  return given.type === 'rich_text' ? richText(given) : cellText(given);
}

export function cellText(given) {
  return given.text ?? String(given.value ?? '');
}
