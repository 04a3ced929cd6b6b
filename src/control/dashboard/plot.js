// Savings over time: Chart.js on a canvas, and the same points as a table for whoever cannot see it.
import { at, fill, h } from './dom.js';
import { axisLabel, count } from './format.js';
import { toNumber, toPico, usd } from './money.js';
import { booksOf } from './overview.js';
import { segments } from './filters.js';

const kinds = [{ id: 'money', name: 'Money' }, { id: 'requests', name: 'Requests' }];
let kind = 'money';
let plot = null;
let last = null;

// What each kind stacks, bottom first.
const stacks = {
  money: [
    { name: 'Spent', colour: '--spent', of: (sum) => toNumber(booksOf(sum).spent) },
    { name: 'Saved by shared calls', colour: '--shared', of: (sum) => toNumber(booksOf(sum).shared) },
    { name: 'Saved by hits', colour: '--hit', of: (sum) => toNumber(booksOf(sum).hits) },
  ],
  requests: [
    { name: 'Misses', colour: '--spent', of: (sum) => sum.misses || 0 },
    { name: 'Shared calls', colour: '--shared', of: (sum) => sum.coalesced || 0 },
    { name: 'Hits', colour: '--hit', of: (sum) => sum.hits || 0 },
  ],
};

// The answer has every step of its window; a long one starts where something happened.
const longWindow = 90;

function barsOf(points) {
  const bars = points.map((sum) => ({ from: Date.parse(sum.from), sum })).filter((one) => !Number.isNaN(one.from));
  if (bars.length <= longWindow) return bars;
  const first = bars.findIndex((one) => one.sum.requests > 0);
  return first < 0 ? [] : bars.slice(Math.max(0, Math.min(first - 1, bars.length - 30)));
}

// A colour of the style sheet, as the canvas wants it.
function colour(name) {
  at('plot').style.color = `var(${name})`;
  return getComputedStyle(at('plot')).color;
}

function written(value) {
  return kind === 'money' ? usd(toPico(Number(value).toFixed(12))) : count(value);
}

function options() {
  const ink = colour('--quiet');
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    interaction: { mode: 'index', intersect: false },
    plugins: {
      legend: { position: 'bottom', align: 'start', reverse: true, labels: { color: ink, boxWidth: 10, boxHeight: 10, useBorderRadius: true, borderRadius: 3, padding: 16 } },
      tooltip: {
        reverse: true, padding: 10, cornerRadius: 8, boxPadding: 4,
        itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
        callbacks: { label: (item) => ` ${item.dataset.label}: ${written(item.parsed.y)}` },
      },
    },
    scales: {
      x: { stacked: true, grid: { display: false }, border: { display: false }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 18 } },
      y: { stacked: true, beginAtZero: true, grid: { color: colour('--line'), drawBorder: false }, ticks: { color: ink, maxTicksLimit: 5, callback: written } },
    },
  };
}

function draw() {
  if (!last || typeof Chart === 'undefined') return;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const labels = last.bars.map((one) => axisLabel(one.from, last.stepSeconds));
  const datasets = stacks[kind].map(({ name, colour: paint, of }) => ({
    label: name, data: last.bars.map((one) => of(one.sum)), backgroundColor: colour(paint),
    borderRadius: 3, maxBarThickness: 34, categoryPercentage: 0.86, barPercentage: 0.92,
  }));
  plot?.destroy();
  plot = new Chart(at('plot'), { type: 'bar', data: { labels, datasets }, options: options() });
}

function table() {
  const stack = [...stacks[kind]].reverse();
  const rows = last.bars.map((one) => h('tr', {},
    h('th', { scope: 'row' }, axisLabel(one.from, last.stepSeconds)),
    stack.map(({ of }) => h('td', { class: 'number' }, written(of(one.sum))))));
  return h('table', { class: 'plain' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'From'),
      stack.map(({ name }) => h('th', { scope: 'col', class: 'number' }, name)))),
    h('tbody', {}, rows));
}

function summary() {
  return [...stacks[kind]].reverse().map(({ name, of }) =>
    `${name}: ${written(last.bars.reduce((sum, one) => sum + of(one.sum), 0))}`).join('. ');
}

const show = () => {
  draw();
  fill(at('plot-table'), table());
  fill(at('plot-summary'), summary());
};

export function showSeries(answer, words) {
  const stepSeconds = Number(answer.step_seconds) || 3600;
  const bars = barsOf(Array.isArray(answer.points) ? answer.points : []);
  last = { bars, stepSeconds };
  fill(at('plot-note'), bars.some((one) => one.sum.requests > 0)
    ? `${words}; the height of a bar is what it would have cost without Refrain`
    : `Nothing in ${words.toLowerCase()}.`);
  show();
}

export const redraw = () => last && draw();

export function start() {
  segments(at('plot-kind'), kinds, kind, (id) => {
    kind = id;
    if (last) show();
  });
}
