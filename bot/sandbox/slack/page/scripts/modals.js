// The windows that the app opened for this person: the top one of the stack is shown, with what was filled in kept while the
// app changes it, and with its errors where a submission was refused.

import { api } from './api.js';
import { drawBlocks } from './blocks/index.js';
import { Scene } from './blocks/scene.js';
import { el, fill, icon, newId, spoken } from './dom.js';
import { here } from './here.js';
import { plainText } from './mrkdwn.js';
import { notice } from './notices.js';
import { oneAtATime } from './refresh.js';

const scenes = new Map();
let box = null;
let drawn = '';

/** Read the stack and show its top. */
export const loadModals = oneAtATime(async () => {
  const { as } = here;
  const { stack } = await api.modals(as);
  if (as !== here.as) return;
  forget(stack);
  const key = JSON.stringify([as, stack]);
  if (key === drawn) return;
  drawn = key;
  if (stack.length) show(stack.at(-1), stack.length);
  else hide();
});

function forget(stack) {
  const open = new Set(stack.map((view) => view.id));
  for (const id of [...scenes.keys()]) if (!open.has(id)) scenes.delete(id);
}

function hide() {
  box?.close();
  box?.remove();
  box = null;
}

function show(view, depth) {
  const focused = box?.contains(document.activeElement) ? document.activeElement.dataset.action : '';
  const isNew = !box || box.dataset.view !== view.id;
  if (!box) {
    box = el('dialog', { class: 'window' });
    document.body.append(box);
    box.showModal();
  }
  box.dataset.view = view.id;
  box.oncancel = (event) => {
    event.preventDefault();
    close(view);
  };
  fill(box, form(view, depth));
  refocus(isNew, focused);
}

function refocus(isNew, focused) {
  const same = focused ? box.querySelector(`[data-action="${CSS.escape(focused)}"]`) : null;
  const wrong = box.querySelector('[aria-invalid]');
  const first = box.querySelector('.window-body :is([autofocus], input, textarea, .select)');
  (wrong ?? same ?? (isNew ? first : null))?.focus();
}

function sceneOf(view) {
  const scene = scenes.get(view.id) ?? new Scene({ view_id: view.id });
  scene.errors = view.errors ?? {};
  scene.keepOnly(view.blocks);
  scenes.set(view.id, scene);
  return scene;
}

function form(view, depth) {
  const scene = sceneOf(view);
  const title = newId('title');
  box.setAttribute('aria-labelledby', title);
  const submit = view.submit && el('button', { type: 'submit', class: 'button button-primary' }, plainText(view.submit));
  const node = el(
    'form',
    { novalidate: true },
    head(view, depth, title),
    el('div', { class: 'window-body blocks' }, drawBlocks(view.blocks, scene)),
    el('footer', { class: 'window-foot' }, el('button', { type: 'button', class: 'button', onclick: () => close(view) }, plainText(view.close) || 'Close'), submit),
  );
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    if (submit) send(view, scene, submit);
  });
  return node;
}

function head(view, depth, id) {
  const words = depth > 1 ? 'Back' : 'Close';
  const button = el('button', { type: 'button', class: 'bare', title: words, onclick: () => close(view) }, icon(depth > 1 ? 'back' : 'close'), spoken(words));
  const name = el('h2', { id }, plainText(view.title));
  return el('header', { class: 'window-head' }, depth > 1 ? [button, name] : [name, button]);
}

async function send(view, scene, submit) {
  if (submit.getAttribute('aria-busy')) return;
  submit.setAttribute('aria-busy', 'true');
  try {
    // What the app did not take is told by the news, and what it wants mended stands in the view.
    await api.submit({ as: here.as, view_id: view.id, values: scene.filledIn() });
  } catch (error) {
    notice(error.message, { kind: 'error' });
  } finally {
    submit.removeAttribute('aria-busy');
  }
  await loadModals();
}

async function close(view) {
  await api.close({ as: here.as, view_id: view.id });
  await loadModals();
}
