// The big numbers, and what they spared: money, hit rate, latency, tokens, sound and time.
import { at, bar, fill, h } from './dom.js';
import { count, milliseconds, percent, seconds } from './format.js';
import { share, toPico, usd, usdExactly } from './money.js';

export function booksOf(sum = {}) {
  const hits = toPico(sum.saved_usd);
  const shared = toPico(sum.coalesced_usd);
  return { hits, shared, saved: hits + shared, spent: toPico(sum.spent_usd) };
}

const money = (pico) => h('span', { title: usdExactly(pico) }, usd(pico));

function card(kind, title, big, ...more) {
  return h('article', { class: `figure ${kind}` }, h('h2', {}, title), h('p', { class: 'big' }, big), more);
}

function savedCard(books, words) {
  const without = books.saved + books.spent;
  const split = h('span', { class: 'split', 'aria-hidden': 'true' });
  for (const [kind, part] of [['hit', books.hits], ['shared', books.shared], ['spent', books.spent]]) {
    const piece = h('span', { class: kind });
    piece.style.setProperty('flex-grow', String(share(part, without)));
    split.append(piece);
  }
  return card('saved', 'Saved', money(books.saved),
    h('p', { class: 'quiet' }, without > 0n
      ? `${percent(share(books.saved, without))} of what ${words} would have cost without Refrain: ${usd(without)}`
      : `Nothing was bought in ${words}.`),
    split,
    h('ul', { class: 'legend' },
      h('li', { class: 'hit' }, 'Hits ', money(books.hits)),
      h('li', { class: 'shared' }, 'Shared calls ', money(books.shared)),
      h('li', { class: 'spent' }, 'Spent ', money(books.spent))));
}

function spentCard(books, totals) {
  const discounted = toPico(totals.discounted_usd);
  return card('', 'Spent', money(books.spent),
    h('p', { class: 'quiet' }, `${count((totals.misses || 0) + (totals.bypassed || 0))} calls to providers`,
      totals.bypassed > 0 && `, ${count(totals.bypassed)} of them past the cache`),
    discounted > 0n && h('p', { class: 'quiet' }, `${usd(discounted)} less through their own discounts`),
    totals.unpriced > 0 && h('p', { class: 'quiet warn' }, `${count(totals.unpriced)} without a known price`));
}

function hitRateCard(totals) {
  const rate = Number(totals.hit_rate) || 0;
  return card('', 'Hit rate', percent(rate), bar(rate, 'hit'),
    h('p', { class: 'quiet' }, `${count(totals.hits)} hits, ${count(totals.coalesced)} shared, ${count(totals.misses)} misses`));
}

function latencyCard(latency = {}) {
  const hit = latency.hit ?? {};
  const miss = latency.miss ?? {};
  const times = hit.p50 > 0 && miss.p50 > 0 ? miss.p50 / hit.p50 : 0;
  const longest = Math.max(hit.p50 || 0, miss.p50 || 0);
  const written = (ms) => (ms > 0 ? milliseconds(ms) : '–');
  const row = (name, kind, of) => h('div', { class: 'race' },
    h('span', {}, name), bar(longest > 0 ? Math.max(0.01, (of.p50 || 0) / longest) : 0, kind),
    h('span', { class: 'number', title: `p90 ${written(of.p90)}, p99 ${written(of.p99)}` }, written(of.p50)));
  return card('', 'Latency', times >= 1 ? `${count(times)}× faster` : '–',
    row('Hit', 'hit', hit), row('Miss', 'spent', miss),
    h('p', { class: 'quiet' }, longest > 0
      ? `Medians; ${percent(0.99)} within ${written(hit.p99)} and ${written(miss.p99)}` : 'No answer yet.'));
}

export function showFigures(report, words) {
  const totals = report.totals ?? {};
  const books = booksOf(totals);
  fill(at('figures'), savedCard(books, words), spentCard(books, totals), hitRateCard(totals),
    latencyCard(report.latency_ms));
}

export function showSpared(report) {
  const totals = report.totals ?? {};
  const saved = totals.saved ?? {};
  const facts = [
    ['Requests answered', count((totals.hits || 0) + (totals.coalesced || 0) + (totals.stale || 0)), `of ${count(totals.requests)}`],
    ['Input tokens', count(saved.input_tokens)],
    ['Output tokens', count(saved.output_tokens)],
    ['Characters of speech', count(saved.characters)],
    ['Audio', seconds(saved.audio_seconds)],
    ['Waiting', seconds(saved.latency_seconds)],
  ];
  fill(at('spared'), facts.map(([name, value, more]) => h('div', {},
    h('dt', {}, name), h('dd', {}, value, more && h('span', { class: 'quiet' }, ` ${more}`)))));
}
