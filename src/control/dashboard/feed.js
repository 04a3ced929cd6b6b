// The live requests: asked for each two seconds while somebody looks, newest on top.
import * as api from './api.js';
import { at, fill, h, nothing } from './dom.js';
import { milliseconds, moment, timeOfDay } from './format.js';
import { toPico, usd } from './money.js';

const everyMs = 2000;
const most = 100;
const seen = [];  // newest first
let after = null;
let paused = false;
let timer = null;

const outcomes = new Map([
  ['HIT', 'hit'], ['STALE', 'hit'], ['REVALIDATED', 'hit'], ['COALESCED', 'shared'],
]);

function row(request) {
  const outcome = String(request.outcome ?? '').toUpperCase();
  const failed = request.status >= 400;
  const saved = toPico(request.saved_usd);
  const cost = toPico(request.cost_usd);
  return h('tr', { class: failed ? 'failed' : null },
    h('td', { class: 'quiet time medium-up', title: moment(request.time) }, timeOfDay(request.time)),
    h('td', {}, h('span', { class: `badge ${outcomes.get(outcome) ?? 'off'}` }, outcome || '–'),
      failed && h('span', { class: 'badge bad' }, String(request.status))),
    h('td', { class: 'wide-cell' }, h('span', { class: 'clip', title: String(request.model ?? '') }, String(request.model || request.operation || '–'),
      request.model && h('span', { class: 'quiet' }, ` ${request.operation ?? ''}`))),
    h('td', { class: 'number' }, milliseconds(request.latency_ms)),
    h('td', { class: 'number medium-up' }, saved > 0n ? h('span', { class: 'good' }, `+${usd(saved)}`)
      : cost > 0n ? `−${usd(cost)}` : ''));
}

function show() {
  if (seen.length === 0) {
    fill(at('feed'), nothing('Quiet.', h('p', {}, 'Requests show up here within two seconds.')));
    return;
  }
  const head = [['Time', 'medium-up'], ['Outcome', ''], ['Model', ''], ['Took', 'number'], ['Money', 'number medium-up']];
  fill(at('feed'), h('table', { class: 'feed-table' },
    h('caption', { class: 'unseen' }, 'The latest requests, newest first'),
    h('thead', {}, h('tr', {}, head.map(([name, kind]) => h('th', { scope: 'col', class: kind }, name)))),
    h('tbody', {}, seen.map(row))));
}

async function ask() {
  try {
    const { requests = [] } = await api.requests({ after: after ?? '', limit: 50 });
    for (const request of requests) {
      if (after !== null && request.id <= after) continue;
      after = request.id;
      seen.unshift(request);
    }
    seen.length = Math.min(seen.length, most);
    if (requests.length > 0 || seen.length === 0) show();
    fill(at('feed-note'), paused ? 'Paused' : 'Updated every two seconds');
  } catch (error) {
    if (error.status === 404) {
      fill(at('feed'), nothing('This gateway keeps no list of requests.'));
      return false;
    }
    fill(at('feed-note'), `${error.message}.`);
  }
  return true;
}

async function round() {
  timer = null;
  const goOn = paused || document.hidden || await ask();
  // A hidden or paused page asks nothing; it starts again by resume().
  if (goOn && !paused && !document.hidden) timer = setTimeout(round, everyMs);
}

const resume = () => {
  if (timer === null && !paused && !document.hidden) round();
};

export function start() {
  const button = at('feed-pause');
  button.addEventListener('click', () => {
    paused = !paused;
    button.setAttribute('aria-pressed', String(paused));
    fill(at('feed-note'), paused ? 'Paused' : 'Updated every two seconds');
    if (paused) clearTimeout(timer);
    timer = null;
    resume();
  });
  document.addEventListener('visibilitychange', resume);
  round();
}
