// Where blocks stand: in a message, a window or App Home. Elements ask it where to send what was done, and it remembers
// what was chosen, so that a new drawing of the same blocks does not lose what somebody was typing.

import { api } from '../api.js';
import { here } from '../here.js';
import { isCarriedOut, notice } from '../notices.js';
import { confirmed } from './confirm.js';

export class Scene {
  /** `at`: `{channel, ts}` or `{view_id}`; `errors`: block id → what is wrong there. */
  constructor(at, { errors = {} } = {}) {
    this.at = at;
    this.errors = errors;
    this.values = new Map();
  }

  /** What was chosen before in this element, or nothing. */
  kept(spot) {
    return this.values.get(keyOf(spot));
  }

  /** Everything filled in, as a submission wants it: block id → action id → state. */
  filledIn() {
    const found = {};
    for (const { spot, state } of this.values.values()) {
      found[spot.block] ??= {};
      found[spot.block][spot.element.action_id] = state;
    }
    return found;
  }

  /** Remember a state (`{type, value}` or the like). */
  keep(spot, state) {
    this.values.set(keyOf(spot), { spot, state });
  }

  /** Forget what no longer stands there. */
  keepOnly(blocks) {
    const known = new Set(blocks.map((block) => block.block_id));
    for (const [key, { spot }] of this.values) if (!known.has(spot.block)) this.values.delete(key);
  }

  /** Remember, and tell the app where the element is one that tells. */
  async change(spot, state) {
    this.keep(spot, state);
    if (!spot.tells) return;
    const { type, ...selected } = state;
    await this.act(spot, { selected });
  }

  /** Send an action after its question, if it asks one; `button` shows that it is under way. */
  async act(spot, extra, button) {
    if (!(await confirmed(spot.element.confirm))) return;
    button?.setAttribute('aria-busy', 'true');
    try {
      const ids = { block_id: spot.block, action_id: spot.element.action_id };
      isCarriedOut(await api.click({ as: here.as, ...this.at, ...ids, ...extra }), 'That');
    } catch (error) {
      notice(error.message, { kind: 'error' });
    } finally {
      button?.removeAttribute('aria-busy');
    }
  }

  /** The options of an external menu for what was typed, as the app gives them. */
  async options(spot, typed) {
    const ids = { block_id: spot.block, action_id: spot.element.action_id };
    const answer = await api.options({ as: here.as, ...this.at, ...ids, value: typed });
    return isCarriedOut(answer, 'That menu') ? answer : {};
  }
}

function keyOf(spot) {
  return `${spot.block}\n${spot.element.action_id}`;
}
