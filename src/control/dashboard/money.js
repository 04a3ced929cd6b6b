// Exact money: decimal strings of dollars as whole pico-dollars (BigInt), and in the reader's locale.

const picoDigits = 12;

// "0.0001" → 100000000n; anything that is no decimal counts as nothing.
export function toPico(decimal) {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(decimal ?? ''));
  if (!match) return 0n;
  const fraction = (match[3] ?? '').slice(0, picoDigits).padEnd(picoDigits, '0');
  const pico = BigInt(match[2] + fraction);
  return match[1] ? -pico : pico;
}

export function toDecimal(pico) {
  const digits = (pico < 0n ? -pico : pico).toString().padStart(picoDigits + 1, '0');
  const sign = pico < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -picoDigits)}.${digits.slice(-picoDigits)}`;
}

export const toNumber = (pico) => Number(toDecimal(pico));

// a / b as a number between 0 and 1; 0 where b is nothing.
export const share = (a, b) => (b > 0n ? Number((a * 1_000_000n) / b) / 1_000_000 : 0);

function written(pico, fewestDigits, mostDigits) {
  return new Intl.NumberFormat(navigator.languages, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: fewestDigits,
    maximumFractionDigits: mostDigits,
  }).format(toDecimal(pico));
}

// Dollars and cents; amounts below ten cents with two digits after their zeros.
export function usd(pico) {
  const size = (pico < 0n ? -pico : pico).toString();
  const zeros = Math.max(0, picoDigits - size.length);
  const digits = pico === 0n ? 2 : Math.min(picoDigits, zeros + 2);
  return written(pico, digits, digits);
}

// All its digits, for tooltips.
export const usdExactly = (pico) => written(pico, 2, picoDigits);

// What an entry cost, in words: null is a model without a price, undefined that nobody said.
export function costWords(cost, write = usd) {
  if (cost === undefined) return '–';
  return cost === null ? 'unpriced' : write(toPico(cost));
}
