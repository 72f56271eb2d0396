// Blocks of words: header, section, context, divider, alert, markdown.

import { el } from '../dom.js';
import { markdownNodes } from '../markdown.js';
import { plainText, textObject } from '../mrkdwn.js';
import { drawElement } from './elements.js';
import { fileAddress, isImage } from './images.js';

const LEVELS = { info: 'Note', warning: 'Warning', error: 'Error', success: 'Done', default: 'Note' };

export function header(block) {
  return el('h2', { class: 'header' }, plainText(block.text));
}

export function section(block, scene) {
  const words = [
    block.text && el('div', { class: 'mrkdwn' }, textObject(block.text)),
    block.fields && el('div', { class: 'fields' }, block.fields.map((field) => el('div', { class: 'mrkdwn' }, textObject(field)))),
  ];
  if (!block.accessory) return words;
  return el('div', { class: 'beside' }, el('div', { class: 'beside-text' }, words), accessory(block, scene));
}

function accessory(block, scene) {
  if (isImage(block.accessory)) return smallImage(block.accessory, 'accessory-image');
  return drawElement({ block: block.block_id, element: block.accessory, tells: true }, scene);
}

export function context(block) {
  return block.elements.map((element) =>
    isImage(element)
      ? smallImage(element, 'context-image')
      : el('span', { class: 'context-text mrkdwn' }, textObject(element)),
  );
}

function smallImage(element, kind) {
  return el('img', { class: kind, src: fileAddress(element), alt: element.alt_text ?? '' });
}

export function divider() {
  return el('hr');
}

export function alertBox(block) {
  const level = block.level ?? 'default';
  return el('div', { class: `alert alert-${level}`, role: 'note' }, el('strong', {}, `${LEVELS[level] ?? 'Note'}: `), textObject(block.text));
}

export function markdown(block) {
  return el('div', { class: 'markdown' }, markdownNodes(block.text));
}
