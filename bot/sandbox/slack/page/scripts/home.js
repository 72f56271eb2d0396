// App Home: the view that the app published for this person. Going there tells the app, as in Slack.

import { api } from './api.js';
import { drawBlocks } from './blocks/index.js';
import { Scene } from './blocks/scene.js';
import { byId, el, fill } from './dom.js';
import { here } from './here.js';
import { oneAtATime } from './refresh.js';
import { workspace } from './workspace.js';

let drawn = '';
let scene = null;

/** Show the tab, and tell the app that it was opened. */
export async function drawHome() {
  drawn = '';
  scene = null;
  fill(byId('home'));
  await loadHome();
  await api.openHome(here.as);
}

/** Read the view anew. */
export const loadHome = oneAtATime(async () => {
  const { as } = here;
  const { view } = await api.home(as);
  const key = JSON.stringify([as, view]);
  if (as !== here.as || key === drawn) return;
  drawn = key;
  fill(byId('home'), view ? blocksOf(view) : nothing());
});

function blocksOf(view) {
  if (scene?.at.view_id !== view.id) scene = new Scene({ view_id: view.id });
  scene.keepOnly(view.blocks);
  return el('div', { class: 'home-page blocks' }, drawBlocks(view.blocks, scene));
}

function nothing() {
  return el(
    'div',
    { class: 'nothing' },
    el('h2', {}, 'Nothing here yet'),
    el('p', {}, `${workspace().bot.name || 'The app'} has been told that you came, and has published no Home for you so far.`),
  );
}
