// The dashboard: what is shown when. Each part of the page is a module of its own.
import * as api from './api.js';
import { showBreakdown } from './breakdown.js';
import { at, fill, h, icon, snippet } from './dom.js';
import * as entries from './entries.js';
import * as entry from './entry.js';
import * as feed from './feed.js';
import * as filters from './filters.js';
import { count, moment } from './format.js';
import { toPico, usd } from './money.js';
import { showFigures, showSpared } from './overview.js';
import * as plot from './plot.js';
import * as purge from './purge.js';
import { showTiers } from './tiers.js';

const reportEveryMs = 10_000;
const seriesEveryRounds = 6;
let turn = 0;
let rounds = 0;

const notice = (kind, words) => ({ kind, words });

// An unchanged notice stays as it is: what is new is read out.
function announce(notices) {
  const all = JSON.stringify(notices);
  if (at('notices').dataset.all === all) return;
  at('notices').dataset.all = all;
  fill(at('notices'), notices.map(({ kind, words }) => h('p', { class: `notice ${kind}` }, words)));
}

// What somebody should know before believing the numbers.
function notices(report) {
  const found = [];
  const totals = report.totals ?? {};
  if (report.ledger?.in_service === false) {
    found.push(notice('bad', `The ledger is not kept on disk: ${report.ledger.trouble || 'it is out of service'}.`));
  }
  if (totals.would_hits > 0) {
    found.push(notice('good', `Observing: ${count(totals.would_hits)} answers would have come from the cache, which would have saved ${usd(toPico(totals.would_save_usd))}. Set mode = "memoize" to save it.`));
  }
  const unpriced = (Array.isArray(report.unpriced) ? report.unpriced : []).filter((one) => one.requests > 0);
  if (unpriced.length > 0) {
    const names = unpriced.slice(0, 4).map((one) => `${one.model || 'no model'} (${count(one.requests)})`).join(', ');
    found.push(notice('', `No price is known for ${names}${unpriced.length > 4 ? ` and ${count(unpriced.length - 4)} more` : ''}: their money is missing here. Add them under [pricing].`));
  }
  announce(found);
}

function showWelcome(report) {
  const empty = !(report.totals?.requests > 0) && !filters.isFiltered();
  at('welcome').hidden = !empty;
  if (!empty || at('welcome').hasChildNodes()) return;
  fill(at('welcome'), h('section', { class: 'card welcome', 'aria-labelledby': 'welcome-title' },
    h('h2', { id: 'welcome-title' }, 'Nothing asked in this window yet'),
    h('p', {}, 'Send this twice. The first time the provider answers, the second time Refrain does, and this page shows what that saved.'),
    snippet(entries.firstQuestion()),
    h('p', { class: 'quiet' }, `Programs need one change: their base URL is ${location.origin}/v1.`)));
}

function healthy(words, good) {
  at('health').className = `health ${good ? 'good' : 'bad'}`;
  if (at('health-text').textContent !== words) fill(at('health-text'), words);
}

async function showReport() {
  const mine = ++turn;
  const chosen = filters.chosenWindow();
  const since = chosen.id === 'all' ? '' : chosen.id;
  const [report, status] = await Promise.all([
    api.stats({ since, ...filters.filters() }),
    api.cacheStatus(),
  ]);
  if (mine !== turn) return;
  filters.offer(report);
  entries.offerOperations(report);
  showWelcome(report);
  notices(report);
  showFigures(report, chosen.words);
  showSpared(report);
  showBreakdown(report);
  showTiers(status);
  fill(at('since'), report.since ? `Numbers since ${moment(report.since)}.` : '');
}

async function showSeries() {
  const { plot: { window, step }, id, words } = filters.chosenWindow();
  const question = { window, step: `${step}h`, ...filters.filters() };
  const answer = await api.series(question);
  if (filters.chosenWindow().id !== id) return;
  const about = { '1h': 'The last 24 hours', all: 'Up to the last 365 days' }[id] ?? words.replace('the', 'The');
  plot.showSeries(answer, about);
}

async function refresh() {
  try {
    await showReport();
    if (rounds++ % seriesEveryRounds === 0) await showSeries();
    healthy('Live', true);
  } catch (error) {
    healthy(error.status === 0 ? 'Not reachable' : 'Refused', false);
    if (error.status !== 0) announce([notice('bad', `${error.message}.`)]);
  }
}

async function keepRefreshing() {
  if (!document.hidden) await refresh();
  setTimeout(keepRefreshing, reportEveryMs);
}

function changed() {
  rounds = 0;
  refresh();
  entries.loadFirstPage();
}

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};

function startTheme() {
  const button = at('theme');
  const show = () => {
    fill(button, icon(isDark() ? 'sun' : 'moon'));
    button.setAttribute('aria-pressed', String(isDark()));
    plot.redraw();
  };
  button.addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    localStorage.setItem('refrain-theme', next);
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  show();
}

startTheme();
filters.start(changed);
plot.start();
entries.start();
entry.start();
purge.start(() => entries.loadFirstPage());
feed.start();
entries.loadFirstPage();
keepRefreshing();
