// Pictures: image blocks and files that are images. Most were uploaded to this workspace and come from its own files.

import { el, link } from '../dom.js';
import { plainText } from '../mrkdwn.js';

export function isImage(element) {
  return element.type === 'image';
}

/** Where the picture of an image block or element is. */
export function fileAddress(block) {
  if (block.slack_file?.id) return `files/${encodeURIComponent(block.slack_file.id)}/picture`;
  return block.slack_file?.url ?? block.image_url ?? '';
}

export function image(block) {
  return picture({ address: fileAddress(block), alt: block.alt_text, title: plainText(block.title) });
}

/** A picture with its title; in full size in a tab of its own. One that cannot be shown says so, with its alt text. */
export function picture({ address, alt, title }) {
  const figure = el('figure', { class: 'picture' }, title && el('figcaption', {}, title));
  const shown = el('img', { src: address, alt: alt || title || 'A picture without a description', loading: 'lazy' });
  shown.addEventListener('error', () => shown.replaceWith(missing(alt || title)), { once: true });
  figure.append(link(new URL(address, document.baseURI).href, shown));
  return figure;
}

function missing(alt) {
  return el('span', { class: 'picture-missing' }, `This picture cannot be shown here. ${alt ?? ''}`.trim());
}
