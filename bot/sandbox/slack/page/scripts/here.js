// Where the reader is: who they act as, which channel, thread or tab. The address bar holds it, so a reload, a bookmark
// and a test come back to the same place, and two windows can be two people.

const KEYS = ['as', 'in', 'tab', 'thread', 'side'];
const listeners = [];

export const here = read();

function read() {
  const given = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(KEYS.map((key) => [key, given.get(key) ?? '']));
}

/** Go somewhere: what is not named stays as it is, except that another place closes the thread. */
export function go(changes) {
  const isElsewhere = 'in' in changes && changes.in !== here.in;
  const next = { ...here, ...(isElsewhere ? { thread: '', tab: '' } : {}), ...changes };
  const said = new URLSearchParams(KEYS.filter((key) => next[key]).map((key) => [key, next[key]]));
  if (location.hash.slice(1) !== said.toString()) location.hash = said.toString();
}

/** Call `listener(before)` after each move. */
export function onMove(listener) {
  listeners.push(listener);
}

addEventListener('hashchange', () => {
  const before = { ...here };
  Object.assign(here, read());
  for (const listener of listeners) listener(before);
});
