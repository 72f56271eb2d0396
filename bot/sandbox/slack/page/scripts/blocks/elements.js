// Elements one can press: buttons, overflow menus, feedback. Selects and fields have files of their own.

import { el, icon, spoken } from '../dom.js';
import { openMenu } from '../menus.js';
import { plainText } from '../mrkdwn.js';
import { fieldElement } from './fields.js';
import { selectElement } from './selects.js';

const DRAWERS = {
  button,
  workflow_button: button,
  overflow,
  feedback_buttons: feedback,
  icon_button: iconButton,
};

/** One element. `spot`: `{block: its block's id, element, tells: whether the app hears of each change}`. */
export function drawElement(spot, scene) {
  const { type } = spot.element;
  const draw = DRAWERS[type] ?? selectElement(type) ?? fieldElement(type);
  return draw ? draw(spot, scene) : el('span', { class: 'unknown' }, `An element of type “${type}”, which this page does not draw`);
}

function button(spot, scene) {
  const { element } = spot;
  const style = ['primary', 'danger'].includes(element.style) ? ` button-${element.style}` : '';
  const node = el(
    'button',
    { type: 'button', class: `button${style}`, 'aria-label': element.accessibility_label, 'data-action': element.action_id },
    plainText(element.text),
    element.url && [icon('external'), spoken(' (opens another page)')],
  );
  node.addEventListener('click', () => pressed(spot, scene, node));
  return node;
}

function pressed(spot, scene, node) {
  const { url, value } = spot.element;
  if (node.getAttribute('aria-busy')) return;
  if (url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) open(url, '_blank', 'noreferrer');
  scene.act(spot, value === undefined ? {} : { value }, node);
}

function overflow(spot, scene) {
  const options = spot.element.options.map((option) => ({
    label: plainText(option.text),
    description: plainText(option.description),
    of: option,
  }));
  const choose = (option) => {
    if (option.url) open(option.url, '_blank', 'noreferrer');
    scene.act(spot, { selected: { selected_option: option } }, node);
  };
  const node = el(
    'button',
    { type: 'button', class: 'button button-icon', 'aria-haspopup': 'listbox', 'aria-expanded': 'false', 'data-action': spot.element.action_id },
    icon('dots'),
    spoken('More actions'),
  );
  node.addEventListener('click', () => openMenu(node, { name: 'More actions', groups: [{ options }], choose }));
  return node;
}

/** The choice between good and bad under an answer: pressed again it is sent again, as in Slack. */
function feedback(spot, scene) {
  const { positive_button: good, negative_button: bad } = spot.element;
  const choices = [[good, '👍'], [bad, '👎']].map(([each, sign]) => {
    const words = each.accessibility_label ?? plainText(each.text);
    const press = () => scene.act(spot, { value: each.value }, node);
    const node = el('button', { type: 'button', class: 'button button-icon', title: plainText(each.text), onclick: press }, sign, spoken(words));
    return node;
  });
  return el('span', { class: 'feedback', role: 'group', 'aria-label': 'Feedback' }, choices);
}

function iconButton(spot, scene) {
  const words = spot.element.accessibility_label ?? plainText(spot.element.text);
  const press = () => scene.act(spot, { value: spot.element.value }, node);
  const node = el('button', { type: 'button', class: 'button button-icon', title: plainText(spot.element.text), onclick: press }, icon('close'), spoken(words));
  return node;
}
