// The tiers an answer is kept in: how full, how many, and whether Redis is there.
import { at, bar, fill, h } from './dom.js';
import { bytes, count, percent } from './format.js';

function state(good, words) {
  return h('span', { class: `state ${good ? 'good' : good === null ? 'off' : 'bad'}` }, h('span', { class: 'dot', 'aria-hidden': 'true' }), words);
}

function tier(name, sizes, about) {
  const full = sizes.capacity_bytes > 0 ? sizes.bytes / sizes.capacity_bytes : 0;
  return h('div', { class: 'tier' },
    h('div', { class: 'rank-line' }, h('h3', {}, name), about),
    bar(full, full > 0.95 ? 'spent' : 'hit'),
    h('p', { class: 'quiet' }, `${bytes(sizes.bytes)} of ${bytes(sizes.capacity_bytes)} (${percent(full)})`),
    h('p', { class: 'quiet' }, `${count(sizes.entries)} entries, ${count(sizes.evictions)} evicted`,
      sizes.errors > 0 && `, ${count(sizes.errors)} errors`));
}

function disk(sizes = {}) {
  if (sizes.configured === false) {
    return h('div', { class: 'tier' }, h('div', { class: 'rank-line' }, h('h3', {}, 'Disk'), state(null, 'not configured')),
      h('p', { class: 'quiet' }, 'Answers are lost on a restart. Set cache.data_dir and cache.disk to keep them.'));
  }
  return tier('Disk', sizes, sizes.in_service === false ? state(false, 'out of service') : state(true, 'in service'));
}

function redis(about = {}) {
  const words = !about.configured ? state(null, 'not configured')
    : about.connected ? state(true, 'connected') : state(false, 'not connected');
  return h('div', { class: 'tier' }, h('div', { class: 'rank-line' }, h('h3', {}, 'Redis'), words),
    h('p', { class: 'quiet' }, about.configured
      ? about.connected ? 'Shared with every gateway on the same Redis.' : 'Requests go on with memory and disk.'
      : 'Set redis.url to share answers between gateways.'));
}

export function showTiers(status) {
  const tiers = status.tiers ?? {};
  fill(at('tiers'), tier('Memory', tiers.memory ?? {}, state(true, 'in service')), disk(tiers.disk), redis(tiers.redis));
}
