// Input blocks: a label, an element, a hint, and what is wrong with what was filled in.

import { el, newId } from '../dom.js';
import { plainText } from '../mrkdwn.js';
import { drawElement } from './elements.js';

const LABELLED = new Set(['INPUT', 'TEXTAREA', 'BUTTON', 'SELECT']);

export function input(block, scene) {
  const spot = { block: block.block_id, element: block.element, tells: Boolean(block.dispatch_action) };
  const node = drawElement(spot, scene);
  const error = scene.errors[block.block_id];
  const label = labelled(block, node);
  const hints = [error && el('p', { class: 'field-error', id: newId('error') }, error), block.hint && el('p', { class: 'hint', id: newId('hint') }, plainText(block.hint))];
  describe(node, hints, Boolean(error));
  return el('div', { class: error ? 'input is-wrong' : 'input' }, label, node, hints);
}

function labelled(block, node) {
  const words = [plainText(block.label), block.optional && el('small', {}, ' (optional)')];
  if (LABELLED.has(node.tagName)) {
    node.id = newId('field');
    const label = el('label', { class: 'label', for: node.id, id: newId('label') }, words);
    node.removeAttribute('aria-label');
    // What a menu is called and what is chosen in it are both its name.
    if (node.tagName === 'BUTTON') node.setAttribute('aria-labelledby', `${label.id} ${node.id}`);
    return label;
  }
  const label = el('p', { class: 'label', id: newId('label') }, words);
  node.setAttribute('aria-labelledby', label.id);
  return label;
}

function describe(node, hints, isWrong) {
  const ids = hints.filter(Boolean).map((hint) => hint.id);
  if (ids.length) node.setAttribute('aria-describedby', ids.join(' '));
  if (isWrong) node.setAttribute('aria-invalid', 'true');
}
