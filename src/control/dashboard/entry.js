// An entry's details: facts, sound, text, canonical request, removal.
import * as api from './api.js';
import { at, fill, h, icon } from './dom.js';
import { ago, bytes, count, milliseconds, moment } from './format.js';
import { costWords, usdExactly } from './money.js';
import { laidOut, readable } from './readable.js';

let soundUrl = null;

function dropSound() {
  if (soundUrl) URL.revokeObjectURL(soundUrl);
  soundUrl = null;
}

const fact = (name, ...value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

function when(text) {
  return text ? `${moment(text)} (${ago(text)})` : 'never';
}

// "1,204 input tokens, 4.7 sec of sound, service tier default"
function usageOf(usage) {
  const words = Object.entries(usage && typeof usage === 'object' ? usage : {}).map(([name, value]) => {
    if (typeof value === 'string') return `${name.replaceAll('_', ' ')} ${value}`;
    if (typeof value !== 'number') return '';
    return name === 'audio_milliseconds' ? `${milliseconds(value)} of sound` : `${count(value)} ${name.replaceAll('_', ' ')}`;
  });
  return words.filter(Boolean).join(', ');
}

function facts(entry) {
  const list = (values) => (Array.isArray(values) && values.length > 0 ? values.join(', ') : null);
  const usage = usageOf(entry.usage);
  return h('dl', { class: 'facts two' },
    fact('Operation', entry.operation), fact('Provider', entry.provider || '–'),
    entry.voice && fact('Voice', entry.voice), entry.tenant && fact('Tenant', entry.tenant),
    fact('Cost', costWords(entry.cost_usd, usdExactly)),
    fact('Took', milliseconds(entry.latency_ms)),
    fact('Kept since', when(entry.created)), fact('Expires', when(entry.expires)),
    fact('Body', `${bytes(entry.bytes)}, ${entry.content_type || 'no type'}`),
    entry.form && fact('Recorded as', entry.form),
    usage && fact('Usage', usage), list(entry.tags) && fact('Tags', list(entry.tags)),
    list(entry.names) && fact('Names', list(entry.names)),
    fact('Key', h('code', { class: 'whole-key' }, entry.key)));
}

// Only a type that is sound goes into the blob: a page must not come out of it.
const soundType = (type) => (/^audio\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream');

function player(entry) {
  const said = h('p', { class: 'quiet', role: 'status' });
  const place = h('div', { class: 'player' });
  const load = async () => {
    button.disabled = true;
    fill(said, 'Fetching…');
    try {
      const body = await api.entryBody(entry.key);
      const essence = body.type.split(';')[0].trim().toLowerCase();
      dropSound();
      soundUrl = URL.createObjectURL(new Blob([body], { type: soundType(essence) }));
      const audio = h('audio', { controls: true, preload: 'auto', 'aria-label': 'The stored audio' });
      audio.addEventListener('error', () => fill(said, `This browser does not play ${essence || 'this type'}; download it instead.`));
      audio.src = soundUrl;
      fill(said);
      fill(place, audio, h('a', { class: 'button small', href: soundUrl, download: `${entry.key}.${extensions.get(essence) ?? 'bin'}` }, 'Download'));
      audio.focus();
      await audio.play().catch(() => {});
    } catch (error) {
      fill(said, `The audio did not come: ${error.message}.`);
      button.disabled = false;
    }
  };
  const button = h('button', { type: 'button', class: 'button primary', onclick: load }, icon('play'), 'Play the audio');
  fill(place, button);
  return h('section', {}, h('h3', {}, 'Audio'), place, said);
}

const extensions = new Map([
  ['audio/mpeg', 'mp3'], ['audio/mp3', 'mp3'], ['audio/wav', 'wav'], ['audio/x-wav', 'wav'],
  ['audio/ogg', 'ogg'], ['audio/opus', 'opus'], ['audio/flac', 'flac'], ['audio/aac', 'aac'],
]);

const block = (label, text) => h('pre', { class: 'block', tabindex: 0, role: 'region', 'aria-label': label }, text);

function words(entry) {
  if (typeof entry.text !== 'string' || !entry.text) return null;
  const said = readable(entry.text);
  const raw = block('The stored body', laidOut(entry.text));
  return said
    ? h('section', {}, h('h3', {}, 'What it says'),
      h('div', { class: 'says', tabindex: 0, role: 'region', 'aria-label': 'What it says' }, said),
      h('details', {}, h('summary', {}, 'The body as stored'), raw))
    : h('section', {}, h('h3', {}, 'Body'), raw);
}

function request(entry) {
  if (!entry.request) return null;
  const asked = typeof entry.request === 'string' ? entry.request : JSON.stringify(entry.request);
  return h('section', {}, h('h3', {}, 'Canonical request'), block('The canonical request', laidOut(asked)));
}

function removal(entry, onRemoved) {
  const said = h('p', { class: 'quiet', role: 'status' });
  const remove = async () => {
    sure.disabled = true;
    try {
      await api.removeEntry(entry.key);
      at('entry-dialog').close();
      onRemoved();
    } catch (error) {
      sure.disabled = false;
      fill(said, `It is still there: ${error.message}.`);
    }
  };
  const sure = h('button', { type: 'button', class: 'button danger solid', hidden: true, onclick: remove }, 'Yes, remove this entry');
  const first = h('button', {
    type: 'button', class: 'button danger', onclick: () => {
      first.hidden = true;
      sure.hidden = false;
      fill(said, 'The next such request goes to the provider and is paid for.');
      sure.focus();
    },
  }, 'Remove…');
  return h('section', { class: 'dialog-foot start' }, first, sure, said);
}

function head(title, ...more) {
  const close = h('button', { type: 'button', class: 'button icon-button', 'aria-label': 'Close', onclick: () => at('entry-dialog').close() }, icon('close'));
  return h('div', { class: 'dialog-head' }, h('div', { class: 'clip-box' }, h('h2', { id: 'entry-title' }, title), more), close);
}

// Shows an entry; `onRemoved` is called after it was removed.
export async function openEntry(key, onRemoved) {
  const dialog = at('entry-dialog');
  fill(dialog, head('Entry', h('p', { class: 'quiet', role: 'status' }, 'Fetching…')));
  dialog.dataset.key = key;
  dialog.showModal();
  try {
    const entry = await api.entry(key);
    if (!dialog.open || dialog.dataset.key !== key) return;
    fill(dialog, head(String(entry.model || 'Entry')), entry.audio && player(entry), words(entry), request(entry),
      facts(entry), removal(entry, onRemoved));
  } catch (error) {
    fill(dialog, head('Entry', h('p', { role: 'status' }, error.status === 404 ? 'It is no longer there.' : `${error.message}.`)));
  }
  dialog.querySelector('button').focus();
}

export function start() {
  const dialog = at('entry-dialog');
  dialog.addEventListener('close', () => {
    dropSound();
    fill(dialog);
  });
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
}
