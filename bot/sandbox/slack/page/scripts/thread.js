// The thread at the right: the message it began with, the replies, and a field for one more.

import { api } from './api.js';
import { composer } from './composer.js';
import { byId, el, fill, icon, spoken } from './dom.js';
import { go, here } from './here.js';
import { MessageList } from './messages.js';
import { oneAtATime } from './refresh.js';
import { channelNamed } from './workspace.js';

let list = null;
let drawn = '';

/** Draw the thread that the address names; the side stays closed without one. */
export async function openThread() {
  const place = `${here.in} ${here.thread} ${here.as}`;
  if (!here.thread || here.side) {
    drawn = '';
    return;
  }
  if (place !== drawn) draw(place);
  await loadThread();
}

/** Read what changed in it. */
export const loadThread = oneAtATime(async () => {
  const { as, in: channel, thread } = here;
  if (!thread || here.side || !drawn) return;
  const { messages } = await api.messages(as, channel, thread);
  if (drawn === `${channel} ${thread} ${as}`) list.show(drawn, messages);
});

function draw(place) {
  drawn = place;
  const channel = channelNamed(here.in);
  const box = el('section', { class: 'messages', 'aria-label': 'Thread', tabindex: -1 });
  list = new MessageList(box, { isInThread: true, empty: () => 'This thread is gone.' });
  const isOpen = channel && !channel.is_archived;
  fill(
    byId('side'),
    sideHead('Thread', channel?.kind === 'channel' ? `#${channel.name}` : '', () => go({ thread: '' })),
    box,
    isOpen ? composer({ channel: here.in, thread: here.thread }, 'Reply…') : '',
  );
}

/** The line at the top of the side, with a button that closes it. */
export function sideHead(title, about, close) {
  const button = el('button', { type: 'button', class: 'bare', title: 'Close', onclick: close }, icon('close'), spoken('Close'));
  return el('header', { class: 'side-head' }, el('h2', {}, title), el('small', {}, about), button);
}
