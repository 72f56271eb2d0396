// Rich text: sections, lists, quotes and preformatted text with styled pieces.

import { el, link } from '../dom.js';
import { emoji } from '../emoji.js';
import { mention } from '../mrkdwn.js';
import { channelNamed, personNamed } from '../workspace.js';
import { formatted } from '../times.js';

const STYLES = { bold: 'strong', italic: 'em', strike: 'del', code: 'code', underline: 'u' };

export function richText(block) {
  return el('div', { class: 'rich mrkdwn' }, block.elements.map(part));
}

function part(node) {
  if (node.type === 'rich_text_list') return list(node);
  const tag = { rich_text_preformatted: 'pre', rich_text_quote: 'blockquote' }[node.type] ?? 'div';
  return el(tag, tag === 'pre' ? { tabindex: 0 } : {}, node.elements.map(piece));
}

function list(node) {
  const tag = node.style === 'ordered' ? 'ol' : 'ul';
  const start = node.offset ? node.offset + 1 : null;
  return el(tag, { class: `indent-${node.indent ?? 0}`, start }, node.elements.map((each) => el('li', {}, part(each))));
}

/** One piece with its styles around it. */
export function piece(node) {
  const wanted = Object.keys(node.style ?? {}).filter((name) => node.style[name] && STYLES[name]);
  return wanted.reduce((inner, name) => el(STYLES[name], {}, inner), bare(node));
}

function bare(node) {
  const draw = PIECES[node.type];
  return draw ? draw(node) : node.text ?? `[${node.type}]`;
}

const PIECES = {
  text: (node) => node.text,
  link: (node) => link(node.url, node.text || node.url),
  emoji: (node) => emoji(node.name),
  user: (node) => mention(`@${personNamed(node.user_id)?.name ?? node.user_id}`),
  usergroup: (node) => mention(`@${node.usergroup_id}`),
  channel: (node) => mention(`#${channelNamed(node.channel_id)?.name ?? node.channel_id}`),
  broadcast: (node) => mention(`@${node.range}`, 'mention-all'),
  date: (node) => formatted(node.timestamp, node.format),
  color: (node) => node.value,
};
