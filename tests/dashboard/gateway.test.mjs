// The page and the real gateway, in front of the demo provider: what was asked is what is shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './browser.mjs';

const gateway = process.env.REFRAIN_GATEWAY_URL;
if (!gateway) throw new Error('REFRAIN_GATEWAY_URL is not set; start these tests with tests/dashboard/run.sh');

let browser;
before(async () => {
  browser = await launch();
});
after(async () => browser?.close());

async function ask(question) {
  const answer = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sk-dashboard', 'X-Refrain-Tags': 'front-page' },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }),
  });
  return { cache: answer.headers.get('x-cache'), text: (await answer.json()).choices[0].message.content };
}

test('The address without its slash leads to the page, which comes with a strict policy', async () => {
  const moved = await fetch(`${gateway}/refrain`, { redirect: 'manual' });
  assert.equal(moved.status, 308);
  assert.equal(moved.headers.get('location'), '/refrain/');

  const page = await fetch(`${gateway}/refrain/`);
  assert.equal(page.headers.get('content-security-policy'),
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  const again = await fetch(`${gateway}/refrain/`, { headers: { 'If-None-Match': page.headers.get('etag') } });
  assert.equal(again.status, 304);
});

test('Three equal questions are a miss, two hits and the money of two', async () => {
  const answers = [await ask('What does asking twice cost?'), await ask('What does asking twice cost?'), await ask('What does asking twice cost?')];
  assert.deepEqual(answers.map((one) => one.cache), ['MISS', 'HIT', 'HIT']);
  const report = await (await fetch(`${gateway}/refrain/stats?since=24h`)).json();

  const { page, context, check } = await open(browser, `${gateway}/refrain/`);
  await page.getByText('2 hits, 0 shared, 1 misses').waitFor();
  const saved = await page.locator('.figure.saved .big span').getAttribute('title');
  assert.equal(saved, `$${report.totals.saved_usd}`);
  assert.equal(Number(report.totals.saved_usd), 2 * Number(report.totals.spent_usd));
  assert.ok(Number(report.totals.saved_usd) > 0);
  assert.match(await page.locator('#breakdown').innerText(), /gpt-4o-mini[^]*chat[^]*front-page/);
  await page.getByText('Saved by hits: $').waitFor({ state: 'attached' });
  assert.match(await page.locator('#plot-summary').innerText(), /Saved by hits: \$0\.0/);

  assert.deepEqual(await check(), []);
  await context.close();
});

test('The entry is read on the page, and after a purge the next question is a miss', async () => {
  const { text } = await ask('What does a purge cost?');
  const { page, context, check } = await open(browser, `${gateway}/refrain/`);
  await page.getByRole('button', { name: /^gpt-4o-mini.*details/ }).first().waitFor();
  const dialogs = page.getByRole('button', { name: /^gpt-4o-mini.*details/ });
  const said = [];
  for (let i = 0; i < await dialogs.count(); i += 1) {
    await dialogs.nth(i).click();
    said.push(await page.locator('.says').innerText());
    await page.keyboard.press('Escape');
  }
  assert.ok(said.includes(text));

  await page.getByRole('button', { name: 'Purge…' }).click();
  await page.getByRole('textbox', { name: 'Tags' }).fill('front-page');
  await page.getByRole('button', { name: 'Count' }).click();
  await page.getByText(`${said.length} entries would be removed.`).waitFor();
  await page.getByRole('button', { name: `Remove ${said.length} entries` }).click();
  await page.getByText(`Removed ${said.length} entries.`).waitFor();
  assert.equal((await ask('What does a purge cost?')).cache, 'MISS');

  assert.deepEqual(await check(), []);
  await context.close();
});
