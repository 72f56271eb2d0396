// The field one writes in: Enter sends, Shift+Enter begins a line, `/` runs a command. A thread has one too, and as in Slack
// commands do not work there.

import { api } from './api.js';
import { el, icon, newId, spoken } from './dom.js';
import { here } from './here.js';
import { Hints } from './hints.js';
import { isCarriedOut, notice } from './notices.js';
import { commandOf } from './workspace.js';

const drafts = new Map();

/** A composer for a place (`{channel, thread}`); `words` name it. */
export function composer({ channel, thread = '' }, words) {
  const place = `${channel} ${thread}`;
  const field = el('textarea', { class: 'composer-field', rows: 1, id: newId('composer'), placeholder: words, 'aria-label': words, 'aria-autocomplete': 'list' });
  field.value = drafts.get(place) ?? '';
  const hints = new Hints(field, { withCommands: !thread });
  const submit = () => send(field, { channel, thread, place });
  field.addEventListener('input', () => drafts.set(place, field.value));
  field.addEventListener('keydown', (event) => onKey(event, hints, submit));
  const button = el('button', { type: 'button', class: 'composer-send', title: 'Send', onclick: submit }, icon('send'), spoken('Send'));
  return el('div', { class: 'composer' }, hints.box, el('div', { class: 'composer-box' }, field, button));
}

function onKey(event, hints, submit) {
  if (event.isComposing || hints.takesKey(event)) return;
  if (event.key !== 'Enter' || event.shiftKey) return;
  event.preventDefault();
  hints.hide();
  submit();
}

/** Send what is there; the field is emptied at once and gets it back when it could not be sent. */
async function send(field, { channel, thread, place }) {
  const text = field.value.trim();
  if (!text) return;
  write(field, place, '');
  try {
    if (!(await sent(text, channel, thread))) give(field, place, text);
  } catch (error) {
    give(field, place, text);
    notice(error.message, { kind: 'error' });
  }
}

function give(field, place, text) {
  if (!field.value) write(field, place, text);
}

function write(field, place, text) {
  field.value = text;
  drafts.set(place, text);
}

/** True when it is away; false when Slack does not take it. */
async function sent(text, channel, thread) {
  const as = here.as;
  if (!text.startsWith('/')) {
    await api.say({ as, channel, text, ...(thread ? { thread_ts: thread } : {}) });
    return true;
  }
  const command = commandOf(text)?.command ?? text.split(/\s/, 1)[0];
  if (thread) return refused(`${command} is not supported in threads. Sorry!`);
  if (!commandOf(text)) return refused(`${command} is not a valid command. In Slack, all messages that start with “/” are commands.`);
  isCarriedOut(await api.run({ as, channel, text }), command);
  return true;
}

function refused(words) {
  notice(words, { kind: 'error' });
  return false;
}
