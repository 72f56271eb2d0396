// The blocks of 2025 and 2026 that agents use: cards, containers, tasks, and actions under an answer.

import { el } from '../dom.js';
import { plainText, textObject } from '../mrkdwn.js';
import { drawElement } from './elements.js';
import { image } from './images.js';
import { richText } from './rich_text.js';

const SIGNS = { pending: '○', in_progress: '◔', complete: '✓', error: '✕' };
const SAID = { pending: 'to do', in_progress: 'under way', complete: 'done', error: 'failed' };

export function contextActions(block, scene) {
  return block.elements.map((element) => drawElement({ block: block.block_id, element, tells: true }, scene));
}

export function card(block, scene) {
  const buttons = block.actions ?? block.buttons ?? [];
  return el(
    'article',
    { class: 'card' },
    block.hero_image && image(block.hero_image),
    block.title && el('h3', { class: 'card-title' }, worded(block.title)),
    block.subtitle && el('p', { class: 'card-subtitle' }, worded(block.subtitle)),
    block.body && el('div', { class: 'mrkdwn' }, worded(block.body)),
    buttons.length ? el('div', { class: 'block-actions' }, buttons.map((element) => drawElement({ block: block.block_id, element, tells: true }, scene))) : null,
  );
}

export function carousel(block, scene) {
  const cards = (block.elements ?? block.cards ?? []).map((each) => card(each, scene));
  return el('div', { class: 'carousel', tabindex: 0, role: 'group', 'aria-label': 'Cards' }, cards);
}

/** `drawBlocks` is handed in: a container holds any blocks, and they may be drawn by the file that draws this. */
export function container(block, scene, drawBlocks) {
  const inside = drawBlocks(block.child_blocks ?? block.blocks ?? block.elements ?? [], scene);
  const title = worded(block.title);
  if (!block.is_collapsible) return el('section', { class: 'container' }, title && el('h3', {}, title), inside);
  return el('details', { class: 'container', open: !(block.is_collapsed ?? block.default_collapsed) }, el('summary', {}, title), inside);
}

export function plan(block) {
  return el('div', { class: 'plan' }, el('h3', {}, worded(block.title)), (block.tasks ?? []).map((task) => taskCard(task)));
}

export function taskCard(block) {
  const status = block.status ?? 'pending';
  return el(
    'div',
    { class: `task task-${status}` },
    el('span', { class: 'task-sign', role: 'img', 'aria-label': SAID[status] ?? status }, SIGNS[status] ?? '○'),
    el('div', {}, worded(block.title), block.details && richText(block.details), block.output && richText(block.output)),
  );
}

/** Titles are text objects in some blocks and plain strings in others. */
function worded(text) {
  if (typeof text === 'string') return text;
  return text?.type === 'mrkdwn' ? textObject(text) : plainText(text);
}
