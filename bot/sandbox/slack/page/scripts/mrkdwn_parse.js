// Slack's mrkdwn as a tree, without drawing it. Written from Slack's description and not from our escaping code, so that
// a name which our bot failed to make harmless shows here as what it would have done there.

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' };
const WORD = /[\p{L}\p{N}]/u;
const EMOJI = /^:([a-z0-9_+'-]+):/;
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`*]+[^\s<>"'`*.,;:!?)\]}]/g;
const ENTITIES = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** A tree of `{kind, …}`. `verbatim`: bare addresses stay text. */
export function parse(text, { verbatim = false } = {}) {
  const pieces = text.split(/```\n?([\s\S]*?)\n?```\n?/);
  return pieces.flatMap((piece, at) => {
    if (at % 2) return [{ kind: 'pre', children: codeOf(piece) }];
    return paragraphs(at < pieces.length - 1 ? piece.replace(/\n$/, '') : piece, verbatim);
  });
}

function paragraphs(text, verbatim) {
  const found = [];
  for (const { quoted, lines } of grouped(text.split('\n'))) {
    const children = inline(lines.join('\n'), verbatim);
    if (quoted) found.push({ kind: 'quote', children });
    else found.push(...children);
  }
  return found;
}

/** Lines beside each other that are quoted, or are not. `>>>` quotes all that follows. */
function grouped(lines) {
  const groups = [];
  let rest = false;
  for (const line of lines) {
    const all = /^(?:&gt;|>){3}/.test(line) && !rest;
    rest ||= all;
    const quoted = rest || /^(?:&gt;|>)/.test(line);
    const text = all ? line.replace(/^(?:&gt;|>){3} ?/, '') : quoted ? line.replace(/^(?:&gt;|>) ?/, '') : line;
    const last = groups.at(-1);
    if (last?.quoted === quoted) last.lines.push(text);
    else groups.push({ quoted, lines: [text] });
  }
  return groups;
}

function inline(text, verbatim) {
  const found = [];
  let plain = '';
  const flush = () => {
    if (plain) found.push(...(verbatim ? [{ kind: 'text', text: decoded(plain) }] : addressed(plain)));
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const token = special(text, at, verbatim);
    if (token) {
      flush();
      found.push(token.node);
      at = token.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return found;
}

function special(text, at, verbatim) {
  const sign = text[at];
  if (sign === '<') return angle(text, at);
  if (sign === '`') return code(text, at);
  if (sign === ':') return named(text, at);
  return sign in STYLES ? styled(text, at, verbatim) : null;
}

function angle(text, at) {
  const end = text.indexOf('>', at);
  const inside = end < 0 ? '' : text.slice(at + 1, end);
  if (!inside || inside.includes('\n') || inside.includes('<')) return null;
  return { node: reference(inside), end: end + 1 };
}

/** What stands between `<` and `>`: a person, a channel, everybody, a date, a link. */
function reference(inside) {
  const [target, ...rest] = inside.split('|');
  const label = decoded(rest.join('|'));
  if (target.startsWith('@')) return { kind: 'person', id: target.slice(1), label };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), label };
  if (target.startsWith('!subteam^')) return { kind: 'group', id: target.slice(9), label };
  if (target.startsWith('!date^')) return date(target, label);
  if (target.startsWith('!')) return { kind: 'everybody', name: target.slice(1) };
  return { kind: 'link', url: decoded(target), label };
}

function date(target, label) {
  const [, seconds, format = '', ...url] = target.split('^');
  return { kind: 'date', seconds, format: decoded(format), url: decoded(url.join('^')), label };
}

function code(text, at) {
  const end = text.indexOf('`', at + 1);
  const inside = end < 0 ? '' : text.slice(at + 1, end);
  return inside.trim() && !inside.includes('\n') ? { node: { kind: 'code', children: codeOf(inside) }, end: end + 1 } : null;
}

/** Within code only entities and references are read. */
function codeOf(text) {
  return text.split(/<([^<>\n]+)>/).map((piece, at) => (at % 2 ? reference(piece) : { kind: 'text', text: decoded(piece) }));
}

function named(text, at) {
  const match = EMOJI.exec(text.slice(at, at + 60));
  return match ? { node: { kind: 'emoji', name: match[1] }, end: at + match[0].length } : null;
}

/** `*bold*`: opened after no letter and before no blank, closed after no blank and before no letter, on one line. */
function styled(text, at, verbatim) {
  const sign = text[at];
  if (isWord(text[at - 1]) || isBlank(text[at + 1]) || text[at + 1] === sign) return null;
  for (let end = text.indexOf(sign, at + 2); end > 0; end = text.indexOf(sign, end + 1)) {
    const inside = text.slice(at + 1, end);
    if (inside.includes('\n')) return null;
    const isClosed = !isBlank(text[end - 1]) && !isWord(text[end + 1]) && !isWithin(inside);
    if (isClosed) return { node: { kind: STYLES[sign], children: inline(inside, verbatim) }, end: end + 1 };
  }
  return null;
}

/** Whether the text ends in the middle of code or of a reference, where a sign closes nothing. */
function isWithin(inside) {
  return (inside.split('`').length - 1) % 2 === 1 || inside.lastIndexOf('<') > inside.lastIndexOf('>');
}

function addressed(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    found.push({ kind: 'text', text: decoded(text.slice(from, match.index)) }, { kind: 'link', url: decoded(match[0]), label: '' });
    from = match.index + match[0].length;
  }
  found.push({ kind: 'text', text: decoded(text.slice(from)) });
  return found.filter((node) => node.kind !== 'text' || node.text);
}

export function decoded(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

function isWord(character) {
  return character !== undefined && WORD.test(character);
}

function isBlank(character) {
  return character === undefined || /\s/.test(character);
}
