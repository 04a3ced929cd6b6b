// Modules that turn values into words, called in the page as the page calls them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './browser.mjs';
import { startFixture } from './fixture.mjs';

let browser;
let fixture;
let page;
before(async () => {
  browser = await launch();
  fixture = await startFixture();
  ({ page } = await open(browser, fixture.url));
});
after(async () => {
  await browser?.close();
  await fixture?.stop();
});

// What `name` of a module answers to each of `inputs`.
const answers = (module, name, inputs) => page.evaluate(async ([from, what, all]) => {
  const found = await import(`/refrain/assets/${from}.js`);
  return all.map((one) => found[what](one)).map((one) => (typeof one === 'bigint' ? `${one}n` : one));
}, [module, name, inputs]);

test('Decimals become exact money, and what is no decimal becomes nothing', async () => {
  assert.deepEqual(
    await answers('money', 'toPico', ['0.1', '12', '-0.000000000001', '99999999999.999999999999', '1e3', '', null, '1.2.3', '0.0000000000019']),
    ['100000000000n', '12000000000000n', '-1n', '99999999999999999999999n', '0n', '0n', '0n', '0n', '1n']);
});

test('Money is written with cents, small money with two digits after its zeros', async () => {
  const written = await page.evaluate(async () => {
    const { toPico, usd, usdExactly } = await import('/refrain/assets/money.js');
    return ['0', '1234.567', '0.25', '0.05', '0.0019688', '0.00000008', '0.000000000001', '-3.5']
      .map((one) => usd(toPico(one))).concat(usdExactly(toPico('9007199254740993.000000000001')));
  });
  assert.deepEqual(written, ['$0.00', '$1,234.57', '$0.25', '$0.050', '$0.0020', '$0.000000080', '$0.000000000001', '-$3.50', '$9,007,199,254,740,993.000000000001']);
});

test('Answers of every known shape are readable', async () => {
  const stream = (...events) => events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('');
  const bodies = [
    JSON.stringify({ choices: [{ message: { content: 'chat' } }] }),
    `${stream({ choices: [{ delta: { content: 'str' } }] }, { choices: [{ delta: { content: 'eam' } }] })}data: [DONE]\n\n`,
    JSON.stringify({ output: [{ type: 'reasoning' }, { content: [{ type: 'output_text', text: 'response' }] }] }),
    stream({ type: 'response.output_text.delta', delta: 'once' }, { type: 'response.output_text.done', text: 'once' }),
    JSON.stringify({ candidates: [{ content: { parts: [{ text: 'gem' }, { text: 'ini' }] } }] }),
    JSON.stringify({ text: 'heard' }),
    JSON.stringify({ results: [{ alternatives: [{ transcript: 'first' }, { transcript: 'second' }] }] }),
    JSON.stringify({ data: [{ embedding: [0.1] }] }),
    '{"choices":[{"message":{"content":"cut o',
    'null',
    '',
  ];
  assert.deepEqual(await answers('readable', 'readable', bodies),
    ['chat', 'stream', 'response', 'once', 'gemini', 'heard', 'first', null, null, null, null]);
});

test('Sizes and times are written short', async () => {
  assert.deepEqual(await answers('format', 'bytes', [0, 1023, 1024, 536_870_912, 10_737_418_240, 'x']),
    ['0\u00a0B', '1,023\u00a0B', '1\u00a0KiB', '512\u00a0MiB', '10\u00a0GiB', '0\u00a0B']);
  assert.deepEqual(await answers('format', 'milliseconds', [0.41, 4.2, 842, 1310, 64_000]),
    ['0.41 ms', '4.2 ms', '842 ms', '1.3 sec', '64 sec']);
});
