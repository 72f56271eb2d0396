// What changed, as the local Slack tells it while it happens. The connection heals itself; after a gap everything is read anew.

import { api } from './api.js';
import { byId } from './dom.js';

let source = null;

/** Listen as this person. `told(item)` for each piece of news, `back()` after a gap. */
export function listen(as, told, back) {
  source?.close();
  source = new EventSource(api.newsAddress(as));
  let isLost = false;
  source.onopen = () => {
    byId('outage').hidden = true;
    if (isLost) back();
    isLost = false;
  };
  source.onerror = () => {
    isLost = true;
    byId('outage').hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(as, told, back), 2000);
  };
  source.onmessage = (event) => told(JSON.parse(event.data));
}
