// A list of messages, in the conversation or in a thread. A message is drawn anew only when it changed, so that an open menu,
// a sorted table or a selection outlives the arrival of the next one; the list stays at its end while the reader is there.

import { Scene } from './blocks/scene.js';
import { byId, el, fill } from './dom.js';
import { here } from './here.js';
import { drawMessage } from './message.js';
import { dayName, isSameDay, ofTs } from './times.js';

const FOLLOWING = 5 * 60;
const NEAR = 60;

export class MessageList {
  /** `box` scrolls; `empty` draws what stands there without any message. */
  constructor(box, { isInThread = false, empty = () => '' } = {}) {
    Object.assign(this, { box, isInThread, empty, place: '', isAtEnd: true });
    this.list = el('ol', { class: 'message-list' });
    this.drawn = new Map();
    this.scenes = new Map();
    box.addEventListener('scroll', () => this.noticeEnd());
    const watcher = new ResizeObserver(() => this.resized());
    watcher.observe(this.list);
    watcher.observe(box);
  }

  /** Show these messages of this place; what is new since the last time is said to screen readers. */
  show(place, messages) {
    const isElsewhere = place !== this.place;
    if (isElsewhere) this.begin(place);
    else this.announce(messages);
    const nodes = messages.length ? this.nodes(messages) : [el('li', { class: 'nothing' }, this.empty())];
    arrange(this.list, nodes);
    if (this.list.parentNode !== this.box) fill(this.box, this.list);
    if (this.isAtEnd) this.toEnd();
  }

  begin(place) {
    Object.assign(this, { place, isAtEnd: true });
    this.drawn.clear();
    this.scenes.clear();
    fill(this.list);
  }

  announce(messages) {
    const news = messages.filter((message) => !this.drawn.has(message.ts));
    if (news.length) fill(byId('said'), news.map((message) => el('p', {}, `${message.author.name}: ${message.text}`)));
    this.isAtEnd ||= news.some((message) => message.author.id === here.as || message.ephemeral);
  }

  nodes(messages) {
    const found = [];
    const kept = new Map();
    messages.forEach((message, at) => {
      const before = messages[at - 1];
      if (!this.isInThread && (!before || !isSameDay(ofTs(before.ts), ofTs(message.ts)))) found.push(this.day(message, kept));
      found.push(this.node(message, isFollowing(message, before), kept));
    });
    this.drawn = kept;
    return found;
  }

  day(message, kept) {
    const name = dayName(ofTs(message.ts));
    const node = this.drawn.get(name)?.node ?? el('li', { class: 'day' }, el('span', {}, name));
    kept.set(name, { node });
    return node;
  }

  node(message, follows, kept) {
    const key = JSON.stringify([message, follows]);
    const before = this.drawn.get(message.ts);
    const node = before?.key === key ? before.node : drawMessage(message, this.scene(message), { isFollowing: follows, isInThread: this.isInThread });
    kept.set(message.ts, { key, node });
    return node;
  }

  scene(message) {
    const scene = this.scenes.get(message.ts) ?? new Scene({ channel: this.place.split(' ')[0], ts: message.ts });
    scene.keepOnly(message.blocks ?? []);
    this.scenes.set(message.ts, scene);
    return scene;
  }

  resized() {
    this.size = sizeOf(this.box);
    if (this.isAtEnd) this.toEnd();
  }

  /** Only the reader's own scrolling counts: a picture that has just arrived moves the end, not the reader. */
  noticeEnd() {
    if (this.size !== sizeOf(this.box)) return;
    this.isAtEnd = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR;
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
  }
}

function sizeOf(box) {
  return `${box.scrollHeight} ${box.clientHeight}`;
}

function isFollowing(message, before) {
  return Boolean(
    before &&
      before.author.id === message.author.id &&
      !before.ephemeral &&
      !message.ephemeral &&
      !before.reply_count &&
      Number(message.ts) - Number(before.ts) < FOLLOWING &&
      isSameDay(ofTs(before.ts), ofTs(message.ts)),
  );
}

/** Put the nodes into the list in this order, moving as few as possible. */
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => {
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
}
