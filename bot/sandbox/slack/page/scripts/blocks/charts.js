// Slack's native charts: the figure with its title and legend, redrawn at the width there is, and its numbers as a table
// for who cannot see it.

import { el, fill, svg } from '../dom.js';
import { areas, bars, lines } from './chart_marks.js';
import { cut, exact, namedEvery, scale, short, slice, textWidth, ticksOf } from './chart_scale.js';

const HEIGHT = 250;
const TURN = Math.SQRT1_2; // names that do not fit below their bars are turned by 45°
const NARROWEST = 200;
const MARKS = { line: lines, bar: bars, area: areas };

export function chart(block) {
  const given = block.chart;
  const isPie = given.type === 'pie';
  const plot = el('div', { class: isPie ? 'chart-plot chart-pie' : 'chart-plot' });
  const draw = isPie ? pie : (width) => axes(given, width);
  const entries = isPie ? given.segments.map((each) => each.label) : given.series.map((each) => each.name);
  const fit = ([entry]) => requestAnimationFrame(() => redraw(plot, draw, entry.contentRect.width, given, block.title));
  new ResizeObserver(fit).observe(plot);
  return el(
    'figure',
    { class: 'chart' },
    el('figcaption', {}, block.title),
    plot,
    isPie || entries.length > 1 ? legend(entries, isPie ? given.segments : null) : null,
    numbers(given, block.title),
  );
}

function redraw(plot, draw, width, given, title) {
  const wide = Math.floor(width);
  if (wide < 1 || plot.dataset.width === String(wide)) return;
  plot.dataset.width = wide;
  const drawn = draw(Math.max(NARROWEST, wide), given);
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', `${title}, a ${given.type} chart; its numbers follow as a table`);
  fill(plot, drawn);
}

function legend(names, segments) {
  const total = segments?.reduce((sum, each) => sum + each.value, 0);
  const share = (at) => (segments ? ` ${exact(segments[at].value)} (${Math.round((segments[at].value / total) * 100)} %)` : '');
  return el('ul', { class: 'legend', 'aria-hidden': 'true' }, names.map((name, at) => el('li', { class: `series-${at % 12}` }, `${name}${share(at)}`)));
}

/** The same numbers for screen readers. */
function numbers(given, title) {
  const isPie = given.type === 'pie';
  const head = isPie ? ['', 'Value'] : ['', ...given.series.map((each) => each.name)];
  const rows = isPie
    ? given.segments.map((each) => [each.label, each.value])
    : given.axis_config.categories.map((name, at) => [name, ...given.series.map((each) => each.data[at]?.value ?? 0)]);
  const row = (cells) => el('tr', {}, cells.map((cell) => el('td', {}, typeof cell === 'number' ? exact(cell) : cell)));
  return el('div', { class: 'spoken' }, el('table', {}, el('caption', {}, title), el('tbody', {}, row(head), rows.map(row))));
}

function axes(given, width) {
  const { categories, x_label: below, y_label: beside } = given.axis_config;
  const ticks = ticksOf(given.series.flatMap((each) => each.data.map((point) => point.value)));
  const turned = given.type === 'bar' && Math.max(...categories.map(textWidth)) > (width - 60) / categories.length;
  const frame = framed({ width, ticks, categories, turned, below, beside });
  const { height } = frame;
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height },
    grid(frame, ticks),
    names(frame, categories, turned),
    MARKS[given.type](given.series, categories, frame),
    below && svg('text', { class: 'chart-label', x: (frame.left + frame.right) / 2, y: height - 4, 'text-anchor': 'middle' }, below),
    beside && svg('text', { class: 'chart-label', x: 0, y: 11 }, beside),
  );
}

/** Where the plot begins and ends, and how values and categories become places in it. */
function framed({ width, ticks, categories, turned, below, beside }) {
  const [top, right] = [beside ? 24 : 10, width - 10];
  const aslant = turned ? Math.max(...categories.map(textWidth)) * TURN : 0;
  const room = Math.max(...ticks.map((tick) => textWidth(short(tick)))) + 12;
  const left = Math.max(room, Math.min(aslant - (right - room) / categories.length / 2, width / 5));
  const height = HEIGHT + aslant / 2;
  const bottom = height - 24 - aslant - (below ? 18 : 0);
  const slot = (right - left) / categories.length;
  const y = scale(bottom, top, ticks[0], ticks.at(-1));
  return { left, right, top, bottom, height, slot, x: (at) => left + slot * (at + 0.5), y };
}

function grid(frame, ticks) {
  return ticks.map((tick) => [
    svg('line', { class: tick === 0 ? 'chart-zero' : 'chart-grid', x1: frame.left, x2: frame.right, y1: frame.y(tick), y2: frame.y(tick) }),
    svg('text', { class: 'chart-tick', x: frame.left - 8, y: frame.y(tick) + 4, 'text-anchor': 'end' }, short(tick)),
  ]);
}

function names(frame, categories, turned) {
  if (turned) return categories.map((name, at) => turnedName(frame, name, at));
  const every = namedEvery(categories.length, frame.right - frame.left, Math.max(...categories.map(textWidth)) + 10);
  return categories.map((name, at) => {
    if (at % every) return null;
    const x = Math.min(frame.x(at), frame.right + 8 - textWidth(name) / 2);
    return svg('text', { class: 'chart-tick', x, y: frame.bottom + 17, 'text-anchor': 'middle' }, name);
  });
}

/** A long name below a bar, turned so that it fits; the first ones are cut where the drawing begins. */
function turnedName(frame, name, at) {
  const [x, y] = [frame.x(at) + 4, frame.bottom + 14];
  const words = cut(name, Math.floor(x / TURN / textWidth('m')));
  return svg('text', { class: 'chart-tick', x, y, 'text-anchor': 'end', transform: `rotate(-45 ${x} ${y})` }, words, svg('title', {}, name));
}

function pie(width, given) {
  const size = Math.min(width, 220);
  const total = given.segments.reduce((sum, each) => sum + each.value, 0);
  let from = 0;
  const slices = given.segments.map((each, at) => {
    const to = from + each.value / total;
    const path = svg('path', { class: `mark-fill series-${at % 12}`, d: slice(size / 2, size / 2, size / 2 - 4, from, to) });
    path.append(svg('title', {}, `${each.label}: ${exact(each.value)}`));
    from = to;
    return path;
  });
  return svg('svg', { viewBox: `0 0 ${size} ${size}`, width: size, height: size }, slices);
}
