// A list that opens under a button: the menus of selects, overflows and reactions. It filters as one types, is worked by
// arrow keys, Enter and Escape, and stands in the browser's top layer, so it opens above a window too.

import { el, fill, icon, newId } from './dom.js';

const MANY = 6;
const GAP = 4;

/**
 * Open a menu at `anchor`. `groups`: `[{label, options: [{label, description, isChosen, of}]}]`, or with `load` a function of
 * what was typed that promises them. `choose(of)` is called for each choice; a `stays` menu is closed by the reader.
 */
export function openMenu(anchor, { name, groups = [], load, choose, stays = false, closed = () => {} }) {
  const menu = new Menu(anchor, { name, groups, load, choose, stays, closed });
  menu.open();
}

class Menu {
  constructor(anchor, given) {
    Object.assign(this, given, { anchor, at: -1, options: [], asked: 0 });
    this.list = el('div', { class: 'menu-list', role: 'listbox', id: newId('list'), 'aria-label': this.name });
    if (this.stays) this.list.setAttribute('aria-multiselectable', 'true');
    this.box = el('div', { class: 'menu', popover: 'auto', onkeydown: (event) => this.onKey(event) }, this.field(), this.list);
    this.box.addEventListener('toggle', (event) => event.newState === 'closed' && this.onClosed());
  }

  field() {
    const count = this.groups.reduce((sum, group) => sum + group.options.length, 0);
    this.input = el('input', {
      class: this.load || count > MANY ? 'menu-filter' : 'spoken',
      role: 'combobox',
      'aria-expanded': 'true',
      'aria-controls': this.list.id,
      'aria-label': this.name,
      autocomplete: 'off',
      placeholder: this.load ? 'Type to search…' : 'Filter…',
      oninput: () => this.show(),
    });
    return this.input;
  }

  open() {
    const layer = this.anchor.closest('dialog') ?? document.body;
    layer.append(this.box);
    this.anchor.setAttribute('aria-expanded', 'true');
    this.box.showPopover();
    this.input.focus({ preventScroll: true });
    this.show();
  }

  onClosed() {
    this.anchor.setAttribute('aria-expanded', 'false');
    if (document.activeElement === document.body || this.box.contains(document.activeElement)) this.anchor.focus();
    this.box.remove();
    this.closed();
  }

  /** Draw what fits what was typed. */
  async show() {
    const typed = this.input.value;
    this.asked += 1;
    const asked = this.asked;
    if (this.load) fill(this.list, el('p', { class: 'menu-note' }, 'Looking…'));
    const groups = this.load ? await this.load(typed) : filtered(this.groups, typed);
    if (asked !== this.asked) return;
    this.draw(groups);
  }

  draw(groups) {
    this.options = [];
    fill(this.list, groups.map((group) => this.group(group)));
    if (!this.options.length) fill(this.list, el('p', { class: 'menu-note' }, 'Nothing found'));
    this.mark(Math.max(0, this.options.findIndex((option) => option.given.isChosen)));
    this.place();
  }

  group({ label, options }) {
    const drawn = options.map((given) => this.option(given));
    return label ? el('div', { role: 'group', 'aria-label': label }, el('p', { class: 'menu-label' }, label), drawn) : drawn;
  }

  option(given) {
    const at = this.options.length;
    const node = el(
      'div',
      { class: 'menu-option', role: 'option', id: newId('option'), 'aria-selected': String(Boolean(given.isChosen)) },
      el('span', { class: 'menu-text' }, el('span', {}, given.label), given.description && el('small', {}, given.description)),
      icon('check'),
    );
    node.addEventListener('click', () => this.pick(at));
    node.addEventListener('pointermove', () => this.mark(at, { scroll: false }));
    this.options.push({ node, given });
    return node;
  }

  mark(at, { scroll = true } = {}) {
    this.options[this.at]?.node.classList.remove('is-active');
    this.at = this.options.length ? Math.min(Math.max(at, 0), this.options.length - 1) : -1;
    const marked = this.options[this.at]?.node;
    marked?.classList.add('is-active');
    if (scroll) marked?.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', marked?.id ?? '');
  }

  pick(at) {
    const option = this.options[at];
    if (!option) return;
    if (this.stays) {
      option.given.isChosen = !option.given.isChosen;
      option.node.setAttribute('aria-selected', String(option.given.isChosen));
    } else {
      this.box.hidePopover();
    }
    this.choose(option.given.of, option.given.isChosen);
  }

  onKey(event) {
    const moves = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, Home: 0, End: this.options.length - 1 };
    if (event.key in moves) this.mark(moves[event.key]);
    else if (event.key === 'Enter') this.pick(this.at);
    else if (event.key === 'Tab' || event.key === 'Escape') this.box.hidePopover();
    else return;
    event.stopPropagation();
    if (event.key !== 'Tab') event.preventDefault();
  }

  /** Under the button, or above it where there is more room, and always within the window. */
  place() {
    const button = this.anchor.getBoundingClientRect();
    const below = innerHeight - button.bottom - GAP;
    const isBelow = below > 260 || below > button.top;
    this.list.style.maxHeight = `${Math.min(320, (isBelow ? below : button.top) - 64)}px`;
    this.box.style.minWidth = `${Math.min(button.width, innerWidth - 16)}px`;
    const size = this.box.getBoundingClientRect();
    this.box.style.left = `${Math.max(8, Math.min(button.left, innerWidth - size.width - 8))}px`;
    this.box.style.top = `${isBelow ? button.bottom + GAP : Math.max(8, button.top - size.height - GAP)}px`;
  }
}

function filtered(groups, typed) {
  const wanted = typed.trim().toLowerCase();
  return groups
    .map((group) => ({ ...group, options: group.options.filter(({ label }) => label.toLowerCase().includes(wanted)) }))
    .filter((group) => group.options.length);
}
