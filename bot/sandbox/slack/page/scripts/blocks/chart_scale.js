// The arithmetic of native charts: round ticks, short numbers, places of categories. Nothing here draws.

const STEPS = [1, 2, 2.5, 5, 10];

/** Round ticks from zero, or from below it, to above the largest value. */
export function ticksOf(values, wanted = 5) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const step = roundStep((high - low || 1) / wanted);
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * STEPS.find((step) => step * power >= rough * 0.999);
}

/** `1.2K`, `350`, `0.25`. */
export function short(value) {
  const digits = Math.abs(value) < 10 ? { maximumFractionDigits: 2 } : { maximumFractionDigits: 1 };
  return new Intl.NumberFormat('en-US', { notation: 'compact', ...digits }).format(value);
}

/** A value as exactly as it was given. */
export function exact(value) {
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }).format(value);
}

/** A function from a value to its place between two others. */
export function scale(from, to, low, high) {
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}

/** Every how many categories one is named, so that names of this width do not run into each other. */
export function namedEvery(count, width, nameWidth) {
  return Math.max(1, Math.ceil((count * nameWidth) / Math.max(width, 1)));
}

/** About how wide a text of the axis is. */
export function textWidth(text) {
  return text.length * 6.8;
}

/** A text of at most so many letters. */
export function cut(text, most) {
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}

/** The path of a slice of a pie, from one share of the circle to another. */
export function slice(x, y, radius, from, to) {
  if (to - from > 0.9999) return `M${x} ${y - radius}a${radius} ${radius} 0 1 1 0 ${2 * radius}a${radius} ${radius} 0 1 1 0 ${-2 * radius}z`;
  const [start, end] = [from, to].map((share) => onCircle(x, y, radius, share));
  return `M${x} ${y}L${start}A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${end}z`;
}

function onCircle(x, y, radius, share) {
  const angle = share * 2 * Math.PI;
  return `${(x + radius * Math.sin(angle)).toFixed(2)} ${(y - radius * Math.cos(angle)).toFixed(2)}`;
}
