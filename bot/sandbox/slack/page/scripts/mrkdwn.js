// Draws mrkdwn and text objects: the tree of mrkdwn_parse.js as elements, with the names of this workspace filled in.

import { el, link } from './dom.js';
import { emoji } from './emoji.js';
import { parse } from './mrkdwn_parse.js';
import { formatted, full } from './times.js';
import { channelNamed, personNamed } from './workspace.js';

const TAGS = { bold: 'strong', italic: 'em', strike: 'del', quote: 'blockquote', code: 'code' };

/** mrkdwn as a list of nodes. */
export function mrkdwn(text, settings) {
  return parse(text ?? '', settings).map(drawn);
}

/** A text object, `plain_text` or `mrkdwn`, as a list of nodes. */
export function textObject(object) {
  if (!object) return [];
  if (object.type === 'mrkdwn') return mrkdwn(object.text, { verbatim: object.verbatim });
  return [plainText(object)];
}

/** The words of a `plain_text` object; emoji names become signs unless it says they do not. */
export function plainText(object) {
  const text = object?.text ?? '';
  return object?.emoji === false ? text : text.replace(/:([a-z0-9_+'-]+):/g, (_, name) => emoji(name));
}

function drawn(node) {
  const draw = DRAWERS[node.kind];
  return draw ? draw(node) : el(TAGS[node.kind], {}, node.children.map(drawn));
}

const DRAWERS = {
  text: (node) => node.text,
  emoji: (node) => emoji(node.name),
  // It scrolls in a narrow window, and what scrolls can be reached by keyboard.
  pre: (node) => el('pre', { tabindex: 0 }, node.children.map(drawn)),
  link: (node) => link(node.url, node.label || node.url),
  person: (node) => mention(`@${personNamed(node.id)?.name || node.label || node.id}`),
  group: (node) => mention(`@${(node.label || node.id).replace(/^@/, '')}`),
  everybody: (node) => mention(`@${node.name}`, 'mention-all'),
  channel: (node) => mention(`#${channelNamed(node.id)?.name || node.label || node.id}`),
  date: drawnDate,
};

export function mention(text, kind = '') {
  return el('span', { class: `mention ${kind}`.trim() }, text);
}

function drawnDate({ seconds, format, url, label }) {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return label;
  const time = el('time', { datetime: moment.toISOString(), title: full(moment) }, formatted(seconds, format));
  return url ? link(url, time) : time;
}
