// Menus to choose from: fixed options, the app's own answers, people, conversations; one or several.

import { el, fill, icon } from '../dom.js';
import { openMenu } from '../menus.js';
import { plainText } from '../mrkdwn.js';
import { here } from '../here.js';
import { channelNamed, personNamed, workspace } from '../workspace.js';

// How each kind names what is chosen in its state, where its choices come from, and what it begins with.
const KINDS = {
  static: { state: 'selected_option', source: fixed },
  external: { state: 'selected_option', source: external },
  users: { state: 'selected_user', source: people, first: 'initial_user', named: (id) => personNamed(id)?.real_name },
  conversations: { state: 'selected_conversation', source: conversations, first: 'initial_conversation', named: channelName },
  channels: { state: 'selected_channel', source: channels, first: 'initial_channel', named: channelName },
};
const SLACKS_LEAST = 3; // letters before an external menu is asked, where the app does not say
const TYPE = /^(multi_)?(static|external|users|conversations|channels)_select$/;

/** The function that draws this type of menu, or nothing. */
export function selectElement(type) {
  const match = TYPE.exec(type);
  return match && ((spot, scene) => new Select(spot, scene, { ...KINDS[match[2]], isMulti: Boolean(match[1]) }).node);
}

class Select {
  constructor(spot, scene, kind) {
    Object.assign(this, { spot, scene, kind });
    this.name = kind.isMulti ? `${kind.state}s` : kind.state;
    this.chosen = this.begun();
    this.label = el('span', { class: 'select-text' });
    this.node = el(
      'button',
      { type: 'button', class: 'button select', 'aria-haspopup': 'listbox', 'aria-expanded': 'false', 'data-action': spot.element.action_id },
      this.label,
      icon('down'),
    );
    this.node.addEventListener('click', () => this.open());
    if (this.chosen.length && !scene.kept(spot)) scene.keep(spot, this.state());
    this.draw();
  }

  /** What was chosen before: by the reader, or by the app. */
  begun() {
    const kept = this.scene.kept(this.spot)?.state[this.name];
    if (kept !== undefined) return [kept].flat().filter(Boolean);
    const { element } = this.spot;
    const first = this.kind.first ?? 'initial_option';
    const given = element[this.kind.isMulti ? `${first}s` : first] ?? this.currentConversation();
    return [given ?? []].flat();
  }

  currentConversation() {
    return this.spot.element.default_to_current_conversation && this.kind.state === 'selected_conversation' ? here.in || undefined : undefined;
  }

  state() {
    const value = this.kind.isMulti ? this.chosen : this.chosen[0] ?? null;
    return { type: this.spot.element.type, [this.name]: value };
  }

  draw() {
    const words = this.chosen.map((each) => this.worded(each)).join(', ');
    this.label.classList.toggle('is-empty', !words);
    const placeholder = plainText(this.spot.element.placeholder) || 'Choose…';
    fill(this.label, words || placeholder);
    if (words && !this.node.hasAttribute('aria-labelledby')) this.node.setAttribute('aria-label', `${placeholder} ${words}`);
  }

  worded(each) {
    return typeof each === 'string' ? this.kind.named(each) ?? each : plainText(each.text);
  }

  async open() {
    const isExternal = this.kind.source === external;
    const isMulti = this.kind.isMulti;
    const before = JSON.stringify(this.chosen);
    const marked = (groups) => groups.map((group) => ({ ...group, options: group.options.map((option) => ({ ...option, isChosen: this.has(option.of) })) }));
    openMenu(this.node, {
      name: plainText(this.spot.element.placeholder) || 'Options',
      groups: isExternal ? [] : marked(this.kind.source(this.spot)),
      load: isExternal && (async (typed) => marked(await external(this.spot, this.scene, typed))),
      stays: isMulti,
      choose: (of, isOn) => this.choose(of, isOn),
      closed: () => isMulti && JSON.stringify(this.chosen) !== before && this.scene.change(this.spot, this.state()),
    });
  }

  has(of) {
    return this.chosen.some((each) => keyOf(each) === keyOf(of));
  }

  choose(of, isOn) {
    const others = this.chosen.filter((each) => keyOf(each) !== keyOf(of));
    this.chosen = this.kind.isMulti ? [...others, ...(isOn ? [of] : [])] : [of];
    this.draw();
    if (!this.kind.isMulti) this.scene.change(this.spot, this.state());
  }
}

function keyOf(of) {
  return typeof of === 'string' ? of : of.value;
}

function fixed({ element }) {
  return element.option_groups ? element.option_groups.map(groupOf) : [{ options: element.options.map(optionOf) }];
}

async function external(spot, scene, typed) {
  if (typed.length < (spot.element.min_query_length ?? SLACKS_LEAST)) return [];
  const answer = await scene.options(spot, typed);
  return answer.option_groups ? answer.option_groups.map(groupOf) : [{ options: (answer.options ?? []).map(optionOf) }];
}

function groupOf(group) {
  return { label: plainText(group.label), options: group.options.map(optionOf) };
}

function optionOf(option) {
  return { label: plainText(option.text), description: plainText(option.description), of: option };
}

function people() {
  return [{ options: workspace().people.map((each) => ({ label: each.real_name, description: `@${each.name}`, of: each.id })) }];
}

function conversations({ element }) {
  const wanted = element.filter?.include;
  const isWanted = (each) => !wanted || wanted.includes(each.kind === 'im' ? 'im' : each.is_private ? 'private' : 'public');
  const isAllowed = (each) => !(element.filter?.exclude_external_shared_channels && each.is_ext_shared);
  return listed(workspace().channels.filter((each) => isWanted(each) && isAllowed(each)));
}

function channels() {
  return listed(workspace().channels.filter((each) => each.kind === 'channel' && !each.is_private));
}

function listed(found) {
  return [{ options: found.map((each) => ({ label: channelName(each.id), description: each.topic, of: each.id })) }];
}

function channelName(id) {
  const channel = channelNamed(id);
  if (!channel) return id;
  return channel.kind === 'im' ? `@${workspace().bot.name}` : `#${channel.name}`;
}
