// Who and what there is in the workspace, as the person we act as sees it; kept because every message asks for names.

import { api } from './api.js';

let kept = { team: { name: '' }, me: null, people: [], channels: [], commands: [], bot: { user: '', name: '' } };

export async function loadWorkspace(as) {
  kept = await api.workspace(as);
  return kept;
}

export function workspace() {
  return kept;
}

export function personNamed(id) {
  return kept.people.find((person) => person.id === id) ?? null;
}

export function channelNamed(id) {
  return kept.channels.find((channel) => channel.id === id) ?? null;
}

/** The direct message with the bot. */
export function directMessage() {
  return kept.channels.find((channel) => channel.kind === 'im') ?? null;
}

/** The people one may act as. */
export function actors() {
  return kept.people.filter((person) => !person.is_bot);
}

/** The command that the text begins with, if there is one. */
export function commandOf(text) {
  const word = text.trimStart().split(/\s/, 1)[0];
  return kept.commands.find((each) => each.command === word) ?? null;
}
