// Fields to fill in: text, numbers, days, times, tick boxes. Each keeps what Slack's `view.state` would hold of it.

import { el, newId } from '../dom.js';
import { plainText, textObject } from '../mrkdwn.js';

// Slack's type → the browser's, the name of its value in the state, and what the app may give it to begin with.
const FIELDS = {
  plain_text_input: { input: 'text', state: 'value', first: 'initial_value' },
  email_text_input: { input: 'email', state: 'value', first: 'initial_value' },
  url_text_input: { input: 'url', state: 'value', first: 'initial_value' },
  number_input: { input: 'number', state: 'value', first: 'initial_value' },
  datepicker: { input: 'date', state: 'selected_date', first: 'initial_date' },
  timepicker: { input: 'time', state: 'selected_time', first: 'initial_time' },
  datetimepicker: { input: 'datetime-local', state: 'selected_date_time', first: 'initial_date_time' },
};
const CHOICES = { checkboxes: 'checkbox', radio_buttons: 'radio' };

/** The function that draws this type of field, or nothing. */
export function fieldElement(type) {
  if (type in CHOICES) return choices;
  return type in FIELDS ? field : null;
}

function field(spot, scene) {
  const { element } = spot;
  const kind = FIELDS[element.type];
  const kept = scene.kept(spot)?.state[kind.state];
  const node = element.multiline ? el('textarea', { rows: 4, ...described(element) }) : el('input', { type: kind.input, ...described(element) });
  const start = kept === undefined ? element[kind.first] : kept;
  if (start !== undefined && start !== null) node.value = shown(kind, start);
  const state = () => ({ type: element.type, [kind.state]: read(kind, node.value) });
  scene.keep(spot, state());
  node.addEventListener('input', () => scene.keep(spot, state()));
  if (spot.tells) tellWhen(spot, scene, node, state);
  return node;
}

/** A text tells the app on Enter, or at each letter where it asked for that; a day or a time as soon as it is chosen. */
function tellWhen(spot, scene, node, state) {
  const isText = FIELDS[spot.element.type].state === 'value';
  const wanted = spot.element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  const tell = () => scene.change(spot, state());
  if (!isText) node.addEventListener('change', tell);
  else if (wanted.includes('on_character_entered')) node.addEventListener('input', tell);
  if (isText && wanted.includes('on_enter_pressed')) {
    node.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      tell();
    });
  }
}

function described(element) {
  return {
    class: 'field',
    placeholder: plainText(element.placeholder) || null,
    'aria-label': plainText(element.placeholder) || element.type.replace(/_input$|picker$/, '').replaceAll('_', ' '),
    minlength: element.min_length,
    maxlength: element.max_length,
    min: element.min_value,
    max: element.max_value,
    step: element.type === 'number_input' && element.is_decimal_allowed ? 'any' : null,
    autofocus: element.focus_on_load,
    'data-action': element.action_id,
  };
}

function read(kind, value) {
  if (!value) return null;
  return kind.input === 'datetime-local' ? Math.floor(new Date(value).getTime() / 1000) : value;
}

function shown(kind, value) {
  if (kind.input !== 'datetime-local') return value;
  const moment = new Date(value * 1000);
  return new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function choices(spot, scene) {
  const { element } = spot;
  const isMany = element.type === 'checkboxes';
  const state = isMany ? 'selected_options' : 'selected_option';
  const first = isMany ? element.initial_options : element.initial_option;
  const kept = scene.kept(spot)?.state[state];
  const chosen = new Set([(kept === undefined ? first : kept) ?? []].flat().map((option) => option.value));
  const box = el('div', { class: 'choices', role: isMany ? 'group' : 'radiogroup', 'data-action': element.action_id });
  const name = newId('choice');
  box.append(...element.options.map((option) => choice(option, CHOICES[element.type], name, chosen.has(option.value))));
  const now = () => {
    const ticked = element.options.filter((_, at) => box.querySelectorAll('input')[at].checked);
    return { type: element.type, [state]: isMany ? ticked : ticked[0] ?? null };
  };
  scene.keep(spot, now());
  box.addEventListener('change', () => scene.change(spot, now()));
  return box;
}

function choice(option, type, name, isChosen) {
  const box = el('input', { type, name, checked: isChosen });
  const words = [textObject(option.text), option.description && el('small', {}, textObject(option.description))];
  return el('label', { class: 'choice' }, box, el('span', { class: 'mrkdwn' }, words));
}
