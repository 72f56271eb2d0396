// The question that an element asks before it does anything.

import { el, newId } from '../dom.js';
import { plainText, textObject } from '../mrkdwn.js';

/** Whether the reader agreed; at once yes where there is nothing to ask. */
export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  return new Promise((resolve) => {
    const box = drawn(question, () => box.close('yes'), () => box.close(''));
    box.addEventListener('close', () => {
      box.remove();
      resolve(box.returnValue === 'yes');
    });
    document.body.append(box);
    box.showModal();
  });
}

function drawn(question, agree, refuse) {
  const title = newId('title');
  const style = question.style === 'danger' ? 'danger' : 'primary';
  return el(
    'dialog',
    { class: 'window window-small', 'aria-labelledby': title },
    el('header', { class: 'window-head' }, el('h2', { id: title }, plainText(question.title))),
    el('div', { class: 'window-body mrkdwn' }, textObject(question.text)),
    el(
      'footer',
      { class: 'window-foot' },
      el('button', { type: 'button', class: 'button', onclick: refuse }, plainText(question.deny) || 'Cancel'),
      el('button', { type: 'button', class: `button button-${style}`, autofocus: true, onclick: agree }, plainText(question.confirm) || 'Yes'),
    ),
  );
}
