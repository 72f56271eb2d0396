// The switch at the top: which of the people in the workspace the reader is. One radio button each, so arrow keys work.

import { byId, el, fill } from './dom.js';
import { go, here } from './here.js';
import { actors, workspace } from './workspace.js';

/** Draw the switch, the chosen person with name and role. */
export function drawPeople() {
  const me = workspace().me;
  fill(byId('people'), el('legend', { class: 'spoken' }, 'Act as'), actors().map(choice), el('span', { class: 'people-me' }, named(me)));
}

function choice(person) {
  const isMe = person.id === here.as;
  const words = `${person.real_name}${person.role_hint ? `, ${person.role_hint}` : ''}`;
  const input = el('input', { type: 'radio', name: 'person', class: 'spoken', 'aria-label': words, checked: isMe, value: person.id });
  input.addEventListener('change', () => become(person.id));
  return el('label', { class: 'people-one', title: words }, input, avatar(person));
}

function become(id) {
  go({ as: id, thread: '' });
}

function named(person) {
  return person ? [el('strong', {}, person.real_name), el('small', {}, person.role_hint || (person.is_guest ? 'guest' : ''))] : [];
}

/** A square with initials in the person's colour; the app has its sign. */
export function avatar(person) {
  if (person.is_bot) return el('img', { class: 'avatar', src: 'icon.svg', alt: '' });
  const words = (person.real_name || person.name || '?').split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const initials = [words[0] ?? '?', words.length > 1 ? words.at(-1) : ''].map((word) => [...word][0] ?? '').join('');
  const square = el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials.toUpperCase());
  if (/^#[0-9a-f]{3,8}$/i.test(person.color ?? '')) square.style.backgroundColor = person.color;
  return square;
}
