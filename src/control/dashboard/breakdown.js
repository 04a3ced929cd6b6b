// Top models, operations, tags and voices, by what they saved. A row narrows the page down to itself.
import { at, bar, fill, h } from './dom.js';
import { choose } from './filters.js';
import { count, percent } from './format.js';
import { share, usd, usdExactly } from './money.js';
import { booksOf } from './overview.js';

const lists = [
  { member: 'by_model', title: 'Models', filter: 'model', empty: 'No model was asked yet.' },
  { member: 'by_operation', title: 'Operations', filter: 'operation', empty: 'No operation was called yet.' },
  { member: 'by_tag', title: 'Tags', filter: 'tag', empty: 'No tags. Send X-Refrain-Tags: checkout, beta to see what each part of your product saves.' },
  { member: 'by_voice', title: 'Voices', filter: null, empty: 'No speech yet. Send it to /v1/audio/speech and each voice gets a line here.' },
];
const shown = 6;

function ranked(rows) {
  const known = (Array.isArray(rows) ? rows : []).map((row) => ({ row, books: booksOf(row) }));
  const compare = (a, b) => (a === b ? 0 : a < b ? 1 : -1);
  return known.sort((a, b) => compare(a.books.saved, b.books.saved) ||
    (b.row.requests || 0) - (a.row.requests || 0));
}

function line({ row, books }, most, filter) {
  const name = String(row.name ?? '');
  const isPriced = !(row.unpriced > 0) || books.saved + books.spent > 0n;
  const reused = (row.hits || 0) + (row.coalesced || 0);
  const rate = row.requests > 0 ? reused / row.requests : 0;
  const label = filter
    ? h('button', { type: 'button', class: 'link clip', title: name, onclick: () => choose(filter, name) },
      name, h('span', { class: 'unseen' }, ', show only this'))
    : h('span', { class: 'clip', title: name }, name);
  return h('li', {},
    h('div', { class: 'rank-line' }, label, isPriced
      ? h('span', { class: 'number', title: usdExactly(books.saved) }, usd(books.saved))
      : h('span', { class: 'number warn' }, 'unpriced')),
    bar(share(books.saved, most), 'hit'),
    h('p', { class: 'quiet' }, `${count(row.requests)} requests, ${percent(rate, 0)} not asked again`));
}

function card(list, rows) {
  const all = ranked(rows);
  const most = all.length > 0 ? all[0].books.saved : 0n;
  const id = `rank-${list.member}`;
  const body = all.length === 0
    ? h('p', { class: 'quiet empty-line' }, list.empty)
    : h('ol', { class: 'ranks' }, all.slice(0, shown).map((one) => line(one, most, list.filter)));
  const rest = all.length - shown;
  return h('section', { class: 'card', 'aria-labelledby': id },
    h('div', { class: 'card-head' }, h('h3', { id }, list.title)), body,
    rest > 0 && h('p', { class: 'quiet' }, `and ${count(rest)} more`));
}

export function showBreakdown(report) {
  // Rebuilding under the keyboard's focus would lose it; the next round will do.
  if (at('breakdown').contains(document.activeElement)) return;
  fill(at('breakdown'), lists.map((list) => card(list, report[list.member])));
}
