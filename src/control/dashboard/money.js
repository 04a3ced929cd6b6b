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

function written(decimal, fractionDigits) {
  return new Intl.NumberFormat(navigator.languages, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: fractionDigits,
  }).format(decimal);
}

// Dollars and cents; small amounts with as many digits as it takes to see two of them.
export function usd(pico) {
  const size = pico < 0n ? -pico : pico;
  const unit = 10n ** BigInt(picoDigits);
  if (size === 0n || size >= unit) return written(toDecimal(pico), 2);
  const leadingZeros = picoDigits - size.toString().length;
  return written(toDecimal(pico), Math.min(picoDigits, Math.max(2, leadingZeros + 2)));
}

// All its digits, for tooltips.
export const usdExactly = (pico) => written(toDecimal(pico), picoDigits);
