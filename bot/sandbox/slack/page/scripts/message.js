// One message as Slack draws it: who and when, text or blocks, files, reactions, replies, and for whom it is.

import { api } from './api.js';
import { drawBlocks } from './blocks/index.js';
import { picture } from './blocks/images.js';
import { el, icon, link, spoken } from './dom.js';
import { REACTIONS, emoji } from './emoji.js';
import { go, here } from './here.js';
import { openMenu } from './menus.js';
import { mrkdwn } from './mrkdwn.js';
import { avatar } from './people.js';
import { clock, full, ofTs } from './times.js';
import { personNamed } from './workspace.js';

const FOR_ALL = new Set(['channel', 'here', 'everyone']);

/** `isFollowing`: the same person wrote the message above a moment ago, so the name is not said again. */
export function drawMessage(message, scene, { isFollowing = false, isInThread = false } = {}) {
  const kinds = ['message', isFollowing && 'is-following', message.ephemeral && 'is-ephemeral', isForMe(message) && 'is-for-me'];
  return el(
    'li',
    { class: kinds.filter(Boolean).join(' '), 'data-ts': message.ts },
    el('div', { class: 'message-side' }, isFollowing ? when(message) : avatar(person(message))),
    el(
      'div',
      { class: 'message-main' },
      message.ephemeral && el('p', { class: 'only-you' }, icon('eye'), 'Only visible to you'),
      isFollowing ? spoken(`${message.author.name}: `) : head(message),
      content(message, scene),
      files(message),
      reactions(message),
      !isInThread && replies(message),
    ),
    tools(message, isInThread),
  );
}

function person(message) {
  return { ...(personNamed(message.author.id) ?? {}), ...message.author };
}

function isForMe(message) {
  return (message.pings ?? []).some((each) => each === here.as || (FOR_ALL.has(each) && message.author.id !== here.as));
}

function head(message) {
  const known = personNamed(message.author.id);
  return el(
    'p',
    { class: 'message-head' },
    el('strong', { class: 'author' }, known?.real_name && !message.author.is_bot ? known.real_name : message.author.name),
    message.author.is_bot && el('span', { class: 'badge' }, 'APP'),
    when(message),
  );
}

function when(message) {
  const moment = ofTs(message.ts);
  return el('time', { datetime: moment.toISOString(), title: full(moment) }, clock(moment));
}

function content(message, scene) {
  const edited = message.edited && el('span', { class: 'edited' }, ' (edited)');
  if (message.blocks?.length) return el('div', { class: 'blocks' }, drawBlocks(message.blocks, scene), edited);
  return message.text ? el('div', { class: 'mrkdwn' }, mrkdwn(message.text), edited) : null;
}

function files(message) {
  return (message.files ?? []).map((file) => {
    if (file.mimetype?.startsWith('image/')) return picture({ address: file.url, alt: file.alt, title: file.title || file.name });
    const name = el('span', { class: 'file-name' }, el('strong', {}, file.title || file.name), el('small', {}, file.name));
    const box = link(new URL(file.url, document.baseURI).href, icon('file'), name);
    box.className = 'file';
    box.setAttribute('download', file.name);
    return box;
  });
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  const one = ({ name, count }) =>
    el('button', { type: 'button', class: 'reaction', title: `:${name}:`, onclick: () => react(message, name) }, emoji(name), el('span', {}, count));
  return el('div', { class: 'reactions' }, message.reactions.map(one));
}

function react(message, name) {
  return api.react({ as: here.as, channel: here.in, ts: message.ts, name });
}

function replies(message) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? '1 reply' : `${message.reply_count} replies`;
  return el('button', { type: 'button', class: 'replies', onclick: () => openThread(message) }, words);
}

function openThread(message) {
  go({ thread: message.thread_ts || message.ts, side: '' });
}

/** What can be done with a message; nothing with one that only the reader sees, as in Slack. */
function tools(message, isInThread) {
  if (message.ephemeral) return null;
  const add = el('button', { type: 'button', class: 'bare', 'aria-haspopup': 'listbox', title: 'Add a reaction' }, icon('react'), spoken('Add a reaction'));
  const options = REACTIONS.map((name) => ({ label: `${emoji(name)} :${name}:`, of: name }));
  add.addEventListener('click', () => openMenu(add, { name: 'Reactions', groups: [{ options }], choose: (name) => react(message, name) }));
  const reply = () => openThread(message);
  return el(
    'div',
    { class: 'message-tools' },
    add,
    !isInThread && el('button', { type: 'button', class: 'bare', title: 'Reply in thread', onclick: reply }, icon('thread'), spoken('Reply in thread')),
  );
}
