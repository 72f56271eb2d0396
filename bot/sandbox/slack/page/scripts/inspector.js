// The inspector of raw traffic: everything that passes between the app and this Slack, newest first, with its JSON.

import { api } from './api.js';
import { byId, el, fill, icon, spoken } from './dom.js';
import { go, here } from './here.js';
import { oneAtATime } from './refresh.js';
import { sideHead } from './thread.js';

const KEPT = 500;
const KINDS = ['api', 'socket', 'http', 'response_url', 'upload'];
const WAYS = { in: ['←', 'from the app'], out: ['→', 'to the app'] };
const view = { next: 0, entries: [], typed: '', kind: '', list: null };

/** Draw the inspector while the address names it. */
export async function openInspector() {
  if (here.side !== 'traffic') {
    view.list = null;
    return;
  }
  if (!view.list) draw();
  await loadTraffic();
}

/** The button that opens and closes it. */
export function inspectorButton() {
  const isOpen = here.side === 'traffic';
  const words = isOpen ? 'Close the traffic' : 'Show the traffic';
  const toggle = () => go({ side: isOpen ? '' : 'traffic' });
  return el('button', { type: 'button', class: 'bare', title: words, 'aria-pressed': String(isOpen), onclick: toggle }, icon('traffic'), spoken(words));
}

/** Read what was added. */
export const loadTraffic = oneAtATime(async () => {
  if (!view.list) return;
  const { next, entries } = await api.traffic(view.next);
  if (next < view.next) view.entries = [];
  view.next = next;
  view.entries = [...view.entries, ...entries].slice(-KEPT);
  view.list.prepend(...entries.filter(isWanted).map(line).reverse());
  countThem();
});

function draw() {
  view.list = el('ol', { class: 'traffic' });
  view.count = el('small', { role: 'status' });
  const filter = el('input', {
    class: 'field',
    type: 'search',
    placeholder: 'Filter: a method, a word of the JSON',
    'aria-label': 'Filter the traffic',
    value: view.typed,
    oninput: () => narrow({ typed: filter.value }),
  });
  const kinds = el('select', { class: 'field', 'aria-label': 'Kind', onchange: () => narrow({ kind: kinds.value }) });
  kinds.append(...['', ...KINDS].map((kind) => el('option', { value: kind, selected: kind === view.kind }, kind.replace('_', ' ') || 'all kinds')));
  fill(
    byId('side'),
    sideHead('Traffic', '', () => go({ side: '' })),
    el('div', { class: 'traffic-tools' }, filter, kinds, view.count),
    el('div', { class: 'traffic-frame' }, view.list),
  );
  narrow({});
}

function narrow(changes) {
  Object.assign(view, changes);
  fill(view.list, view.entries.filter(isWanted).map(line).reverse());
  countThem();
}

function countThem() {
  const [shown, all] = [view.list.children.length, view.entries.length];
  fill(view.count, shown === all ? `${all} entries` : `${shown} of ${all}`);
  view.list.classList.toggle('is-empty', !shown);
}

function isWanted(entry) {
  if (view.kind && entry.kind !== view.kind) return false;
  const typed = view.typed.trim().toLowerCase();
  return !typed || JSON.stringify(entry).toLowerCase().includes(typed);
}

function line(entry) {
  const [arrow, words] = WAYS[entry.direction] ?? ['·', entry.direction];
  const head = el(
    'summary',
    {},
    el('span', { class: 'traffic-way', title: words }, el('span', { 'aria-hidden': 'true' }, arrow), spoken(words)),
    el('span', { class: 'traffic-name' }, entry.name),
    el('span', { class: isBad(entry) ? 'traffic-status is-bad' : 'traffic-status' }, statusOf(entry)),
    el('small', {}, `${entry.kind.replace('_', ' ')} · ${timeOf(entry.at)}${Number.isFinite(entry.ms) ? ` · ${Math.round(entry.ms)} ms` : ''}`),
  );
  const details = el('details', {}, head);
  details.addEventListener('toggle', () => details.children.length === 1 && details.append(...bodies(entry)), { once: true });
  return el('li', {}, details);
}

/** What Slack would call an error is one, whatever HTTP says of it. */
function isBad(entry) {
  return Number(entry.status) >= 400 || entry.response?.ok === false;
}

function statusOf(entry) {
  if (entry.response?.ok === false) return entry.response.error ?? 'error';
  return entry.status || (entry.direction === 'out' ? 'no answer' : '');
}

function timeOf(at) {
  const moment = new Date(typeof at === 'number' ? at * 1000 : at);
  return Number.isNaN(moment.getTime()) ? String(at) : moment.toLocaleTimeString('en-GB', { hour12: false });
}

function bodies(entry) {
  return [['Request', entry.request], ['Response', entry.response]]
    .filter(([, body]) => body !== null && body !== undefined && body !== '')
    .map(([name, body]) => el('section', {}, el('h3', {}, name), el('pre', { tabindex: 0 }, pretty(body))));
}

function pretty(body) {
  return typeof body === 'string' ? body : JSON.stringify(body, null, 2);
}
