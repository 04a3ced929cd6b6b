// Purging: say what, see how many, then remove them. Any change of what is said asks for a new count.
import * as api from './api.js';
import { at, fill, h, icon } from './dom.js';
import { selection } from './entries.js';
import { count } from './format.js';

const fields = [
  { name: 'tags', label: 'Tags', hint: 'checkout, beta' },
  { name: 'model', label: 'Model', hint: 'gpt-4o*' },
  { name: 'operation', label: 'Operation', hint: 'speech' },
  { name: 'voice', label: 'Voice', hint: 'alloy' },
  { name: 'tenant', label: 'Tenant', hint: '' },
  { name: 'pattern', label: 'Key or name', hint: 'welcome/*' },
  { name: 'older_than', label: 'Older than', hint: '7d' },
];

const field = (name) => at(`purge-${name}`);
const say = (words, kind = '') => {
  at('purge-result').className = `result ${kind}`;
  fill(at('purge-result'), words);
};
const entriesOf = (number) => `${count(number)} ${number === 1 ? 'entry' : 'entries'}`;

function order(dryRun) {
  const said = Object.fromEntries(fields.map(({ name }) => [name, field(name).value.trim()]));
  said.tags = said.tags.split(',').map((tag) => tag.trim()).filter(Boolean);
  return { ...said, all: at('purge-all').checked, dry_run: dryRun };
}

function forget() {
  at('purge-do').disabled = true;
  fill(at('purge-do'), 'Remove');
  say('');
}

let asked = 0;

async function countThem(event) {
  event.preventDefault();
  forget();
  const turn = ++asked;
  try {
    const { matched = 0 } = await api.invalidate(order(true));
    if (turn !== asked) return;
    say(matched === 0 ? 'Nothing matches; nothing would be removed.' : `${entriesOf(matched)} would be removed.`);
    at('purge-do').disabled = matched === 0;
    fill(at('purge-do'), matched === 0 ? 'Remove' : `Remove ${entriesOf(matched)}`);
  } catch (error) {
    if (turn === asked) say(`${error.message}.`, 'bad');
  }
}

async function removeThem(onRemoved) {
  at('purge-do').disabled = true;
  try {
    const { matched = 0 } = await api.invalidate(order(false));
    forget();
    say(`Removed ${entriesOf(matched)}.`, 'good');
    at('purge-close').focus();
    onRemoved();
  } catch (error) {
    say(`${error.message}.`, 'bad');
  }
}

function open() {
  const chosen = selection();
  for (const { name } of fields) field(name).value = chosen[name] ?? '';
  field('tags').value = chosen.tag;
  at('purge-all').checked = false;
  forget();
  at('purge-dialog').showModal();
  field('tags').focus();
}

export function start(onRemoved) {
  fill(at('purge-fields'), fields.map(({ name, label, hint }) => h('div', {},
    h('label', { class: 'label', for: `purge-${name}` }, label),
    h('input', { class: 'field wide', id: `purge-${name}`, placeholder: hint, autocomplete: 'off', spellcheck: 'false' }))));
  fill(at('purge-close'), icon('close'));
  at('purge-open').addEventListener('click', open);
  at('purge-close').addEventListener('click', () => at('purge-dialog').close());
  at('purge-form').addEventListener('submit', countThem);
  at('purge-form').addEventListener('input', () => {
    asked += 1;
    forget();
  });
  at('purge-do').addEventListener('click', () => removeThem(onRemoved));
}
