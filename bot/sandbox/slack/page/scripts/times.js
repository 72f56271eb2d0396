// Times as Slack words them, in the reader's own time zone. A message's `ts` is seconds since 1970 as text.

const LOCALE = 'en-US';
const DAY = 24 * 60 * 60 * 1000;

const FORMATS = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_slash: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_long: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
  day_divider_pretty: { month: 'long', day: 'numeric', weekday: 'long' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

export function ofTs(ts) {
  return new Date(Number(ts) * 1000);
}

export function clock(moment) {
  return worded(moment, 'time');
}

export function full(moment) {
  return `${worded(moment, 'date_long')} at ${worded(moment, 'time_secs')}`;
}

/** `Today`, `Yesterday`, `Saturday, November 21`. */
export function dayName(moment) {
  return relative(moment) ?? worded(moment, moment.getFullYear() === new Date().getFullYear() ? 'day_divider_pretty' : 'date_long');
}

export function isSameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

/** Slack's `<!date^…>` formats: `{date_short_pretty} at {time}`. What is no known token stays as it is. */
export function formatted(seconds, format) {
  const moment = new Date(Number(seconds) * 1000);
  return format.replace(/\{(\w+)\}/g, (token, name) => one(moment, name) ?? token);
}

function one(moment, name) {
  if (name === 'ago') return ago(moment);
  if (name === 'date_num') return isoDay(moment);
  const plain = name.replace(/_pretty$/, '');
  const pretty = plain === name ? null : relative(moment)?.toLowerCase();
  return pretty ?? (FORMATS[plain] ? worded(moment, plain) : null);
}

function relative(moment) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.round((new Date(moment).setHours(0, 0, 0, 0) - midnight) / DAY);
  return { 0: 'Today', '-1': 'Yesterday', 1: 'Tomorrow' }[days] ?? null;
}

function ago(moment) {
  const minutes = Math.round((Date.now() - moment) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 24 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 60 / 24)} days ago`;
}

function isoDay(moment) {
  const two = (number) => String(number).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

function worded(moment, name) {
  return new Intl.DateTimeFormat(LOCALE, FORMATS[name]).format(moment);
}
