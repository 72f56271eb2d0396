// The one place where elements are made. What comes from outside becomes a text node or an attribute, never markup,
// so that a tag called `<img onerror=…>` stays a name.

const SVG = 'http://www.w3.org/2000/svg';
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
let made = 0;

/** An HTML element; attributes whose value is a function are listeners, those without a value are left out. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => isThere(child) && child !== ''));
  return node;
}

function set(node, name, value) {
  if (!isThere(value)) return;
  if (typeof value === 'function') node.addEventListener(name.replace(/^on/, ''), value);
  else if (name === 'value') node.value = value;
  else node.setAttribute(name, value === true ? '' : String(value));
}

function isThere(value) {
  return value !== null && value !== undefined && value !== false;
}

/** An id that no other element of the page has. */
export function newId(prefix) {
  made += 1;
  return `${prefix}-${made}`;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A link that leaves the page, or plain text where the address is none that a person should follow. */
export function link(address, ...children) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !SCHEMES.has(url.protocol)) return el('span', {}, children);
  return el('a', { href: url.href, target: '_blank', rel: 'noreferrer noopener' }, children);
}

/** A drawing from `icons`, hidden from screen readers: what it means is said by the button around it. */
export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true' }, svg('path', { d: ICONS[name] }));
}

/** Text that only screen readers say. */
export function spoken(text) {
  return el('span', { class: 'spoken' }, text);
}

/** Everything in `node` replaced. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => isThere(child) && child !== ''));
}

const ICONS = {
  back: 'M12.5 4 6.5 10l6 6',
  check: 'M4 10.5 8 14.5 16 5.5',
  close: 'M5 5l10 10M15 5 5 15',
  down: 'M5 7.5 10 12.5 15 7.5',
  dots: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  external: 'M8 5H4v11h11v-4M11 4h5v5M16 4l-7 7',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  file: 'M5 2.5h6l4 4v11H5zM11 2.5v4h4',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  moon: 'M16 12A7 7 0 0 1 8 4a7 7 0 1 0 8 8z',
  react: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.5 8.5h.01M12.5 8.5h.01M7 12c1.5 2 4.5 2 6 0',
  send: 'M3 3.5 17.5 10 3 16.5 5 10zM5 10h6',
  sun: 'M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M4.3 15.7l1.4-1.4M14.3 5.7l1.4-1.4',
  thread: 'M3 4h14v9H9l-4 3.5V13H3z',
  traffic: 'M6 16V4M6 4 3 7M6 4l3 3M14 4v12M14 16l-3-3M14 16l3-3',
  auto: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
};
