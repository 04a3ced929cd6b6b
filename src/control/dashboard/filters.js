// What the report covers: window, tenant, tag, and the model or operation somebody clicked on. Kept
// in the address's fragment, which is sent to nobody.
import { at, fill, h, icon } from './dom.js';

export const windows = [
  { id: '1h', name: '1 h', words: 'the last hour', plot: { window: '24h', step: 1 } },
  { id: '24h', name: '24 h', words: 'the last 24 hours', plot: { window: '24h', step: 1 } },
  { id: '7d', name: '7 d', words: 'the last 7 days', plot: { window: '7d', step: 6 } },
  { id: '30d', name: '30 d', words: 'the last 30 days', plot: { window: '30d', step: 24 } },
  { id: 'all', name: 'All', words: 'all time', plot: { window: '365d', step: 24 } },
];

const names = ['tenant', 'tag', 'model', 'operation'];
const state = { window: '24h', tenant: '', tag: '', model: '', operation: '' };
let changed = () => {};

export const chosenWindow = () => windows.find((one) => one.id === state.window);
export const filters = () => Object.fromEntries(names.map((name) => [name, state[name]]));
export const isFiltered = () => names.some((name) => state[name] !== '');

function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  if (windows.some((one) => one.id === words.get('window'))) state.window = words.get('window');
  for (const name of names) state[name] = words.get(name) ?? '';
}

function writeAddress() {
  const words = new URLSearchParams({ window: state.window });
  for (const name of names) if (state[name]) words.set(name, state[name]);
  history.replaceState(null, '', `#${words}`);
}

export function choose(name, value) {
  if (state[name] === value) return;
  state[name] = value;
  writeAddress();
  show();
  changed();
}

// A set of radio buttons that look like one.
export function segments(element, options, chosen, onChoice) {
  const one = ({ id, name }) => h('label', { class: 'segment' },
    h('input', {
      type: 'radio', name: element.id, value: id, checked: id === chosen,
      onchange: () => onChoice(id),
    }),
    h('span', {}, name));
  element.querySelectorAll('label').forEach((label) => label.remove());
  element.append(...options.map(one));
}

function showOptions(id, all) {
  const select = at(id);
  const known = [...select.options].map((option) => option.value);
  if (state[id] && !known.includes(state[id])) select.append(h('option', { value: state[id] }, state[id]));
  select.options[0].textContent = all;
  select.value = state[id];
}

function show() {
  showOptions('tenant', 'All tenants');
  showOptions('tag', 'All tags');
  for (const radio of at('window').querySelectorAll('input')) radio.checked = radio.value === state.window;
  const chips = ['model', 'operation'].filter((name) => state[name]).map((name) =>
    h('button', { type: 'button', class: 'chip', onclick: () => choose(name, '') },
      `${name}: ${state[name]}`, icon('close'), h('span', { class: 'unseen' }, ', remove this filter')));
  fill(at('chips'), chips);
}

// The tenants and tags there are to choose from.
export function offer(report) {
  for (const [id, rows] of [['tenant', report.by_tenant], ['tag', report.by_tag]]) {
    const select = at(id);
    const found = (Array.isArray(rows) ? rows : []).map((row) => String(row.name ?? '')).filter(Boolean);
    const known = new Set([...select.options].map((option) => option.value));
    for (const name of found.sort()) if (!known.has(name)) select.append(h('option', { value: name }, name));
    select.hidden = select.options.length < 2;
  }
}

export function start(onChange) {
  readAddress();
  changed = onChange;
  segments(at('window'), windows, state.window, (id) => choose('window', id));
  for (const id of ['tenant', 'tag']) at(id).addEventListener('change', () => choose(id, at(id).value));
  window.addEventListener('hashchange', () => {
    readAddress();
    show();
    changed();
  });
  show();
}
