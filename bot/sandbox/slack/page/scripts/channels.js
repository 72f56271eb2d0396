// The list at the left: channels and the app, with marks for what is unread. Arrow keys move within it.

import { byId, el, fill, icon, spoken } from './dom.js';
import { go, here } from './here.js';
import { avatar } from './people.js';
import { workspace } from './workspace.js';

const MOST = 99;

export function drawChannels() {
  const list = byId('channels');
  const focused = document.activeElement?.dataset?.channel;
  const { channels, bot } = workspace();
  const [open, direct] = [channels.filter((each) => each.kind !== 'im'), channels.filter((each) => each.kind === 'im')];
  fill(
    list,
    group('Channels', open.map((each) => item(each, sign(each), each.name))),
    group('Apps', direct.map((each) => item(each, avatar({ is_bot: true }), bot.name))),
  );
  if (focused) list.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
}

/** Let arrow keys move within the list. */
export function watchChannels() {
  byId('channels').addEventListener('keydown', (event) => {
    const items = [...byId('channels').querySelectorAll('[data-channel]')];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    items[Math.min(Math.max(to, 0), items.length - 1)].focus();
  });
  byId('open-list').addEventListener('click', () => showList(!document.body.classList.contains('is-listing')));
}

/** In a narrow window the list lies over the conversation, or away. */
export function showList(isShown) {
  document.body.classList.toggle('is-listing', isShown);
  byId('open-list').setAttribute('aria-expanded', String(isShown));
}

function group(name, items) {
  return items.length ? el('section', { 'aria-label': name }, el('h2', {}, name), el('ul', {}, items.map((each) => el('li', {}, each)))) : null;
}

function item(channel, mark, name) {
  const isHere = channel.id === here.in;
  const unread = isHere ? 0 : Number(channel.unread) || 0;
  const visit = () => {
    showList(false);
    go({ in: channel.id, thread: '', tab: '' });
  };
  return el(
    'button',
    { type: 'button', class: unread ? 'channel is-unread' : 'channel', 'aria-current': isHere && 'page', 'data-channel': channel.id, onclick: visit },
    mark,
    el('span', { class: 'channel-name', title: name }, name),
    channel.is_ext_shared && shared(),
    unread > 0 && el('span', { class: 'unread' }, unread > MOST ? `${MOST}+` : unread, spoken(' unread')),
  );
}

function shared() {
  return el('span', { class: 'channel-mark', title: 'Shared with another company' }, icon('external'), spoken(' (shared with another company)'));
}

function sign(channel) {
  return el('span', { class: 'channel-sign', 'aria-hidden': 'true' }, channel.is_private ? icon('lock') : '#');
}
