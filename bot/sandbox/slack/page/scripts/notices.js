// Short notices at the edge of the window: errors of the app and of Slack, and what the local Slack wants to say.

import { byId, el, icon, spoken } from './dom.js';

const SECONDS = 12;
const WORDS = {
  operation_timeout: 'The app did not acknowledge within 3 seconds',
  dispatch_failed: 'The app is not connected',
  dispatch_unknown_error: 'The app answered with an error',
  http_service_error: 'The app answered with an HTTP error',
};

/** Show a notice; a click on it, or time, takes it away. */
export function notice(text, { kind = 'info' } = {}) {
  const box = el('div', { class: `notice notice-${kind}`, role: kind === 'error' ? 'alert' : 'status' }, el('p', {}, text));
  const dismiss = () => box.remove();
  box.append(el('button', { type: 'button', class: 'bare', onclick: dismiss }, icon('close'), spoken('Dismiss')));
  byId('notices').append(box);
  setTimeout(dismiss, SECONDS * 1000);
}

/** Say what went wrong when the app was called; true when nothing did. `what` was tried: `/cost`, `That button`. */
export function isCarriedOut(answer, what) {
  if (answer.ok !== false) return true;
  const code = answer.error ?? 'unknown_error';
  notice(`${what} failed with the error “${code}”${WORDS[code] ? `: ${WORDS[code].toLowerCase()}` : ''}.`, { kind: 'error' });
  return false;
}

/** Errors that nobody caught end here: a request that was refused, or a mistake in the page itself. */
export function catchTheRest() {
  addEventListener('unhandledrejection', (event) => notice(event.reason?.message ?? String(event.reason), { kind: 'error' }));
  addEventListener('error', (event) => notice(event.message, { kind: 'error' }));
}
