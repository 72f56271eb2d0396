// What one may type next, above the field: commands after `/`, people after `@`, channels after `#`.

import { el, fill, newId } from './dom.js';
import { workspace } from './workspace.js';

const MOST = 8;

export class Hints {
  /** `field` is the text field they belong to; `box` is shown while there are any. */
  constructor(field, { withCommands }) {
    Object.assign(this, { field, withCommands, at: 0, found: [], isClosed: false });
    this.box = el('div', { class: 'hints', role: 'listbox', id: newId('hints'), 'aria-label': 'Suggestions', hidden: true });
    field.setAttribute('aria-controls', this.box.id);
    field.addEventListener('input', () => this.show());
    field.addEventListener('blur', () => setTimeout(() => this.hide(), 150));
  }

  show() {
    this.found = this.lookUp().slice(0, MOST);
    this.at = 0;
    this.draw();
  }

  hide() {
    this.found = [];
    this.draw();
  }

  lookUp() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    if (this.withCommands && before.startsWith('/')) return commandHints(before);
    const match = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
    return match ? nameHints(match[1], match[2].toLowerCase()) : [];
  }

  draw() {
    this.box.hidden = !this.found.length;
    fill(this.box, this.found.map((hint, at) => this.option(hint, at)));
    const active = this.found[this.at]?.text && this.box.children[this.at];
    this.field.setAttribute('aria-activedescendant', active ? active.id : '');
  }

  option(hint, at) {
    const isActive = at === this.at && hint.text;
    return el(
      'div',
      {
        class: isActive ? 'hint-option is-active' : 'hint-option',
        role: 'option',
        id: newId('hint'),
        'aria-selected': String(Boolean(isActive)),
        onpointerdown: (event) => {
          event.preventDefault();
          this.take(hint);
        },
      },
      el('strong', {}, hint.label),
      hint.usage && el('code', {}, hint.usage),
      hint.about && el('small', {}, hint.about),
    );
  }

  /** Whether the key was for the hints. */
  takesKey(event) {
    const choosable = this.found.filter((hint) => hint.text);
    if (!this.found.length) return false;
    if (event.key === 'Escape') this.hide();
    else if (!choosable.length) return false;
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') this.move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Tab' || (event.key === 'Enter' && !this.isTypedOut())) this.take(this.found[this.at]);
    else return false;
    event.preventDefault();
    return true;
  }

  move(by) {
    this.at = (this.at + by + this.found.length) % this.found.length;
    this.draw();
  }

  /** Whether the marked hint stands there already, so that Enter means to send. */
  isTypedOut() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    return before.endsWith(this.found[this.at].text.trim());
  }

  take(hint) {
    if (!hint?.text) return;
    const { value, selectionStart: caret } = this.field;
    const before = value.slice(0, caret).replace(/\S*$/, '') + hint.text;
    this.field.value = before + value.slice(caret);
    this.field.setSelectionRange(before.length, before.length);
    this.field.focus();
    this.show();
  }
}

function commandHints(typed) {
  const [word] = typed.split(/\s/, 1);
  const isComplete = typed.length > word.length;
  return workspace()
    .commands.filter((each) => (isComplete ? each.command === word : each.command.startsWith(word)))
    .map((each) => ({ label: each.command, usage: each.usage_hint, about: each.description, text: isComplete ? '' : `${each.command} ` }));
}

function nameHints(sign, typed) {
  const { people, channels, bot } = workspace();
  const known =
    sign === '#'
      ? channels.filter((each) => each.kind === 'channel').map((each) => ({ name: each.name, about: each.topic }))
      : [{ name: bot.name, about: 'App' }, ...people.map((each) => ({ name: each.name, about: each.is_bot ? 'App' : each.real_name }))];
  const unique = new Map(known.map((each) => [each.name, each]));
  return [...unique.values()]
    .filter((each) => each.name && `${each.name} ${each.about}`.toLowerCase().includes(typed))
    .map((each) => ({ label: `${sign}${each.name}`, about: each.about, text: `${sign}${each.name} ` }));
}
