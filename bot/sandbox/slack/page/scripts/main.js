// Where the page begins: it reads who and what there is, draws the place that the address names, and follows the news.

import { drawChannels, watchChannels } from './channels.js';
import { drawHead, loadMessages, openConversation, startConversation } from './conversation.js';
import { byId, fill } from './dom.js';
import { go, here, onMove } from './here.js';
import { loadHome } from './home.js';
import { inspectorButton, loadTraffic, openInspector } from './inspector.js';
import { loadModals } from './modals.js';
import { listen } from './news.js';
import { catchTheRest, notice } from './notices.js';
import { drawPeople } from './people.js';
import { oneAtATime } from './refresh.js';
import { startTheme, themeButton } from './theme.js';
import { loadThread, openThread } from './thread.js';
import { actors, channelNamed, loadWorkspace, workspace } from './workspace.js';

const NEWS = {
  messages: followMessages,
  home: () => here.tab === 'home' && loadHome(),
  modals: loadModals,
  traffic: loadTraffic,
  workspace: refresh,
  notice: (item) => notice(item.text),
};

let arrivedAs = '';

/** Read people and channels anew: names, unread marks, archived channels. */
const loadEverybody = oneAtATime(async () => {
  const { as } = here;
  const found = await loadWorkspace(as);
  if (as && as !== here.as) return;
  fill(byId('team'), found.team.name);
  drawPeople();
  drawChannels();
  drawHead();
});

async function followMessages(item) {
  const isHere = !item.channel || item.channel === here.in;
  if (isHere) await Promise.all([loadMessages(), loadThread()]);
  await loadEverybody();
}

async function refresh() {
  await loadEverybody();
  await Promise.all([loadMessages(), loadThread(), loadModals(), loadTraffic()]);
}

/** Go to where the address leads; without one, to the first person's first channel. */
async function arrive(before) {
  const isNew = here.as !== arrivedAs || !arrivedAs;
  if (isNew) {
    await loadEverybody();
    if (settle()) return;
    arrivedAs = here.as;
    listen(here.as, (item) => NEWS[item.what]?.(item), refresh);
  }
  drawPeople();
  drawChannels();
  fill(byId('tools'), inspectorButton(), themeButton());
  drawSide();
  const isElsewhere = isNew || ['in', 'tab'].some((key) => before[key] !== here[key]);
  await Promise.all([isElsewhere && openConversation(), openThread(), openInspector(), isNew && loadModals()]);
}

/** Whether the address had to be mended first: nobody named, or a place that this person does not see. */
function settle() {
  const as = actors().some((person) => person.id === here.as) ? here.as : workspace().me?.id ?? actors()[0]?.id ?? '';
  const place = channelNamed(here.in)?.id ?? workspace().channels[0]?.id ?? '';
  if (as === here.as && place === here.in) return false;
  go({ as, in: place });
  return true;
}

function drawSide() {
  const isOpen = Boolean(here.thread || here.side);
  byId('side').hidden = !isOpen;
  byId('side').setAttribute('aria-label', here.side ? 'Traffic' : 'Thread');
  document.body.classList.toggle('has-side', isOpen);
}

/** Escape closes what lies at the side, once nothing above it wants the key. */
function onKey(event) {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open], :popover-open')) return;
  if (here.side || here.thread) go({ side: '', thread: '' });
}

catchTheRest();
startTheme();
startConversation();
watchChannels();
onMove(arrive);
addEventListener('keydown', onKey);
await arrive(here);
