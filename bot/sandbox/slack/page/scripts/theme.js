// Light, dark, or as the system has it; remembered in this browser.

import { el, icon, spoken } from './dom.js';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const ICONS = { auto: 'auto', light: 'sun', dark: 'moon' };
const SAID = { auto: 'Colours as the system has them', light: 'Light colours', dark: 'Dark colours' };
const KEY = 'local-slack-theme';

/** Use what was chosen last time. */
export function startTheme() {
  choose(localStorage.getItem(KEY) in NEXT ? localStorage.getItem(KEY) : 'auto');
}

/** A button that goes through the three. */
export function themeButton() {
  const now = document.documentElement.dataset.theme;
  const words = `${SAID[now]}; change`;
  const node = el('button', { type: 'button', class: 'bare', title: words }, icon(ICONS[now]), spoken(words));
  node.addEventListener('click', () => {
    choose(NEXT[now]);
    const fresh = themeButton();
    node.replaceWith(fresh);
    fresh.focus();
  });
  return node;
}

function choose(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem(KEY, name);
}
