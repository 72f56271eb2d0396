// The middle of the page: the head of the place one is in, its messages and the field to write in. The app's place has two
// tabs, as in Slack: messages and App Home.

import { api } from './api.js';
import { composer } from './composer.js';
import { byId, el, fill, icon, spoken } from './dom.js';
import { drawHome, loadHome } from './home.js';
import { go, here } from './here.js';
import { MessageList } from './messages.js';
import { oneAtATime } from './refresh.js';
import { channelNamed, workspace } from './workspace.js';

const TABS = [['', 'Messages'], ['home', 'Home']];
let list = null;

export function startConversation() {
  list = new MessageList(byId('messages'), { empty: beginning });
}

/** Draw the place one has come to. */
export async function openConversation() {
  const channel = channelNamed(here.in);
  const isHome = channel?.kind === 'im' && here.tab === 'home';
  byId('messages').hidden = isHome;
  byId('home').hidden = !isHome;
  drawHead();
  fill(byId('writing'), isHome || !channel ? '' : writing(channel));
  document.title = `${channel ? nameOf(channel) : 'Nothing'} · ${workspace().team.name}`;
  if (isHome) await drawHome();
  else await loadMessages();
}

/** Read what changed in the place. */
export const loadMessages = oneAtATime(async () => {
  const { as, in: channel } = here;
  if (!channelNamed(channel)) return fill(byId('messages'), el('p', { class: 'nothing' }, 'There is nothing here that you may see.'));
  if (here.tab === 'home') return loadHome();
  const { messages } = await api.messages(as, channel);
  if (as === here.as && channel === here.in) list.show(`${channel} ${as}`, messages);
});

/** The line at the top: name, marks, topic, tabs. */
export function drawHead() {
  const channel = channelNamed(here.in);
  fill(byId('place-head'), channel ? heading(channel) : '');
}

function heading(channel) {
  return [
    el('h1', { class: 'place-name' }, channel.kind === 'channel' && sign(channel), nameOf(channel)),
    channel.kind === 'im' ? tabs() : el('p', { class: 'place-topic', title: channel.topic }, channel.topic),
    channel.is_ext_shared && el('span', { class: 'badge badge-warning' }, 'Shared with another company'),
    channel.is_archived && el('span', { class: 'badge' }, 'Archived'),
  ];
}

function sign(channel) {
  return channel.is_private ? [icon('lock'), spoken('Private channel ')] : el('span', { class: 'channel-sign', 'aria-hidden': 'true' }, '#');
}

function nameOf(channel) {
  return channel.kind === 'im' ? workspace().bot.name : channel.name;
}

function tabs() {
  const tab = ([name, words]) =>
    el('button', { type: 'button', role: 'tab', 'aria-selected': String(here.tab === name), onclick: () => go({ tab: name, thread: '' }) }, words);
  return el('div', { class: 'tabs', role: 'tablist' }, TABS.map(tab));
}

function writing(channel) {
  if (channel.is_archived) return el('p', { class: 'note' }, 'This channel is archived: nobody can write here.');
  return composer({ channel: channel.id }, `Message ${channel.kind === 'im' ? '' : '#'}${nameOf(channel)}`);
}

function beginning() {
  const channel = channelNamed(here.in);
  const commands = workspace().commands.map((each) => each.command);
  const tip = commands.length ? `Type ${commands[0]} below, or mention @${workspace().bot.name}.` : 'No app has told of its commands yet.';
  const isApp = channel.kind === 'im';
  if (channel.is_archived) return el('h2', {}, `Nothing was written in #${channel.name}`);
  return [
    el('h2', {}, isApp ? `This is the beginning of your conversation with ${nameOf(channel)}` : `This is the beginning of #${channel.name}`),
    el('p', {}, isApp ? 'Write to the app as you would to a colleague.' : tip),
  ];
}
