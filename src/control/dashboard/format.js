// Numbers, sizes and times in the reader's locale.

const locales = navigator.languages;
const formats = new Map();

function format(options) {
  const name = JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new Intl.NumberFormat(locales, options));
  return formats.get(name);
}

const asNumber = (value) => (Number.isFinite(Number(value)) ? Number(value) : 0);

export function count(value) {
  const number = asNumber(value);
  if (Math.abs(number) < 1e6) return format({ maximumFractionDigits: 0 }).format(number);
  return format({ notation: 'compact', maximumFractionDigits: 1 }).format(number);
}

export const percent = (value, digits = 1) =>
  format({ style: 'percent', maximumFractionDigits: digits }).format(asNumber(value));

function unit(number, name, digits) {
  return format({ style: 'unit', unit: name, maximumFractionDigits: digits }).format(number);
}

export function milliseconds(value) {
  const number = asNumber(value);
  if (number >= 10_000) return unit(number / 1000, 'second', 0);
  if (number >= 1000) return unit(number / 1000, 'second', 1);
  return unit(number, 'millisecond', number < 1 ? 2 : number < 10 ? 1 : 0);
}

export function seconds(value) {
  const number = asNumber(value);
  if (number >= 2 * 86_400) return unit(number / 86_400, 'day', 1);
  if (number >= 2 * 3600) return unit(number / 3600, 'hour', 1);
  if (number >= 120) return unit(number / 60, 'minute', 1);
  return unit(number, 'second', number < 10 ? 1 : 0);
}

export function bytes(value) {
  let number = asNumber(value);
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let step = 0;
  while (number >= 1024 && step < names.length - 1) {
    number /= 1024;
    step += 1;
  }
  const digits = step === 0 || number >= 100 ? 0 : 1;
  return `${format({ maximumFractionDigits: digits }).format(number)}\u00a0${names[step]}`;
}

const relative = new Intl.RelativeTimeFormat(locales, { numeric: 'auto', style: 'short' });
const dateTime = new Intl.DateTimeFormat(locales, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(locales, { timeStyle: 'medium' });

function asDate(text) {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? null : date;
}

// "3 hr. ago", "in 7 days", rounded; '' where there is no time.
export function ago(text, now = Date.now()) {
  const date = asDate(text);
  if (!date) return '';
  const passed = (date.getTime() - now) / 1000;
  const steps = [['day', 86_400], ['hour', 3600], ['minute', 60]];
  for (const [name, size] of steps) {
    if (Math.abs(passed) >= size) return relative.format(Math.round(passed / size), name);
  }
  return relative.format(Math.round(passed), 'second');
}

export const moment = (text) => (asDate(text) ? dateTime.format(asDate(text)) : '');
export const timeOfDay = (text) => (asDate(text) ? clock.format(asDate(text)) : '');

// The start of a bar in the plot: hours as times, days as dates.
export function axisLabel(ms, stepSeconds) {
  const parts = stepSeconds >= 86_400
    ? { day: 'numeric', month: 'short' }
    : stepSeconds > 3600
      ? { day: 'numeric', month: 'short', hour: 'numeric' }
      : { hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(locales, parts).format(new Date(ms));
}

export const shortKey = (key) => {
  const text = String(key ?? '');
  return text.length > 16 ? `${text.slice(0, 12)}…` : text;
};
