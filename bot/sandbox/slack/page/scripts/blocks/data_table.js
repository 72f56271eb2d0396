// Slack's data table: a caption, rows that can be sorted by each column, filtered, and leafed through.

import { el, fill, icon, spoken } from '../dom.js';
import { cellContent, cellText, scrolled } from './tables.js';

const PAGE = 5;
const ORDERS = { '': 'ascending', ascending: 'descending', descending: '' };

export function dataTable(block) {
  return new DataTable(block).box;
}

class DataTable {
  constructor(block) {
    const [head, ...rows] = block.rows;
    const state = { page: 0, sorted: -1, order: '', typed: '' };
    Object.assign(this, { head, rows, caption: block.caption, size: block.page_size ?? PAGE, state });
    this.named = block.row_header_column_index ?? -1;
    this.numeric = head.map((_, at) => isNumeric(rows, at));
    this.body = el('tbody');
    this.headRow = el('tr');
    this.pager = el('div', { class: 'pager' });
    this.box = this.frame();
    this.draw();
  }

  frame() {
    const inner = el('table', { class: 'table data-table' }, el('caption', {}, this.caption), el('thead', {}, this.headRow), this.body);
    return el('div', { class: 'data-frame' }, scrolled(inner, this.caption), this.foot());
  }

  foot() {
    if (this.rows.length <= this.size) return null;
    const filter = el('input', {
      class: 'data-filter',
      type: 'search',
      placeholder: 'Filter rows',
      'aria-label': `Filter the rows of “${this.caption}”`,
      oninput: () => this.turn({ typed: filter.value, page: 0 }),
    });
    return el('div', { class: 'data-foot' }, filter, this.pager);
  }

  turn(changes) {
    Object.assign(this.state, changes);
    this.draw();
  }

  draw() {
    const rows = this.wanted();
    const pages = Math.max(1, Math.ceil(rows.length / this.size));
    const page = Math.min(this.state.page, pages - 1);
    const shown = rows.slice(page * this.size, (page + 1) * this.size);
    this.drawHead();
    fill(this.body, shown.map((row) => this.row(row)));
    if (!shown.length) fill(this.body, el('tr', {}, el('td', { class: 'table-none', colspan: this.head.length }, 'No row has that')));
    this.drawPager(page, pages, rows.length);
  }

  wanted() {
    const { typed, sorted, order } = this.state;
    const wanted = typed.trim().toLowerCase();
    const rows = this.rows.filter((row) => !wanted || row.some((cell) => cellText(cell).toLowerCase().includes(wanted)));
    return order ? rows.toSorted((one, other) => compared(one[sorted], other[sorted]) * (order === 'ascending' ? 1 : -1)) : rows;
  }

  drawHead() {
    const focused = [...this.headRow.children].findIndex((cell) => cell.contains(document.activeElement));
    fill(this.headRow, this.head.map((cell, at) => this.heading(cell, at)));
    if (focused >= 0) this.headRow.children[focused].firstElementChild.focus();
  }

  heading(cell, at) {
    const order = this.state.sorted === at ? this.state.order : '';
    const sort = () => this.turn({ sorted: at, order: ORDERS[order], page: 0 });
    const button = el('button', { type: 'button', class: 'sort', onclick: sort }, el('span', {}, cellText(cell)), icon('down'));
    return el('th', { scope: 'col', class: this.alignment(at), 'aria-sort': order || 'none' }, button);
  }

  row(row) {
    return el('tr', {}, row.map((cell, at) => {
      const isName = at === this.named;
      return el(isName ? 'th' : 'td', { class: this.alignment(at), scope: isName && 'row' }, cellContent(cell));
    }));
  }

  alignment(at) {
    return this.numeric[at] ? 'align-right' : 'align-left';
  }

  drawPager(page, pages, count) {
    const from = count ? page * this.size + 1 : 0;
    const words = `${from}–${Math.min(count, (page + 1) * this.size)} of ${count}`;
    fill(this.pager, this.turner('Previous page', page - 1, page > 0, 'turn-back'), el('span', { role: 'status' }, words), this.turner('Next page', page + 1, page < pages - 1, 'turn-on'));
  }

  turner(words, page, isThere, kind) {
    const leaf = () => {
      this.turn({ page });
      this.pager.querySelector(`.${kind}:enabled`)?.focus();
    };
    return el('button', { type: 'button', class: `bare ${kind}`, disabled: !isThere, onclick: leaf }, icon('back'), spoken(words));
  }
}

/** Whether a column holds numbers; a dash among them changes nothing. */
function isNumeric(rows, at) {
  return rows.some((row) => row[at]?.type === 'raw_number');
}

/** Numbers by size and before words, words as people sort them. */
function compared(one, other) {
  const [left, right] = [one, other].map((cell) => (cell?.type === 'raw_number' ? cell.value : null));
  if (left !== null && right !== null) return left - right;
  if (left !== right) return left === null ? 1 : -1;
  return cellText(one ?? {}).localeCompare(cellText(other ?? {}), 'en', { numeric: true });
}
