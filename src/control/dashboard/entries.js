// The list of entries: search, filters, pages.
import * as api from './api.js';
import { at, fill, h, icon, nothing, snippet } from './dom.js';
import { openEntry } from './entry.js';
import { filters, isFiltered } from './filters.js';
import { ago, bytes, count, moment, shortKey } from './format.js';
import { costWords, usdExactly } from './money.js';

const pageSize = 25;
const search = { in: 'model', text: '', operation: '' };
let cursors = [''];  // of each page up to this one
let asked = 0;       // an answer to an older question is dropped

// A search for `mini` means `*mini*`; one that has a `*` or `?` means what it says.
export const glob = (text) => (text === '' || /[*?]/.test(text) ? text : `*${text}*`);

// What the list is asked for, and what a purge starts from.
export function selection() {
  const { tenant, tag, model, operation } = filters();
  const chosen = { tenant, tag, model, operation: search.operation || operation };
  if (search.text) chosen[search.in] = glob(search.text);
  return chosen;
}

const column = (name, ...classes) => h('th', { scope: 'col', class: classes.join(' ') }, name);

function row(entry) {
  const key = String(entry.key ?? '');
  const what = [entry.operation, entry.voice && `voice ${entry.voice}`].filter(Boolean).join(' · ');
  const tags = Array.isArray(entry.tags) ? entry.tags : [];
  const open = h('button', { type: 'button', class: 'link clip', title: String(entry.model ?? ''), onclick: () => openEntry(key, load) },
    String(entry.model || 'no model'), h('span', { class: 'unseen' }, `, ${entry.operation}, details`));
  return h('tr', {},
    h('td', { class: 'wide-cell' }, h('div', { class: 'entry-name' }, entry.audio && icon('play'), open),
      h('p', { class: 'quiet clip' }, what, ' ', h('code', { class: 'key', title: key }, shortKey(key)))),
    h('td', { class: 'medium-up' }, h('div', { class: 'tags' }, tags.map((tag) => h('span', { class: 'tag' }, tag)))),
    h('td', { class: 'number medium-up' }, bytes(entry.bytes)),
    h('td', { class: `number${entry.cost_usd ? '' : ' quiet'}`, title: costWords(entry.cost_usd, usdExactly) }, costWords(entry.cost_usd)),
    h('td', { class: 'number', title: moment(entry.created) }, ago(entry.created)),
    h('td', { class: 'number medium-up', title: moment(entry.expires) }, entry.expires ? ago(entry.expires) : 'never'));
}

function table(rows) {
  return h('table', { class: 'entries' },
    h('caption', { class: 'unseen' }, 'Entries of the cache'),
    h('thead', {}, h('tr', {}, column('Answer'), column('Tags', 'medium-up'), column('Size', 'number', 'medium-up'),
      column('Cost', 'number'), column('Kept', 'number'), column('Expires', 'number', 'medium-up'))),
    h('tbody', {}, rows.map(row)));
}

function emptiness() {
  if (search.text || search.operation || isFiltered()) {
    return nothing('No entry matches.', h('p', {}, 'Take a filter away, or search with * for any characters.'));
  }
  return nothing('No entries yet.', h('p', {}, 'Ask something through the gateway; the answer will be kept here.'),
    snippet(firstQuestion()));
}

export function firstQuestion() {
  const body = '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello."}]}';
  return `curl ${location.origin}/v1/chat/completions -H 'Content-Type: application/json' -H "Authorization: Bearer $OPENAI_API_KEY" -d '${body}'`;
}

function showPager(next) {
  const page = cursors.length;
  at('pager').hidden = page === 1 && !next;
  at('page-back').disabled = page === 1;
  at('page-next').disabled = !next;
  at('page-next').onclick = () => {
    cursors.push(next);
    load();
  };
  fill(at('page-number'), `Page ${count(page)}`);
}

export async function load() {
  const turn = ++asked;
  at('entries').setAttribute('aria-busy', 'true');
  try {
    const { entries = [], next_cursor: next = null } =
      await api.entries({ limit: pageSize, cursor: cursors.at(-1), ...selection() });
    if (turn !== asked) return;
    const more = next || cursors.length > 1;
    fill(at('entries-note'), entries.length === 0 ? '' : more
      ? `${count(entries.length)} on this page` : `${count(entries.length)} ${entries.length === 1 ? 'entry' : 'entries'}`);
    fill(at('entries'), entries.length > 0 ? table(entries) : emptiness());
    showPager(next);
  } catch (error) {
    if (turn !== asked) return;
    fill(at('entries-note'));
    fill(at('entries'), nothing('The entries cannot be listed.', h('p', {}, `${error.message}.`)));
    at('pager').hidden = true;
  } finally {
    if (turn === asked) at('entries').removeAttribute('aria-busy');
  }
}

export function loadFirstPage() {
  cursors = [''];
  return load();
}

export function offerOperations(report) {
  const select = at('search-operation');
  const known = new Set([...select.options].map((option) => option.value));
  for (const { name } of Array.isArray(report.by_operation) ? report.by_operation : []) {
    if (name && !known.has(name)) select.append(h('option', { value: name }, name));
  }
}

function readSearch(event) {
  event?.preventDefault();
  search.in = at('search-in').value;
  search.text = at('search-text').value.trim();
  search.operation = at('search-operation').value;
  loadFirstPage();
}

export function start() {
  at('search').addEventListener('submit', readSearch);
  at('search-operation').addEventListener('change', readSearch);
  // The cross that empties a search field.
  at('search-text').addEventListener('search', () => at('search-text').value === '' && readSearch());
  at('entries-again').addEventListener('click', loadFirstPage);
  at('page-back').addEventListener('click', () => {
    cursors.pop();
    load();
  });
}
