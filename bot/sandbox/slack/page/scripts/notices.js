// Short notices at the edge of the window: errors of the app and of Slack, and what the local Slack wants to say.

import { byId, el, icon, spoken } from './dom.js';

const SECONDS = 12;
const WORDS = {
  operation_timeout: 'The app did not answer within 3 seconds',
  dispatch_failed: 'The app is not connected',
  dispatch_unknown_error: 'The app answered with an error',
  http_service_error: 'The app answered with an HTTP error',
};

/** Show a notice; a click on it, or time, takes it away. One that stands there is not shown twice. */
export function notice(text, { kind = 'info' } = {}) {
  const code = /“(\w+)”/.exec(text)?.[1] ?? '';
  const said = WORDS[code] ? `${text} ${WORDS[code]}.` : text;
  if ([...byId('notices').children].some((box) => box.dataset.said === (code || text))) return;
  const isError = kind === 'error' || code in WORDS;
  const box = el('div', { class: `notice notice-${isError ? 'error' : kind}`, role: isError ? 'alert' : 'status' }, el('p', {}, said));
  box.dataset.said = code || text;
  const dismiss = () => box.remove();
  box.append(el('button', { type: 'button', class: 'bare', onclick: dismiss }, icon('close'), spoken('Dismiss')));
  byId('notices').append(box);
  setTimeout(dismiss, SECONDS * 1000);
}

/** Say what went wrong when the app was called; true when nothing did. `what` was tried: `/cost`, `That button`. */
export function isCarriedOut(answer, what) {
  if (answer.ok === false) notice(`${what} failed with the error “${answer.error ?? 'unknown_error'}”.`, { kind: 'error' });
  return answer.ok !== false;
}

/** Errors that nobody caught end here: a request that was refused, or a mistake in the page itself. */
export function catchTheRest() {
  addEventListener('unhandledrejection', (event) => notice(event.reason?.message ?? String(event.reason), { kind: 'error' }));
  addEventListener('error', (event) => event.error && notice(event.error.message, { kind: 'error' }));
}
