// Standard Markdown, as the `markdown` block takes it: what answers in natural language are written in. A small part of it,
// line by line, and like everything else without ever making markup of text.

import { el, link } from './dom.js';

const INLINE = /(`[^`\n]+`)|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*(?!\s)([^*\n]+?)\*|(?<!\w)_([^_\n]+?)_(?!\w)|\[([^\]\n]+)\]\(([^)\s]+)\)/;
const RULES = [
  { starts: /^```/, take: fence },
  { starts: /^#{1,6}\s/, take: heading },
  { starts: /^\s*(?:[-*+]|\d+[.)])\s+/, take: list },
  { starts: /^>/, take: quote },
  { starts: /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/, take: (lines) => [el('hr'), lines.slice(1)] },
  { starts: /^\|.*\|\s*$/, take: grid },
];

export function markdownNodes(text) {
  const found = [];
  let lines = text.split('\n');
  while (lines.length) {
    if (!lines[0].trim()) {
      lines = lines.slice(1);
      continue;
    }
    const rule = RULES.find(({ starts }) => starts.test(lines[0]));
    const [node, rest] = (rule?.take ?? paragraph)(lines);
    found.push(node);
    lines = rest;
  }
  return found;
}

/** The first lines that fit, and those after them. */
function whileFits(lines, fits) {
  const end = lines.findIndex((line) => !fits(line));
  return end < 0 ? [lines, []] : [lines.slice(0, end), lines.slice(end)];
}

function paragraph(lines) {
  const isPlain = (line) => line.trim() && !RULES.some(({ starts }) => starts.test(line));
  const [own, rest] = whileFits(lines.slice(1), isPlain);
  return [el('p', {}, inline([lines[0], ...own].join('\n'))), rest];
}

function fence(lines) {
  const [own, rest] = whileFits(lines.slice(1), (line) => !line.startsWith('```'));
  return [el('pre', { tabindex: 0 }, own.join('\n')), rest.slice(1)];
}

function heading([line, ...rest]) {
  const level = Math.min(6, line.indexOf(' ') + 1);
  return [el(`h${level}`, {}, inline(line.replace(/^#+\s+/, '').replace(/\s+#+$/, ''))), rest];
}

function list(lines) {
  const item = /^\s*(?:[-*+]|(\d+)[.)])\s+/;
  const [own, rest] = whileFits(lines, (line) => item.test(line) || /^\s{2,}\S/.test(line));
  const start = item.exec(own[0])[1];
  return [el(start ? 'ol' : 'ul', { start }, own.map((line) => el('li', {}, inline(line.replace(item, '').trim())))), rest];
}

function quote(lines) {
  const [own, rest] = whileFits(lines, (line) => line.startsWith('>'));
  return [el('blockquote', {}, markdownNodes(own.map((line) => line.replace(/^> ?/, '')).join('\n'))), rest];
}

function grid(lines) {
  const [own, rest] = whileFits(lines, (line) => /^\|.*\|\s*$/.test(line));
  const rows = own.filter((line) => !/^[|\s:-]+$/.test(line)).map((line) => line.trim().slice(1, -1).split('|'));
  const row = (cells, tag) => el('tr', {}, cells.map((cell) => el(tag, {}, inline(cell.trim()))));
  const [head, ...body] = rows;
  const drawn = el('table', { class: 'table' }, el('thead', {}, row(head ?? [], 'th')), el('tbody', {}, body.map((cells) => row(cells, 'td'))));
  return [el('div', { class: 'table-frame', tabindex: 0, role: 'group', 'aria-label': 'Table' }, drawn), rest];
}

function inline(text) {
  const match = INLINE.exec(text);
  if (!match) return text ? [text] : [];
  const [whole, code, bold, bolder, strike, italic, slanted, label, url] = match;
  const node =
    (code && el('code', {}, code.slice(1, -1))) ??
    (label && link(url, inline(label))) ??
    styled({ strong: bold ?? bolder, del: strike, em: italic ?? slanted });
  return [text.slice(0, match.index), node, ...inline(text.slice(match.index + whole.length))].filter(Boolean);
}

function styled(found) {
  const [tag, text] = Object.entries(found).find(([, inner]) => inner !== undefined);
  return el(tag, {}, inline(text));
}
