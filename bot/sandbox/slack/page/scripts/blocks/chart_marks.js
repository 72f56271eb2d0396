// What is drawn within the axes of a native chart: lines, bars side by side, areas. Each mark says its number when pointed at.

import { svg } from '../dom.js';
import { exact } from './chart_scale.js';

const WIDEST_BAR = 44;

export function lines(series, categories, frame) {
  return series.map((each, at) => [
    svg('polyline', { class: `mark-line series-${at % 12}`, points: points(each, frame).join(' ') }),
    dots(each, at, categories, frame),
  ]);
}

/** Areas lie on each other, each from zero, those with the largest sum behind. */
export function areas(series, categories, frame) {
  const zero = frame.y(0);
  const outline = (each) => `${frame.x(0)},${zero} ${points(each, frame).join(' ')} ${frame.x(each.data.length - 1)},${zero}`;
  const order = series.map((_, at) => at).sort((one, other) => sum(series[other]) - sum(series[one]));
  return [
    order.map((at) => svg('polygon', { class: `mark-area series-${at % 12}`, points: outline(series[at]) })),
    lines(series, categories, frame),
  ];
}

function sum(each) {
  return each.data.reduce((total, point) => total + point.value, 0);
}

export function bars(series, categories, frame) {
  const room = Math.min(frame.slot * 0.74, WIDEST_BAR * series.length);
  const width = room / series.length;
  return series.map((each, at) =>
    each.data.map((point, category) => {
      const x = frame.x(category) - room / 2 + at * width;
      return bar(x, width, point.value, frame, { at, words: said(each, point, categories[category]) });
    }),
  );
}

function bar(x, width, value, frame, { at, words }) {
  const [zero, end] = [frame.y(0), frame.y(value)];
  const gap = width > 6 ? 1 : 0;
  const shape = { x: x + gap, y: Math.min(zero, end), width: Math.max(1, width - 2 * gap), height: Math.max(1, Math.abs(zero - end)) };
  return svg('rect', { class: `mark-fill series-${at % 12}`, rx: 2, ...shape }, svg('title', {}, words));
}

function points(each, frame) {
  return each.data.map((point, at) => `${frame.x(at).toFixed(1)},${frame.y(point.value).toFixed(1)}`);
}

function dots(each, at, categories, frame) {
  return each.data.map((point, category) =>
    svg(
      'circle',
      { class: `mark-dot series-${at % 12}`, cx: frame.x(category), cy: frame.y(point.value), r: each.data.length > 1 ? 3 : 4.5 },
      svg('title', {}, said(each, point, categories[category])),
    ),
  );
}

function said(each, point, category) {
  return `${category} · ${each.name}: ${exact(point.value)}`;
}
