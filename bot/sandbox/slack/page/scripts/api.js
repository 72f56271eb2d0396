// The control API of the local Slack, and nothing else: the page is one more client of it, beside the tests.
// What goes wrong is thrown as a `Refused` with a sentence for people.

export class Refused extends Error {}

export const api = {
  workspace: (as) => get('workspace', { as }),
  messages: (as, channel, thread) => get('messages', { as, channel, thread }),
  home: (as) => get('home', { as }),
  modals: (as) => get('modals', { as }),
  traffic: (since) => get('traffic', { since }),
  say: (body) => post('say', body),
  run: (body) => post('run', body),
  click: (body) => post('click', body),
  submit: (body) => post('submit', body),
  close: (body) => post('close', body),
  openHome: (as) => post('home', { as }),
  react: (body) => post('react', body),
  options: (body) => post('options', body),
  newsAddress: (as) => address('news', { as }),
};

function address(name, values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return `control/${name}?${new URLSearchParams(given)}`;
}

function get(name, values) {
  return answered(address(name, values));
}

function post(name, body) {
  const headers = { 'Content-Type': 'application/json' };
  return answered(`control/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function answered(url, settings) {
  let response;
  try {
    response = await fetch(url, settings);
  } catch {
    throw new Refused('The local Slack does not answer. Is it still running?');
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? `The local Slack answered ${response.status}.`);
  return body;
}
